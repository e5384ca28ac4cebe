//! Which server, how to reach it, and how to answer.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::value::{at_most, seconds, url};
use crate::http::trace::Detail;
use crate::target::LARGEST_ANSWER_MIB;

/// Options that every command takes, before or after its name.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct ConnectionArgs {
    /// URL of the MCP endpoint; the same as `--endpoint`.
    #[arg(value_name = "URL", value_parser = url, conflicts_with_all = ["endpoint", "stack", "server"])]
    pub(crate) url: Option<String>,
    /// URL of the MCP endpoint; otherwise MCP_SERVER_ENDPOINT, or http://127.0.0.1:8080/mcp.
    #[arg(long, global = true, value_name = "URL", conflicts_with = "stack")]
    pub(crate) endpoint: Option<String>,
    /// A header whose value is in an environment variable, or in a file (a path with a `/`). Repeat for more.
    #[arg(long = "header", global = true, value_name = "NAME=@SOURCE")]
    pub(crate) headers: Vec<String>,
    /// File with the only certificates to trust, in PEM.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// Name or ARN of a deployed CloudFormation stack, whose outputs name the endpoint and the keys.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) stack: Option<String>,
    /// A server in the configuration of an MCP client, here or of the user: NAME, or CLIENT:NAME.
    #[arg(long, global = true, value_name = "NAME", conflicts_with_all = ["endpoint", "stack"])]
    pub(crate) server: Option<String>,
    /// Form of results and errors.
    #[arg(long, global = true, value_name = "FORMAT", value_enum)]
    pub(crate) output: Option<Format>,
    /// Shorthand for `--output json`.
    #[arg(long, global = true, conflicts_with = "output")]
    pub(crate) json: bool,
    /// Era of the protocol: `modern` is 2026-07-28, `legacy` starts with `initialize`, `auto` finds out.
    #[arg(
        long,
        global = true,
        value_name = "ERA",
        value_enum,
        default_value = "auto"
    )]
    pub(crate) protocol: Protocol,
    /// How long the server may be silent during a call, in seconds; fractions are fine. Progress counts.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, default_value = "30")]
    pub(crate) timeout: Duration,
    /// Limit of opening a connection, in seconds.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, default_value = "5")]
    pub(crate) connect_timeout: Duration,
    /// The largest answer taken, in MiB, up to 1024.
    #[arg(long, global = true, value_name = "MIB", value_parser = at_most::<1024>, default_value_t = LARGEST_ANSWER_MIB)]
    pub(crate) max_answer: usize,
    /// Say what happens meanwhile: a line for each exchange, and the server's log messages.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Show every request and answer on standard error, without secrets.
    #[arg(long, global = true)]
    pub(crate) dump_wire: bool,
    /// Send credentials over plain HTTP to another machine, where anyone on the way can read it.
    #[arg(long, global = true)]
    pub(crate) insecure_http: bool,
}

impl ConnectionArgs {
    /// The endpoint that the command line names.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.url.as_deref().or(self.endpoint.as_deref())
    }

    /// The same with the endpoint that a command names, if it does.
    pub(crate) fn at(&self, url: Option<&str>) -> Cow<'_, Self> {
        match url {
            None => Cow::Borrowed(self),
            Some(url) => Cow::Owned(Self {
                url: Some(url.to_owned()),
                ..self.clone()
            }),
        }
    }

    pub(crate) fn detail(&self) -> Detail {
        match (self.dump_wire, self.verbose) {
            (true, _) => Detail::Wire,
            (false, true) => Detail::Lines,
            (false, false) => Detail::Nothing,
        }
    }

    /// The form of the answer that was asked for.
    pub(crate) fn format(&self) -> Format {
        if self.json {
            return Format::Json;
        }
        self.output.unwrap_or_default()
    }
}

/// The form of results and errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one document on standard output, one on standard error if something failed.
    Json,
}

/// Which era of the protocol to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Protocol {
    /// Ask the server: modern if it can, else legacy.
    Auto,
    /// 2025-11-25 and older: `initialize` first.
    Legacy,
    /// 2026-07-28: every request stands alone.
    Modern,
}
