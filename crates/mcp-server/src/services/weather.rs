//! Weather: where it comes from, and sample data that needs no provider.

use futures_util::future::BoxFuture;

/// What a provider knows of a city's weather now.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    /// In words, for example `light rain`.
    pub condition: String,
    /// Degrees Celsius.
    pub temperature_celsius: f64,
    /// Relative humidity, 0 to 100 percent.
    pub humidity_percent: u8,
    /// Wind speed, kilometres per hour.
    pub wind_kph: f64,
    /// Where the data comes from, shown to the caller.
    pub source: String,
}

/// Why a provider could not answer. The message is shown to the caller.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum WeatherError {
    /// The provider knows no such city.
    #[error("no weather for `{0}`: the provider does not know this city")]
    UnknownCity(String),
    /// The provider did not answer; try again later.
    #[error("the weather provider is unavailable; try again later")]
    Unavailable,
}

/// A source of weather. Implement it over a real service and pass it to [`Services::with_weather`](super::Services::with_weather).
pub trait WeatherProvider: Send + Sync + 'static {
    /// The weather in `city` now.
    ///
    /// # Errors
    /// [`WeatherError::UnknownCity`] when there is no such city, [`WeatherError::Unavailable`] when the source
    /// cannot be reached.
    fn current<'a>(&'a self, city: &'a str) -> BoxFuture<'a, Result<Weather, WeatherError>>;
}

/// Sample data, computed from the city's name: the same city always has the same weather, and says that it is a sample.
#[derive(Debug, Clone, Copy, Default)]
pub struct SampleWeather;

impl SampleWeather {
    const CONDITIONS: [&str; 6] = [
        "clear sky",
        "partly cloudy",
        "overcast",
        "light rain",
        "thunderstorm",
        "snow",
    ];

    fn sample(city: &str) -> Weather {
        let seed = fnv1a(&city.trim().to_lowercase());
        let pick = |shift: u32, count: u64| (seed >> shift) % count;
        let condition = Self::CONDITIONS
            .iter()
            .cycle()
            .nth(usize::try_from(pick(0, 6)).unwrap_or(0))
            .copied()
            .unwrap_or("clear sky");
        #[expect(clippy::cast_precision_loss, reason = "values below 1,000")]
        let tenths = |shift, count| pick(shift, count) as f64 / 10.0;
        let snow = condition == "snow";
        Weather {
            condition: condition.to_owned(),
            temperature_celsius: if snow {
                -tenths(8, 100)
            } else {
                tenths(8, 350)
            },
            humidity_percent: u8::try_from(30 + pick(24, 66)).unwrap_or(50),
            wind_kph: tenths(40, 400),
            source: "sample data, not a real observation".to_owned(),
        }
    }
}

impl WeatherProvider for SampleWeather {
    fn current<'a>(&'a self, city: &'a str) -> BoxFuture<'a, Result<Weather, WeatherError>> {
        Box::pin(std::future::ready(Ok(Self::sample(city))))
    }
}

/// FNV-1a, 64 bit: a hash whose values stay the same across Rust releases.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_city_has_the_same_weather_however_it_is_written() {
        assert_eq!(
            SampleWeather::sample("Kyiv"),
            SampleWeather::sample(" kYIV ")
        );
    }

    #[test]
    fn cities_differ_and_stay_within_physical_bounds() {
        let cities = ["Kyiv", "London", "Tokyo", "Lima", "Oslo", "Cairo", "東京"];
        let samples: Vec<Weather> = cities
            .iter()
            .map(|city| SampleWeather::sample(city))
            .collect();
        assert!(samples.iter().any(|sample| sample != &samples[0]));
        for sample in samples {
            assert!(
                (-10.0..=35.0).contains(&sample.temperature_celsius),
                "{sample:?}"
            );
            assert!(sample.humidity_percent <= 100, "{sample:?}");
            assert!((0.0..=40.0).contains(&sample.wind_kph), "{sample:?}");
            assert!(sample.source.contains("sample"));
        }
    }
}
