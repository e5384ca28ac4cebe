//! What can go wrong with keys and their stores.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use api_keys::{DocumentError, EditError, GenerateError, InvalidKeyId};

use super::location::Location;
use crate::aws::{CallFailure, Unconfigured};
use crate::exit;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong. No variant ever holds a key or a hash.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error("no store is named: expected a file, a secret or a stack")]
    NoStore,
    #[error("several stores are named: expected one of a file, a secret and a stack")]
    SeveralStores,
    #[error(transparent)]
    Id(#[from] InvalidKeyId),
    #[error("the key would end at {0}, which is not in the future")]
    EndsAtOnce(api_keys::Timestamp),
    #[error("the key `{0}` ends: expected to be told when its successor does")]
    EndlessSuccessor(String),
    #[error("a key is never taken as an argument")]
    KeyAsArgument,
    /// What is refused is kept and shown in the clear.
    #[error("what `{0}` says could be a key")]
    KeyInOption(&'static str),
    #[error("there is no key to check")]
    NoKey,
    #[error("cannot read standard input")]
    Stdin(#[source] io::Error),
    #[error(transparent)]
    Edit(#[from] EditError),
    #[error(transparent)]
    Generate(#[from] GenerateError),
    #[error("{store} holds no valid keys")]
    InvalidDocument {
        store: Location,
        #[source]
        cause: DocumentError,
    },
    #[error("{0} holds no text: expected a key document or one bare key")]
    NotText(Location),
    #[error("{0} does not exist")]
    Missing(Location),
    #[error("cannot reach {store}")]
    Unreachable {
        store: Location,
        #[source]
        cause: Cause,
    },
    #[error("{0} did not answer in time")]
    TimedOut(Location),
    #[error("{store} is asked too often: {cause}")]
    Throttled { store: Location, cause: String },
    /// The secret has as many versions as it can have.
    #[error("{store} has too many versions: {cause}")]
    TooManyVersions { store: Location, cause: String },
    /// Somebody must be asked for permission.
    #[error("access to {store} is denied")]
    Denied {
        store: Location,
        #[source]
        cause: Cause,
    },
    #[error(transparent)]
    Unconfigured(Unconfigured),
    #[error("cannot write {store}")]
    NotWritten {
        store: Location,
        #[source]
        cause: io::Error,
    },
    #[error("another process is changing {0}")]
    Busy(Location),
    /// Somebody else was faster, every time.
    #[error(
        "others changed {store} {attempts} times while this change was made; nothing was changed"
    )]
    Overtaken { store: Location, attempts: u32 },
    /// It would be overwritten.
    #[error("{0} holds the keys of many: expected a secret for one")]
    RecipientHoldsKeys(Location),
    /// The key is stored, and its recipient has not got it.
    #[error("the key `{id}` was stored, and could not be handed over")]
    NotHandedOver {
        id: String,
        #[source]
        cause: Box<KeysError>,
    },
    #[error("standard output is closed or the null device: nobody would get the key")]
    NobodyReads,
    #[error("{store} is a link to nothing: {} does not exist", target.display())]
    LinkToNothing { store: Location, target: PathBuf },
    #[error("the key is not accepted")]
    NotAccepted,
    #[error("the key is not in the secret, where a deployed one never is")]
    NotInSecret,
    #[error("there is no deployed key beside a file")]
    NoDeployment,
    /// The key is stored, and nobody has seen it.
    #[error("the key `{id}` was stored, and could not be printed")]
    Unseen {
        id: String,
        #[source]
        cause: io::Error,
    },
}

impl KeysError {
    pub(super) fn denied(store: Location, cause: impl Into<Cause>) -> Self {
        let cause = cause.into();
        Self::Denied { store, cause }
    }

    pub(super) fn of_call(failure: CallFailure, store: Location) -> Self {
        match failure {
            CallFailure::Missing => Self::Missing(store),
            CallFailure::TimedOut => Self::TimedOut(store),
            CallFailure::Throttled(cause) => Self::Throttled { store, cause },
            CallFailure::LimitExceeded(cause) => Self::TooManyVersions { store, cause },
            CallFailure::Denied(cause) => Self::denied(store, cause),
            CallFailure::Unconfigured(what) => Self::Unconfigured(what),
            CallFailure::Unreachable(cause) => Self::unreachable(store, cause),
        }
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
            | Self::SeveralStores
            | Self::Id(_)
            | Self::NoDeployment
            | Self::EndsAtOnce(_)
            | Self::EndlessSuccessor(_)
            | Self::KeyAsArgument
            | Self::KeyInOption(_)
            | Self::NoKey
            | Self::RecipientHoldsKeys(_)
            | Self::Stdin(_)
            | Self::Edit(_) => ("usage", exit::USAGE),
            Self::Unconfigured(what) => what.class(),
            Self::InvalidDocument { .. } | Self::NotText(_) => ("invalid_document", exit::BAD_DATA),
            Self::Missing(_) => ("store_missing", exit::UNREACHABLE),
            Self::Unreachable { .. } => ("unreachable", exit::UNREACHABLE),
            Self::TimedOut(_) => ("timed_out", exit::TRY_AGAIN),
            Self::Throttled { .. } | Self::TooManyVersions { .. } => {
                ("rate_limited", exit::TRY_AGAIN)
            }
            Self::Busy(_) | Self::Overtaken { .. } => ("contended", exit::TRY_AGAIN),
            Self::Denied { .. } => ("refused", exit::REFUSED),
            Self::NotAccepted | Self::NotInSecret => ("not_accepted", exit::REFUSED),
            Self::NotWritten { .. }
            | Self::LinkToNothing { .. }
            | Self::NotHandedOver { .. }
            | Self::Generate(_) => ("not_written", exit::NOT_WRITTEN),
            Self::NobodyReads | Self::Unseen { .. } => ("output", exit::OUTPUT),
        }
    }

    pub(crate) fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::NoStore => {
                "name one with --file, --secret-id, --stack, MCP_API_KEYS_FILE or MCP_SECRET_ID".into()
            }
            Self::SeveralStores => {
                "use one of --file, --secret-id and --stack; an option wins over the environment".into()
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
            Self::KeyInOption(_) => {
                "the store keeps this in the clear; if that was a real key, revoke it".into()
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
            Self::Unconfigured(what) => what.hint().into(),
            Self::NotWritten { .. } => "check that the folder exists and has space".into(),
            Self::LinkToNothing { .. } => {
                "nothing was changed: make the file that the link points to, or remove the link".into()
            }
            Self::NobodyReads => {
                "nothing was changed: let standard output go to a terminal, a pipe or a file".into()
            }
            Self::Busy(_) => "try again, or raise --timeout".into(),
            Self::Overtaken { .. } => "try again in a moment".into(),
            Self::NotInSecret => {
                "if it may be the one of API_KEY in .env, ask the server: `mcp-client info --endpoint URL` with \
                 MCP_API_KEY set"
                    .into()
            }
            Self::NoDeployment => {
                "the authorizer of a deployment knows one: name its secret with --secret-id".into()
            }
            Self::NotAccepted => "ask for a new key, or `mcp-client keys create --id ID`".into(),
            Self::RecipientHoldsKeys(_) => {
                "--to-secret names the secret of the program that uses the key: for a heartbeat, the output HeartbeatSecret"
                    .into()
            }
            Self::Unseen { id, .. } | Self::NotHandedOver { id, .. } => {
                format!("revoke it, because nobody has it: `mcp-client keys revoke {id}`; then make another").into()
            }
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
        EditError::Disabled { .. } => {
            "`mcp-client keys enable ID` undoes that; or `keys revoke ID`, then `keys create --id ID`"
        }
        EditError::Deployed => {
            "`mcp-client keys disable deployed`; then take API_KEY out of .env and deploy with `-c removeDeployedKey=true`"
        }
        _ => "`mcp-client keys create --help` shows what each option takes",
    }
}
