//! [`Services`]: what tools and prompts work with. Each file is one service, and knows no MCP.

mod instance;
mod users;
mod weather;

use std::fmt;
use std::sync::Arc;

pub use instance::Instance;
pub use users::{InvalidUsers, User, UserDirectory};
pub use weather::{SampleWeather, Weather, WeatherError, WeatherProvider};

/// What tools and prompts work with: they are methods on it. Yours go here too, a field each.
pub struct Services {
    pub(crate) instance: Instance,
    pub(crate) weather: Arc<dyn WeatherProvider>,
    pub(crate) users: UserDirectory,
}

impl Services {
    /// The bundled data and sample weather: all that needs nothing from outside.
    ///
    /// # Errors
    /// When the bundled user directory is not valid.
    pub fn bundled(instance: Instance) -> Result<Self, InvalidUsers> {
        Ok(Self {
            instance,
            weather: Arc::new(SampleWeather),
            users: UserDirectory::bundled()?,
        })
    }

    /// The same with another source of weather.
    #[must_use]
    pub fn with_weather(mut self, provider: impl WeatherProvider) -> Self {
        self.weather = Arc::new(provider);
        self
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Services(..)")
    }
}
