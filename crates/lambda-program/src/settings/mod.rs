//! Settings: a table that says what each accepts, and a reader that enforces it and says at once what is wrong.
//!
//! A setting's bounds stand in the table only: `--help`, the reader's complaints and programs that check settings
//! before they deploy anything have them from there.
//!
//! ```
//! use lambda_program::settings::{Accepts, Reader, Setting};
//!
//! const TABLE: &[Setting] = &[Setting::new("MCP_PORT", "8080", "port to listen on", Accepts::number(0, 65_535))];
//!
//! let environment = |name: &str| (name == "MCP_PORT").then(|| "80800".to_owned());
//! let mut reader = Reader::new(TABLE, &environment);
//! let port: u16 = reader.number("MCP_PORT", 8080);
//! let error = reader.finish(port).unwrap_err();
//! assert_eq!(error.to_string(), "invalid `MCP_PORT`: expected a whole number from 0 to 65535, got `80800`");
//! ```

mod reader;
mod table;

pub use self::reader::{ConfigError, Reader};
pub use self::table::{Accepts, Setting, help};
