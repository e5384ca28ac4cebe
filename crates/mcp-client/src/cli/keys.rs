//! `keys …`: the administration of API keys.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::when::{Expiry, When};

const KEYS_HELP: &str = "\
Store, exactly one; an option wins over the environment:
  --stack              the secret of that deployment, and with it how long a change takes there
  MCP_API_KEYS_FILE    the file, when none of --file, --secret-id and --stack is given
  MCP_SECRET_ID        the secret, likewise; region, credentials and endpoint come
                       from the environment and the profile, as for the AWS CLI

The id `deployed` is the key that came with a deployment (API_KEY in .env): it can be disabled and
enabled here, and is in no store.

Times: 90d, 12h or 2w from now, 2027-01-31 (its first instant, UTC), 2027-01-31T18:00:00+02:00

Exit codes:
  64  wrong usage, also an id that does not exist or exists already
  65  what the store holds is no valid key document, or the stack is not one of this project
  69  the store, or the stack, cannot be reached or does not exist
  73  the change could not be written
  74  the key could not be printed: revoke it if it was stored
  75  others changed the store all the time, or it is busy: try again
  77  access to the store is denied, or `keys check`: the key is not accepted

Examples:
  mcp-client keys create --id ci --file keys.json | pbcopy
  mcp-client keys create --id ada --tools get_weather,calculate --expires 90d --secret-id mcp/keys
  mcp-client keys list --stack McpServerStack
  mcp-client keys create --id heartbeat --stack McpServerStack --to-secret SECRET
  pbpaste | mcp-client keys check --stdin --secret-id mcp/keys
";

/// `keys …`
#[derive(Debug, Args)]
#[command(after_help = KEYS_HELP)]
pub(crate) struct KeysArgs {
    /// Where the keys are.
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// What to do with them.
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

/// Where the keys are: one of the two, or `--stack`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreArgs {
    /// File with the keys, as a server without a gateway reads it.
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) file: Option<PathBuf>,
    /// Name or ARN of the secret in AWS Secrets Manager.
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) secret_id: Option<String>,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key and print it, this one time.
    Create(KeyCreate),
    /// List the keys and their states; neither keys nor hashes are shown.
    List,
    /// Make a successor of a key, print it this one time, and let the old one end.
    Rotate(KeyRotate),
    /// Refuse a key from now on and keep its record.
    Disable(KeyName),
    /// Undo `disable`.
    Enable(KeyName),
    /// Remove a key.
    Revoke(KeyName),
    /// Tell whose key MCP_API_KEY or standard input is, and whether it is accepted.
    Check(KeyCheck),
}

/// `keys create …`
#[derive(Debug, Args)]
pub(crate) struct KeyCreate {
    /// What to call the key, in logs too: 1–32 of a–z, 0–9 and `-`.
    #[arg(long)]
    pub(crate) id: String,
    /// The only tools that it may use, separated by commas; otherwise it may use every tool.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) tools: Option<Vec<String>>,
    /// When it ends; otherwise never.
    #[arg(
        long,
        value_name = "TIME",
        default_value = "never",
        hide_default_value = true
    )]
    pub(crate) expires: Expiry,
    /// When it begins; otherwise at once.
    #[arg(long, value_name = "TIME")]
    pub(crate) not_before: Option<When>,
    /// A remark for people, such as who has it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Where the key goes.
    #[command(flatten)]
    pub(crate) recipient: RecipientArgs,
}

/// Who gets a new key.
#[derive(Debug, Args)]
pub(crate) struct RecipientArgs {
    /// Write the key into this secret in AWS Secrets Manager, for a program that reads it there, and print none.
    #[arg(long, value_name = "ID")]
    pub(crate) to_secret: Option<String>,
}

/// `keys rotate …`
#[derive(Debug, Args)]
pub(crate) struct KeyRotate {
    /// Id of the old key; the new one is called ID-r2, ID-r3, …
    pub(crate) id: String,
    /// How long the old key stays valid, or until when; 0d ends it at once.
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(crate) keep: When,
    /// When the new key ends, or `never`; must be given if the old one ends.
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<Expiry>,
    /// Where the key goes.
    #[command(flatten)]
    pub(crate) recipient: RecipientArgs,
}

impl KeysCommand {
    /// The secret that gets the new key, instead of standard output.
    pub(crate) fn recipient(&self) -> Option<&str> {
        let recipient = match self {
            Self::Create(create) => &create.recipient,
            Self::Rotate(rotate) => &rotate.recipient,
            _ => return None,
        };
        recipient.to_secret.as_deref()
    }
}

/// `keys disable …`, `keys enable …` and `keys revoke …`
#[derive(Debug, Args)]
pub(crate) struct KeyName {
    /// Id of the key.
    pub(crate) id: String,
}

/// `keys check …`
#[derive(Debug, Args)]
pub(crate) struct KeyCheck {
    /// Read the key from standard input even if MCP_API_KEY is set.
    #[arg(long)]
    pub(crate) stdin: bool,
    /// Caught here, so that a key in the wrong place is not repeated in an error.
    #[arg(hide = true)]
    pub(crate) misplaced: Vec<OsString>,
}
