//! `get_weather`: the weather of a city, from whichever provider the server was given.

use garde::Validate;
use rmcp::handler::server::wrapper::Json;
use rmcp::{tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ToolError;
use crate::parameters::Parameters;
use crate::services::Services;

/// A scale of temperature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Units {
    /// Degrees Celsius.
    #[default]
    Celsius,
    /// Degrees Fahrenheit.
    Fahrenheit,
}

impl Units {
    /// Degrees of this scale for degrees Celsius.
    fn convert(self, celsius: f64) -> f64 {
        match self {
            Self::Celsius => celsius,
            Self::Fahrenheit => celsius.mul_add(1.8, 32.0),
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The city's name, for example `Kyiv`.
    #[garde(length(chars, min = 1, max = 100), custom(not_blank))]
    city: String,
    /// The scale of the temperature.
    #[serde(default)]
    #[garde(skip)] // the enum is its own bound
    units: Units,
}

fn not_blank(value: &str, (): &()) -> garde::Result {
    if value.trim().is_empty() {
        Err(garde::Error::new("expected a name, got only white space"))
    } else {
        Ok(())
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// The city asked for.
    city: String,
    /// The weather in words.
    condition: String,
    /// In `units`.
    temperature: f64,
    /// The scale of `temperature`.
    units: Units,
    /// Relative humidity in percent.
    #[schemars(range(max = 100))]
    humidity_percent: u8,
    /// Wind speed in kilometres per hour.
    wind_kph: f64,
    /// Where the data comes from.
    source: String,
}

#[tool_router(router = get_weather_tool, vis = "pub(super)")]
impl Services {
    /// Get the current weather of a city. Serves sample data until a real provider is plugged in, and says so.
    #[tool(
        title = "Weather",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = true)
    )]
    async fn get_weather(
        &self,
        Parameters(arguments): Parameters<Arguments>,
    ) -> Result<Json<Report>, ToolError> {
        let weather = self.weather.current(&arguments.city).await?;
        let temperature = arguments.units.convert(weather.temperature_celsius);
        Ok(Json(Report {
            city: arguments.city,
            condition: weather.condition,
            temperature: (temperature * 10.0).round() / 10.0,
            units: arguments.units,
            humidity_percent: weather.humidity_percent,
            wind_kph: weather.wind_kph,
            source: weather.source,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fahrenheit_is_converted() {
        assert!((Units::Fahrenheit.convert(100.0) - 212.0).abs() < 1e-9);
        assert!((Units::Celsius.convert(21.5) - 21.5).abs() < 1e-9);
    }
}
