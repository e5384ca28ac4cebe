//! Files of clients, as people have them.

/// Every client, its user's file on Linux below the home, and what such a file may already have.
pub(crate) const CLIENTS: [(&str, &str, &str); 16] = [
    ("cursor", ".cursor/mcp.json", SERVERS),
    ("vscode", ".config/Code/User/mcp.json", VS_CODE),
    (
        "vscode-insiders",
        ".config/Code - Insiders/User/mcp.json",
        VS_CODE,
    ),
    ("claude-code", ".claude.json", CLAUDE_CODE),
    (
        "claude-desktop",
        ".config/Claude/claude_desktop_config.json",
        PROGRAMS,
    ),
    ("codex", ".codex/config.toml", CODEX),
    ("gemini-cli", ".gemini/settings.json", GEMINI),
    ("copilot-cli", ".copilot/mcp-config.json", PROGRAMS),
    ("opencode", ".config/opencode/opencode.json", OPENCODE),
    ("opencode2", ".config/opencode/opencode.json", OPENCODE_2),
    ("kiro", ".kiro/settings/mcp.json", SERVERS),
    ("zed", ".config/zed/settings.json", ZED),
    (
        "cline",
        ".cline/data/settings/cline_mcp_settings.json",
        PROGRAMS,
    ),
    ("goose", ".config/goose/config.yaml", GOOSE),
    ("devin", ".config/devin/mcp_config.json", PROGRAMS),
    ("windsurf", ".codeium/windsurf/mcp_config.json", SERVERS),
];

/// Servers as Cursor has them, with one that is called as ours.
pub(crate) const SERVERS: &str = r#"{
    // Reviewed every month.
    "mcpServers": {
        "zebra": { "url": "https://zebra.example/mcp" }, /* first on purpose */
        // It was SSE once.
        "mine": {
            "type": "sse", // old
            "url": "https://old.example/sse",
            "disabled": true,
            "headers": {
                "x-team": "blue" // for the logs
            }
        },
        "apple": { "command": "npx", "args": ["-y", "apple"] },
    },
}
"#;

const PROGRAMS: &str = r#"{
  "mcpServers": {
    "files": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-filesystem", "/srv"],
      "env": { "LEVEL": "1e3" }
    }
  },
  "globalShortcut": "Ctrl+Space"
}
"#;

const VS_CODE: &str = r#"{
	"inputs": [
		// Asked for once.
		{ "type": "promptString", "id": "github", "description": "GitHub", "password": true },
	],
	"servers": {
		"github": { "type": "http", "url": "https://api.githubcopilot.com/mcp/", "headers": { "Authorization": "Bearer ${input:github}" } },
	},
}
"#;

const CLAUDE_CODE: &str = r#"{"numStartups":41,"mcpServers":{"files":{"type":"stdio","command":"npx","args":["-y","files"]}},"projects":{"/srv":{"history":[{"display":"hello"}]}},"cost":0.10}"#;

const CODEX: &str = r#"model = "gpt-5.6"   # the large one
approval_policy = "on-request"

# Servers, the fast ones first.
[mcp_servers.files]
command = "npx"
args = ["-y", "files"] # all of them
startup_timeout_sec = 20

[profiles.work]
model = "gpt-5.6-mini"
"#;

const GEMINI: &str = r#"{
  "ui": { "theme": "GitHub" }, // dark is too dark
  "mcpServers": {
    "mine": { "url": "https://old.example/sse", "timeout": 5000, "trust": false }
  }
}
"#;

const OPENCODE: &str = r#"{
  "$schema": "https://opencode.ai/config.json",
  "model": "anthropic/claude-sonnet-4-5",
  // Off for now.
  "mcp": {
    "files": { "type": "local", "command": ["npx", "-y", "files"], "enabled": false }
  }
}
"#;

const OPENCODE_2: &str = r#"{
  "$schema": "https://opencode.ai/config.json",
  "mcp": {
    "timeout": { "startup": 10000 },
    "servers": {
      "files": { "type": "local", "command": ["npx", "-y", "files"], "disabled": true }
    }
  }
}
"#;

const ZED: &str = r#"// Zed settings
//
// See https://zed.dev/docs/configuring-zed
{
  "theme": { "mode": "system", "light": "One Light", "dark": "One Dark" },
  "context_servers": {
    "files": { "command": "npx", "args": ["-y", "files"], "env": {} },
  },
  "vim_mode": true, // always
}
"#;

const GOOSE: &str = r#"# Made by hand.
active_provider: anthropic
GOOSE_MODE: "smart_approve"   # ask before writing

extensions:
  developer:
    bundled: true
    enabled: true
    name: developer
    timeout: 300
    type: builtin
  # Notes of last year.
  memory:
    type: builtin
    name: memory
    enabled: false

slash_commands:
  - command: "run"
    recipe_path: "/srv/recipe.yaml"
"#;
