//! The clients, as their documentation or their source had them in November 2026.

use super::places::Base;
use super::{Client, Form, Place, Syntax, Variables};

const URL: Form = Form::Url {
    key: "url",
    kind: None,
};

const CURSOR: Client = Client {
    id: "cursor",
    title: "Cursor",
    syntax: Syntax::Json,
    user: home(".cursor", "mcp.json"),
    project: Some(".cursor/mcp.json"),
    also: &[],
    servers: &["mcpServers"],
    form: URL,
    variables: Variables::Env,
    timeout: "none",
    note: "started from the desktop it has no variables of your shell: set the variable for the whole session, or start it from a terminal; `envFile` is for programs only",
    unverified: "",
    source: "cursor.com/docs/mcp",
};

/// All clients, in the order of the documents.
pub(crate) const CLIENTS: &[Client] = &[
    CURSOR,
    VS_CODE,
    Client {
        id: "vscode-insiders",
        title: "VS Code Insiders",
        user: data("Code - Insiders/User", "mcp.json"),
        ..VS_CODE
    },
    Client {
        id: "claude-code",
        title: "Claude Code",
        user: Place {
            variable: Some("CLAUDE_CONFIG_DIR"),
            ..home("", ".claude.json")
        },
        project: Some(".mcp.json"),
        form: Form::Url {
            key: "url",
            kind: Some("http"),
        },
        variables: Variables::Braces,
        timeout: "`timeout`, milliseconds",
        note: "it asks before it uses the servers of a project for the first time; close it before the user's file is written: it writes that file itself",
        source: "code.claude.com/docs/en/mcp",
        ..CURSOR
    },
    Client {
        id: "claude-desktop",
        title: "Claude Desktop",
        user: data("Claude", "claude_desktop_config.json"),
        project: None,
        form: Form::Proxy,
        variables: Variables::None,
        timeout: "none",
        note: "its file starts programs only, without the variables of your shell; quit it and start it again to read the file",
        unverified: "the place on Linux",
        source: "modelcontextprotocol.io/docs/develop/connect-local-servers",
        ..CURSOR
    },
    Client {
        id: "codex",
        title: "Codex",
        syntax: Syntax::Toml,
        user: Place {
            variable: Some("CODEX_HOME"),
            ..home(".codex", "config.toml")
        },
        project: Some(".codex/config.toml"),
        servers: &["mcp_servers"],
        form: Form::EnvironmentHeaders,
        variables: Variables::Name,
        timeout: "`startup_timeout_sec` and `tool_timeout_sec`, seconds",
        note: "a project's file counts once the project is trusted; `headers` is ignored there, `http_headers` is for literal values",
        source: "codex-rs/core/config.schema.json in openai/codex",
        ..CURSOR
    },
    Client {
        id: "gemini-cli",
        title: "Gemini CLI",
        user: home(".gemini", "settings.json"),
        project: Some(".gemini/settings.json"),
        form: Form::Url {
            key: "httpUrl",
            kind: None,
        },
        variables: Variables::Dollar,
        timeout: "`timeout`, milliseconds",
        note: "under `url` it would speak SSE",
        source: "docs/tools/mcp-server.md and packages/cli/src/utils/envVarResolver.ts in google-gemini/gemini-cli",
        ..CURSOR
    },
    Client {
        id: "copilot-cli",
        title: "GitHub Copilot CLI",
        user: Place {
            variable: Some("COPILOT_HOME"),
            ..home(".copilot", "mcp-config.json")
        },
        project: Some(".github/mcp.json"),
        form: Form::WithTools,
        variables: Variables::Braces,
        timeout: "`timeout`, milliseconds",
        note: "a project's file counts once its folder is trusted",
        unverified: "variables in `headers`, which GitHub's guide for its own server uses; the unit of `timeout`",
        source: "docs.github.com, copilot-cli/customize-copilot/add-mcp-servers",
        ..CURSOR
    },
    OPENCODE,
    Client {
        id: "opencode2",
        title: "OpenCode 2",
        servers: &["mcp", "servers"],
        timeout: "`timeout.startup`, `.catalog` and `.execution`, milliseconds",
        note: "it reads the same files as OpenCode 1 and keeps servers one level deeper: `--all` takes the form that a file already has",
        source: "opencode.ai/v2/docs/mcp-servers",
        ..OPENCODE
    },
    Client {
        id: "kiro",
        title: "Kiro",
        user: home(".kiro", "settings/mcp.json"),
        project: Some(".kiro/settings/mcp.json"),
        variables: Variables::Braces,
        timeout: "none",
        note: "it asks to approve the variable, and sends its name as it is written until then",
        source: "kiro.dev/docs/mcp/configuration and kiro.dev/docs/mcp/security",
        ..CURSOR
    },
    Client {
        id: "zed",
        title: "Zed",
        user: Place {
            windows: Some("Zed"),
            ..config("zed", "settings.json")
        },
        project: Some(".zed/settings.json"),
        servers: &["context_servers"],
        form: Form::Proxy,
        variables: Variables::None,
        timeout: "none",
        note: "it reaches URLs itself, but its headers are literal values, so the key would be in the file",
        source: "zed.dev/docs/ai/mcp",
        ..CURSOR
    },
    Client {
        id: "cline",
        title: "Cline",
        user: Place {
            variable: Some("CLINE_DATA_DIR"),
            ..home(".cline/data", "settings/cline_mcp_settings.json")
        },
        project: None,
        form: Form::Url {
            key: "url",
            kind: Some("streamableHttp"),
        },
        timeout: "`timeout`, seconds",
        note: "without `type` it speaks SSE; the VS Code extension and the CLI share the file",
        unverified: "variables in Cline's CLI: only the VS Code extension's source expands them",
        source: "apps/vscode/src and sdk/packages in cline/cline",
        ..CURSOR
    },
    Client {
        id: "goose",
        title: "Goose",
        syntax: Syntax::Yaml,
        user: Place {
            windows: Some("Block/goose/config"),
            ..config("goose", "config.yaml")
        },
        project: None,
        servers: &["extensions"],
        form: Form::Extension,
        variables: Variables::Dollar,
        timeout: "`timeout`, seconds",
        note: "`env_keys` are read from the environment, then from goose's own secrets in the system's keyring; without one of them the extension does not start",
        source: "documentation/docs/guides/config-files.md and crates/goose/src/agents in block/goose",
        ..CURSOR
    },
    Client {
        id: "devin",
        title: "Devin Desktop and CLI",
        user: config("devin", "mcp_config.json"),
        project: Some(".devin/mcp_config.json"),
        form: Form::Proxy,
        variables: Variables::None,
        timeout: "none",
        note: "formerly Windsurf; it reaches URLs itself, but no variable is documented for its headers, so the key would be in the file",
        unverified: "variables, and which of your shell's a program that it starts has",
        source: "docs.devin.ai/cli/extensibility/mcp/configuration",
        ..CURSOR
    },
    Client {
        id: "windsurf",
        title: "Windsurf (Cascade)",
        user: home(".codeium/windsurf", "mcp_config.json"),
        project: None,
        form: Form::Url {
            key: "serverUrl",
            kind: None,
        },
        note: "for versions before Devin Desktop, and its legacy agent",
        source: "docs.windsurf.com/windsurf/cascade/mcp",
        ..CURSOR
    },
];

const VS_CODE: Client = Client {
    id: "vscode",
    title: "VS Code",
    user: data("Code/User", "mcp.json"),
    project: Some(".vscode/mcp.json"),
    servers: &["servers"],
    form: Form::Inputs,
    variables: Variables::Input,
    note: "it asks for the key when the server first starts and keeps it encrypted; the user's file is that of the default profile",
    source: "docs/copilot/reference/mcp-configuration.md in microsoft/vscode-docs",
    ..CURSOR
};

const OPENCODE: Client = Client {
    id: "opencode",
    title: "OpenCode",
    // On Windows too.
    user: home(".config/opencode", "opencode.json"),
    project: Some("opencode.json"),
    also: &["opencode.jsonc"],
    servers: &["mcp"],
    form: Form::Remote,
    variables: Variables::OpenCode,
    timeout: "`timeout`, milliseconds",
    note: "a variable that is not set is empty; without `oauth: false` it begins with OAuth",
    source: "opencode.ai/config.json and opencode.ai/v1/docs/mcp-servers",
    ..CURSOR
};

const fn home(folder: &'static str, file: &'static str) -> Place {
    at(Base::Home, folder, file)
}

const fn config(folder: &'static str, file: &'static str) -> Place {
    at(Base::Config, folder, file)
}

const fn data(folder: &'static str, file: &'static str) -> Place {
    at(Base::Data, folder, file)
}

const fn at(base: Base, folder: &'static str, file: &'static str) -> Place {
    Place {
        base,
        folder,
        file,
        windows: None,
        variable: None,
    }
}
