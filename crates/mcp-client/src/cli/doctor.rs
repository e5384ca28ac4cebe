//! `doctor …`

use clap::Args;

use super::value::url;

const EXAMPLES: &str = "\
Each step says ✓ (it works), ! (it works, but), ✗ (here it ends) or - (not judged, and why).
Credentials go to the endpoint alone; the only tool that is called is one that says it changes
nothing and needs no arguments.

Exit codes: 0 it works, warnings or not; otherwise that of the first failure:
  69  unreachable: DNS, connection, TLS, proxy, 5xx
  75  timed out or rate limited
  76  no MCP there, or not as the protocol says
  77  refused: 401 or 403

Examples:
  mcp-client doctor                       the endpoint of MCP_SERVER_ENDPOINT, or the local server
  mcp-client doctor https://HOST/mcp
  mcp-client doctor --stack McpServerStack
  mcp-client --json doctor https://HOST/mcp | jq '.steps[] | select(.status != \"ok\")'
";

/// `doctor …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    /// URL of the MCP endpoint; the same as `--endpoint`.
    #[arg(id = "doctor_url", value_name = "URL", value_parser = url, conflicts_with_all = ["endpoint", "stack"])]
    pub(crate) url: Option<String>,
}
