//! Which server to talk to, with which key, and how patiently.

use std::time::Duration;

use crate::cli::{ConnectionArgs, Protocol};
use crate::endpoint::EndpointUrl;
use crate::error::{Error, Misuse};
use crate::presented_key::{API_KEY_VARIABLE, PresentedKey};
use crate::servers;
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
    /// What a user should see before anything is sent.
    pub(crate) remarks: Vec<String>,
}

impl Target {
    /// Checks what the command line and the environment say, and asks the stack that they name.
    pub(crate) async fn of(args: &ConnectionArgs, world: &World<'_>) -> Result<Self, Error> {
        let Described {
            endpoint,
            key,
            remarks,
        } = match &args.server {
            Some(name) => named_server(name, world)?,
            None => described(args, world).await?,
        };
        let target = Self {
            endpoint,
            key,
            remarks,
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

/// A server before its safety is judged.
struct Described {
    endpoint: EndpointUrl,
    key: Option<PresentedKey>,
    remarks: Vec<String>,
}

async fn described(args: &ConnectionArgs, world: &World<'_>) -> Result<Described, Error> {
    let endpoint = endpoint(args, world).await?;
    let key = match world.set(API_KEY_VARIABLE) {
        Some(value) => PresentedKey::from_variable(value).map_err(Misuse::Key)?,
        None => None,
    };
    Ok(Described {
        endpoint,
        key,
        remarks: Vec::new(),
    })
}

/// The server as an MCP client would reach it: with what its file says, and nothing of the environment else.
fn named_server(name: &str, world: &World<'_>) -> Result<Described, Error> {
    let mut server = servers::find(name, &world.machine())?;
    let mut key = None;
    for (header, value) in server.headers {
        match (header.as_str(), value.to_str()) {
            ("x-api-key", Ok(value)) => {
                key = PresentedKey::from_variable(value.into()).map_err(Misuse::Key)?;
            }
            _ => server.remarks.push(format!("`{header}` is not sent")),
        }
    }
    Ok(Described {
        endpoint: server.endpoint.parse().map_err(Misuse::Endpoint)?,
        key,
        remarks: server.remarks,
    })
}

/// What the command line or the environment names.
pub(crate) async fn endpoint(
    args: &ConnectionArgs,
    world: &World<'_>,
) -> Result<EndpointUrl, Error> {
    match (&args.server, &args.stack) {
        (Some(name), _) => {
            let server = servers::find(name, &world.machine())?;
            Ok(server.endpoint.parse().map_err(Misuse::Endpoint)?)
        }
        (None, Some(stack)) => Ok(Stack::read(stack, args).await?.endpoint()?),
        (None, None) => Ok(named_endpoint(args, world)?),
    }
}

/// An option wins over the environment.
fn named_endpoint(args: &ConnectionArgs, world: &World<'_>) -> Result<EndpointUrl, Misuse> {
    let variable = || Some(world.set(ENDPOINT_VARIABLE)?.to_string_lossy().into_owned());
    let endpoint = args.endpoint.clone().or_else(variable);
    let endpoint = endpoint.as_deref().unwrap_or(EndpointUrl::DEFAULT);
    endpoint.parse().map_err(Misuse::Endpoint)
}
