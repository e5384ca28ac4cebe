//! What can go wrong with keys and their stores.

use std::borrow::Cow;
use std::io;

use api_keys::{DocumentError, EditError, GenerateError, InvalidKeyId};

use super::Location;
use super::gateway::{CacheName, ResetFailure};
use crate::error::exit;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong. No variant ever holds a key or a hash.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// No store is named.
    #[error("no store is named: expected a file or a secret")]
    NoStore,
    /// Two stores are named.
    #[error("two stores are named: expected a file or a secret, not both")]
    TwoStores,
    /// There is no gateway before a file.
    #[error("--reset-gateway-cache needs a secret: no gateway is before a file")]
    NoGateway,
    /// The id is none.
    #[error(transparent)]
    Id(#[from] InvalidKeyId),
    /// A key would be over before it begins.
    #[error("the key would end at {0}, which is not in the future")]
    EndsAtOnce(api_keys::Timestamp),
    /// The successor of a key that ends would never end.
    #[error("the key `{0}` ends: expected to be told when its successor does")]
    EndlessSuccessor(String),
    /// A key was given as an argument.
    #[error("a key is never taken as an argument")]
    KeyAsArgument,
    /// There is no key to check.
    #[error("there is no key to check")]
    NoKey,
    /// Standard input cannot be read.
    #[error("cannot read standard input")]
    Stdin(#[source] io::Error),
    /// The document does not allow the change.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// There is no randomness.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// What the store holds is no document.
    #[error("{store} holds no valid keys")]
    InvalidDocument {
        /// The store.
        store: Location,
        /// Everything that is wrong.
        #[source]
        cause: DocumentError,
    },
    /// What the store holds is no text.
    #[error("{0} holds no text: expected a key document or one bare key")]
    NotText(Location),
    /// The store does not exist.
    #[error("{0} does not exist")]
    Missing(Location),
    /// The store cannot be reached or read.
    #[error("cannot reach {store}")]
    Unreachable {
        /// The store.
        store: Location,
        /// Why.
        #[source]
        cause: Cause,
    },
    /// The store did not answer in time.
    #[error("{0} did not answer in time")]
    TimedOut(Location),
    /// Too many requests.
    #[error("{store} is asked too often: {cause}")]
    Throttled {
        /// The store.
        store: Location,
        /// The service's words.
        cause: String,
    },
    /// The secret has as many versions as it can have.
    #[error("{store} has too many versions: {cause}")]
    TooManyVersions {
        /// The store.
        store: Location,
        /// The service's words.
        cause: String,
    },
    /// Somebody must be asked for permission.
    #[error("access to {store} is denied")]
    Denied {
        /// The store.
        store: Location,
        /// Why.
        #[source]
        cause: Cause,
    },
    /// No region is configured.
    #[error("no AWS region is configured")]
    NoRegion,
    /// No credentials are found.
    #[error("no AWS credentials are found: {0}")]
    NoCredentials(String),
    /// The change cannot be written.
    #[error("cannot write {store}")]
    NotWritten {
        /// The store.
        store: Location,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Another process holds the lock.
    #[error("another process is changing {0}")]
    Busy(Location),
    /// Somebody else was faster, every time.
    #[error(
        "others changed {store} {attempts} times while this change was made; nothing was changed"
    )]
    Overtaken {
        /// The store.
        store: Location,
        /// How often it was tried.
        attempts: u32,
    },
    /// The key that was checked is not accepted.
    #[error("the key is not accepted")]
    NotAccepted,
    /// The key is stored, and nobody has seen it.
    #[error("the key `{id}` was stored, and could not be printed")]
    Unseen {
        /// Its id.
        id: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The change is made, and the gateway may still keep answers from before.
    #[error("the change is stored, and {cache} was not reset")]
    CacheNotReset {
        /// The cache.
        cache: CacheName,
        /// Why.
        #[source]
        cause: ResetFailure,
    },
}

impl KeysError {
    pub(super) fn denied(store: Location, cause: impl Into<Cause>) -> Self {
        let cause = cause.into();
        Self::Denied { store, cause }
    }

    pub(super) fn unreachable(store: Location, cause: impl Into<Cause>) -> Self {
        let cause = cause.into();
        Self::Unreachable { store, cause }
    }

    /// A stable word for programs, and the code to exit with.
    pub(crate) fn class(&self) -> (&'static str, u8) {
        match self {
            Self::Edit(EditError::DocumentFull) => ("store_full", exit::NOT_WRITTEN),
            Self::NoStore
            | Self::TwoStores
            | Self::NoGateway
            | Self::Id(_)
            | Self::EndsAtOnce(_)
            | Self::EndlessSuccessor(_)
            | Self::KeyAsArgument
            | Self::NoKey
            | Self::Stdin(_)
            | Self::Edit(_)
            | Self::NoRegion => ("usage", exit::USAGE),
            Self::InvalidDocument { .. } | Self::NotText(_) => ("invalid_document", exit::BAD_DATA),
            Self::Missing(_) => ("store_missing", exit::UNREACHABLE),
            Self::Unreachable { .. } => ("unreachable", exit::UNREACHABLE),
            Self::TimedOut(_) => ("timed_out", exit::TRY_AGAIN),
            Self::Throttled { .. } | Self::TooManyVersions { .. } => {
                ("rate_limited", exit::TRY_AGAIN)
            }
            Self::Busy(_) | Self::Overtaken { .. } => ("contended", exit::TRY_AGAIN),
            Self::Denied { .. } | Self::NoCredentials(_) => ("refused", exit::REFUSED),
            Self::NotAccepted => ("not_accepted", exit::REFUSED),
            Self::NotWritten { .. } | Self::Generate(_) => ("not_written", exit::NOT_WRITTEN),
            Self::Unseen { .. } => ("output", exit::OUTPUT),
            Self::CacheNotReset { cause, .. } => ("cache_not_reset", cause.exit_code()),
        }
    }

    /// What to try next.
    pub(crate) fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::NoStore => {
                "name one with --file, --secret-id, MCP_API_KEYS_FILE or MCP_SECRET_ID".into()
            }
            Self::TwoStores => {
                "use either --file or --secret-id; an option wins over the environment".into()
            }
            Self::NoGateway => {
                "leave --reset-gateway-cache out, or name the secret with --secret-id".into()
            }
            Self::Id(_) => "an id names a key and is no secret: `--id ci`".into(),
            Self::EndsAtOnce(_) => "write `--expires 90d`, or leave it out".into(),
            Self::EndlessSuccessor(_) => {
                "write `--expires 90d`, or `--expires never` if that is meant".into()
            }
            Self::KeyAsArgument => {
                "if that was a real key, revoke it: process lists and shell histories show it; \
                 set MCP_API_KEY, or pipe the key with `keys check --stdin`"
                    .into()
            }
            Self::NoKey => "set MCP_API_KEY, or pipe the key: `pbpaste | mcp-client keys check`".into(),
            Self::Stdin(_) => "pipe the key, or set MCP_API_KEY".into(),
            Self::Edit(error) => of_edit(error).into(),
            Self::Generate(_) => "the system is broken: make keys elsewhere".into(),
            Self::InvalidDocument { .. } | Self::NotText(_) => {
                "nothing was changed: correct it by hand, or put back an earlier version".into()
            }
            Self::Missing(Location::File(_)) => {
                "check the path; `mcp-client keys create --id ID` makes the file".into()
            }
            Self::Missing(Location::SecretId(_)) => {
                "check the name, AWS_REGION and AWS_PROFILE; the deployment makes the secret".into()
            }
            Self::Unreachable { store: Location::File(_), .. } => "check the path".into(),
            Self::Unreachable { .. } | Self::TimedOut(_) => {
                "check the network, AWS_REGION and AWS_ENDPOINT_URL; `mcp-client keys list` tells whether \
                 a change was made"
                    .into()
            }
            Self::Throttled { .. } => "try again in a moment".into(),
            Self::TooManyVersions { .. } => {
                "each change makes a version, and Secrets Manager keeps each for a day: try again later".into()
            }
            Self::Denied { store: Location::File(_), .. } => {
                "check who owns the file and its folder; a change needs to write to both".into()
            }
            Self::Denied { .. } => {
                "reading needs secretsmanager:GetSecretValue, a change also PutSecretValue and \
                 UpdateSecretVersionStage; `aws sts get-caller-identity` tells who you are"
                    .into()
            }
            Self::NoRegion => "set AWS_REGION, or AWS_PROFILE to a profile with a region".into(),
            Self::NoCredentials(_) => {
                "set AWS_PROFILE or AWS_ACCESS_KEY_ID; after `aws sso login`: \
                 eval \"$(aws configure export-credentials --format env)\""
                    .into()
            }
            Self::NotWritten { .. } => "check that the folder exists and has space".into(),
            Self::Busy(_) => "try again, or raise --timeout".into(),
            Self::Overtaken { .. } => "try again in a moment".into(),
            Self::NotAccepted => "ask for a new key, or `mcp-client keys create --id ID`".into(),
            Self::Unseen { id, .. } => {
                format!("revoke it, because nobody has it: `mcp-client keys revoke {id}`; then make another").into()
            }
            Self::CacheNotReset { cache, .. } => cache.command().into(),
        }
    }
}

fn of_edit(error: &EditError) -> &'static str {
    match error {
        EditError::UnknownId { .. } => "`mcp-client keys list` shows the ids",
        EditError::DuplicateId { .. } => {
            "choose another id, or replace the key with `mcp-client keys rotate ID`"
        }
        EditError::DocumentFull => "`mcp-client keys revoke ID` makes room",
        EditError::Disabled { .. } => "`mcp-client keys revoke ID`, then `keys create --id ID`",
        _ => "`mcp-client keys create --help` shows what each option takes",
    }
}
