//! Which server to talk to, with which key, and how patiently.

use std::time::Duration;

use crate::cli::{ConnectionArgs, Protocol};
use crate::endpoint::EndpointUrl;
use crate::error::{Error, Misuse};
use crate::presented_key::{API_KEY_VARIABLE, PresentedKey};
use crate::stack::Stack;
use crate::world::World;

/// The environment variable that names the endpoint.
const ENDPOINT_VARIABLE: &str = "MCP_SERVER_ENDPOINT";

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
    /// Checks what the command line and the environment say, and asks the stack that they name.
    pub(crate) async fn of(args: &ConnectionArgs, world: &World<'_>) -> Result<Self, Error> {
        let endpoint = match &args.stack {
            Some(stack) => Stack::read(stack, args).await?.endpoint()?,
            None => named_endpoint(args, world)?,
        };
        let key = match world.set(API_KEY_VARIABLE) {
            Some(value) => PresentedKey::from_variable(value).map_err(Misuse::Key)?,
            None => None,
        };
        let target = Self {
            endpoint,
            key,
            protocol: args.protocol,
            timeout: args.timeout,
            connect_timeout: args.connect_timeout,
        };
        if !args.insecure_http {
            target.keep_the_key_safe()?;
        }
        Ok(target)
    }

    /// Refuses to send a key over a network unencrypted.
    pub(crate) fn keep_the_key_safe(&self) -> Result<(), Misuse> {
        let endpoint = &self.endpoint;
        let in_the_clear = !endpoint.is_https() && !endpoint.is_loopback();
        match self.key.is_some() && in_the_clear {
            true => Err(Misuse::KeyInTheClear(endpoint.clone())),
            false => Ok(()),
        }
    }
}

/// An option wins over the environment.
fn named_endpoint(args: &ConnectionArgs, world: &World<'_>) -> Result<EndpointUrl, Misuse> {
    let variable = || Some(world.set(ENDPOINT_VARIABLE)?.to_string_lossy().into_owned());
    let endpoint = args.endpoint.clone().or_else(variable);
    let endpoint = endpoint.as_deref().unwrap_or(EndpointUrl::DEFAULT);
    endpoint.parse().map_err(Misuse::Endpoint)
}
