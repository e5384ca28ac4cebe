//! Which server to talk to, with which credentials, and how patiently.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use crate::cli::{ConnectionArgs, Protocol};
use crate::credential::{API_KEY_VARIABLE, BEARER_VARIABLE, Credential, InvalidCredential};
use crate::endpoint::{EndpointUrl, InvalidEndpoint};
use crate::error::{Error, Misuse};
use crate::servers;
use crate::stack::Stack;
use crate::world::World;

/// The environment variable that names the endpoint.
const ENDPOINT_VARIABLE: &str = "MCP_SERVER_ENDPOINT";

/// The largest file of certificates, in bytes.
const LARGEST_BUNDLE: u64 = 16 * 1024 * 1024;

/// A server as the user described it, checked.
///
/// Invariant: if there are credentials, they travel encrypted, stay on this machine, or the user said otherwise. No
/// header is there twice.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) endpoint: EndpointUrl,
    pub(crate) credentials: Vec<Credential>,
    /// The only certificates to trust, as PEM; without them those of the system.
    pub(crate) certificates: Option<Vec<u8>>,
    pub(crate) protocol: Protocol,
    /// How long the server may be silent.
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    /// The largest answer taken, in bytes.
    pub(crate) largest_answer: usize,
    /// What a user should see before anything is sent.
    pub(crate) remarks: Vec<String>,
}

/// The largest answer taken unless the user says otherwise, in MiB.
pub(crate) const LARGEST_ANSWER_MIB: usize = 64;

impl Target {
    /// Checks what the command line and the environment say, and asks the stack that they name.
    pub(crate) async fn of(args: &ConnectionArgs, world: &World<'_>) -> Result<Self, Error> {
        let certificates = args.cacert.as_deref().map(read_certificates).transpose()?;
        let Described {
            endpoint,
            credentials,
            remarks,
        } = match &args.server {
            Some(name) => named_server(name, args, world)?,
            None => Described {
                endpoint: endpoint(args, world).await?,
                credentials: credentials(args, world).map_err(Misuse::Credential)?,
                remarks: Vec::new(),
            },
        };
        let target = Self {
            endpoint,
            credentials,
            certificates,
            remarks,
            protocol: args.protocol,
            timeout: args.timeout,
            connect_timeout: args.connect_timeout,
            largest_answer: args.max_answer << 20,
        };
        if !args.insecure_http {
            target.keep_credentials_safe()?;
        }
        Ok(target)
    }

    /// Refuses to send credentials over a network unencrypted.
    pub(crate) fn keep_credentials_safe(&self) -> Result<(), Misuse> {
        let endpoint = &self.endpoint;
        let in_the_clear = !endpoint.is_https() && !endpoint.is_loopback();
        match self.credentials.first() {
            Some(first) if in_the_clear => Err(Misuse::InTheClear {
                source_name: first.source().to_owned(),
                endpoint: endpoint.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The same in one era of the protocol.
    pub(crate) fn speaking(&self, protocol: Protocol) -> Self {
        Self {
            protocol,
            ..self.clone()
        }
    }
}

/// A server before its safety is judged.
struct Described {
    endpoint: EndpointUrl,
    credentials: Vec<Credential>,
    remarks: Vec<String>,
}

/// The server as an MCP client would reach it: with what its file says and `--header`, and nothing of the environment
/// else.
fn named_server(name: &str, args: &ConnectionArgs, world: &World<'_>) -> Result<Described, Error> {
    let server = servers::find(name, &world.machine())?;
    let mut credentials = given_headers(args, world).map_err(Misuse::Credential)?;
    for (header, value) in &server.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let given = Credential::given(header.as_str(), &value, &server.source);
        let given = given.map_err(Misuse::Credential)?;
        credentials.extend(given.filter(|found| !has(&credentials, found)));
    }
    Ok(Described {
        endpoint: server.endpoint.parse().map_err(Misuse::Endpoint)?,
        credentials,
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
    let text = match (args.endpoint(), (world.variable)(ENDPOINT_VARIABLE)) {
        (Some(endpoint), _) => endpoint.to_owned(),
        // Whoever set it to nothing meant some server, not the one on this machine.
        (None, Some(empty)) if empty.is_empty() => {
            return Err(Misuse::Endpoint(InvalidEndpoint::Empty));
        }
        (None, Some(endpoint)) => endpoint.to_string_lossy().into_owned(),
        (None, None) => EndpointUrl::DEFAULT.to_owned(),
    };
    text.parse().map_err(Misuse::Endpoint)
}

/// `--header` wins over the variables.
fn credentials(
    args: &ConnectionArgs,
    world: &World<'_>,
) -> Result<Vec<Credential>, InvalidCredential> {
    let mut credentials = given_headers(args, world)?;
    let key = world.set(API_KEY_VARIABLE).map(Credential::api_key);
    let token = world.set(BEARER_VARIABLE).map(Credential::bearer);
    for credential in [key, token].into_iter().flatten() {
        if let Some(credential) = credential?.filter(|found| !has(&credentials, found)) {
            credentials.push(credential);
        }
    }
    Ok(credentials)
}

fn given_headers(
    args: &ConnectionArgs,
    world: &World<'_>,
) -> Result<Vec<Credential>, InvalidCredential> {
    let mut credentials: Vec<Credential> = Vec::new();
    for header in &args.headers {
        let header = Credential::header(header, |name| world.set(name))?;
        if has(&credentials, &header) {
            return Err(InvalidCredential::Repeated(header.name().clone()));
        }
        credentials.push(header);
    }
    Ok(credentials)
}

fn has(credentials: &[Credential], other: &Credential) -> bool {
    credentials.iter().any(|found| found.name() == other.name())
}

fn read_certificates(path: &Path) -> Result<Vec<u8>, Misuse> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        let size = file.take(LARGEST_BUNDLE + 1).read_to_end(&mut bytes)?;
        match size as u64 > LARGEST_BUNDLE {
            true => Err(io::Error::other("it is larger than 16 MiB")),
            false => Ok(()),
        }
    });
    read.map_err(|cause| Misuse::Certificates {
        path: path.to_string_lossy().into_owned(),
        cause,
    })?;
    Ok(bytes)
}
