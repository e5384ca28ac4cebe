//! `proxy …`

use clap::Args;

use super::value::url;

const EXAMPLES: &str = "\
Examples:
  mcp-client proxy https://HOST/mcp               with the key in MCP_API_KEY
  mcp-client proxy --stack McpServerStack
  mcp-client proxy https://HOST/mcp --header authorization=@TOKEN
  mcp-client proxy -v 2>proxy.log                 a line for each exchange

In the configuration of a client:
  {
    \"command\": \"mcp-client\",
    \"args\": [\"proxy\", \"https://HOST/mcp\", \"--header\", \"x-api-key=@/PATH/TO/KEY\"]
  }
";

/// Serve a client that speaks only stdio: its messages go to the endpoint, with the credentials.
///
/// Standard input and output carry a JSON-RPC message a line, as the MCP stdio transport has it, and nothing else; every
/// message is passed on as it was written. Whatever is to be said beside is on standard error. The client decides which
/// era of the protocol is spoken.
///
/// Ends when standard input does, and on SIGINT and SIGTERM.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ProxyArgs {
    /// URL of the MCP endpoint; the same as `--endpoint`.
    #[arg(id = "proxied", value_name = "URL", value_parser = url, conflicts_with_all = ["endpoint", "server", "stack"])]
    pub(crate) url: Option<String>,
}
