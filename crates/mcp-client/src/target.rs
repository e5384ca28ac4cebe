//! Which server to talk to, with which key, and how patiently.

use std::ffi::OsString;
use std::time::Duration;

use crate::cli::{ConnectionArgs, Protocol};
use crate::endpoint::EndpointUrl;
use crate::error::{Error, Misuse};
use crate::presented_key::PresentedKey;

/// A server as the user described it, checked.
///
/// Invariant: if there is a key, it travels encrypted, stays on this machine, or the user said otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) endpoint: EndpointUrl,
    pub(crate) key: Option<PresentedKey>,
    pub(crate) protocol: Protocol,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
}

impl Target {
    /// Checks what the command line and the environment say.
    pub(crate) fn new(args: &ConnectionArgs, api_key: Option<OsString>) -> Result<Self, Error> {
        let endpoint: EndpointUrl = args.endpoint.parse().map_err(Misuse::Endpoint)?;
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
