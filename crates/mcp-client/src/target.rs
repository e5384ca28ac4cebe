//! Which server to talk to, with which key, and how patiently.

use std::ffi::OsString;
use std::time::Duration;

use crate::cli::{ConnectionArgs, Protocol};
use crate::endpoint::Endpoint;
use crate::error::{Error, Misuse};
use crate::presented_key::PresentedKey;

/// A server as the user described it, checked.
///
/// Invariant: if there is a key, it travels encrypted, stays on this machine, or the user said otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) endpoint: Endpoint,
    pub(crate) key: Option<PresentedKey>,
    pub(crate) protocol: Protocol,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
}

impl Target {
    /// Checks what the command line and the environment say.
    pub(crate) fn new(args: &ConnectionArgs, api_key: Option<OsString>) -> Result<Self, Error> {
        let endpoint: Endpoint = args.endpoint.parse().map_err(Misuse::Endpoint)?;
        let key = match api_key {
            Some(value) => PresentedKey::from_variable(value).map_err(Misuse::Key)?,
            None => None,
        };
        let in_the_clear = !endpoint.is_https() && !endpoint.is_loopback();
        if key.is_some() && in_the_clear && !args.insecure_http {
            return Err(Misuse::KeyInTheClear(endpoint).into());
        }
        Ok(Self {
            endpoint,
            key,
            protocol: args.protocol,
            timeout: args.timeout,
            connect_timeout: args.connect_timeout,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn target(line: &[&str], key: Option<&str>) -> Result<Target, Error> {
        let line = ["mcp-client"].iter().chain(line);
        let cli = Cli::try_parse_from(line).unwrap();
        Target::new(&cli.connection, key.map(OsString::from))
    }

    #[test]
    fn a_key_does_not_travel_in_clear_text() {
        let remote = ["--endpoint", "http://example.com/mcp"];
        let error = target(&remote, Some("0123456789")).unwrap_err();
        assert!(
            matches!(error, Error::Usage(Misuse::KeyInTheClear(_))),
            "{error}"
        );
        assert!(target(&remote, None).is_ok());
        let told = ["--endpoint", "http://example.com/mcp", "--insecure-http"];
        assert!(target(&told, Some("0123456789")).unwrap().key.is_some());
    }

    #[test]
    fn a_key_may_go_to_this_machine_or_over_tls() {
        for endpoint in ["http://127.0.0.1:1/mcp", "https://example.com/mcp"] {
            let target = target(&["--endpoint", endpoint], Some("0123456789")).unwrap();
            assert!(target.key.is_some());
        }
    }
}
