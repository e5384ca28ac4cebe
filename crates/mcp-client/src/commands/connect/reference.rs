//! The part of docs/clients.md that is made of the catalog: a table, and a section for each client.

use std::ffi::OsString;
use std::fmt::Write;

use crate::clients::node::Node;
use crate::clients::{
    CLIENTS, Client, ConnectError, Form, Machine, Scope, Server, Syntax, System, Variables,
    insertion,
};

/// The whole part, with an example's names.
pub(super) fn reference() -> Result<String, ConnectError> {
    let mut text = String::from(
        "| client | CLIENT | user's file, on Linux | project's file | a variable is read as |\n|---|---|---|---|---|\n",
    );
    for client in CLIENTS {
        let project = client
            .project
            .map_or("none".to_owned(), |file| format!("`{file}`"));
        let unverified = if client.unverified.is_empty() {
            ""
        } else {
            " *"
        };
        let _ = writeln!(
            text,
            "| {}{unverified} | `{}` | `{}` | {project} | {} |",
            client.title,
            client.id,
            user_file(client, System::Linux)?,
            variable(client),
        );
    }
    text.push_str("\n\\* has facts that were not verified: see its section.\n");
    for client in CLIENTS {
        section(client, &mut text)?;
    }
    Ok(text)
}

fn section(client: &Client, text: &mut String) -> Result<(), ConnectError> {
    let server = Server {
        name: "my-server".to_owned(),
        url: "https://example.execute-api.eu-west-1.amazonaws.com/mcp".to_owned(),
        variable: Some("MCP_API_KEY".to_owned()),
        key_file: Some("/home/ada/.config/mcp-client/my-server.key".into()),
        program: "mcp-client".to_owned(),
    };
    let edits = insertion(client, &server, Scope::User, &Node::Map(Vec::new()));
    let entry = client
        .syntax
        .edit("", &edits)
        .map_err(|cause| ConnectError::Broken {
            client: client.title,
            file: client.id.into(),
            cause,
        })?;
    let language = match client.syntax {
        Syntax::Json => "json",
        Syntax::Toml => "toml",
        Syntax::Yaml => "yaml",
    };
    let _ = writeln!(text, "\n## {}\n", client.title);
    let snippet = format!("```{language}\n{entry}```");
    let _ = match text.contains(&snippet) && client.id == "vscode-insiders" {
        true => writeln!(text, "The same entry as VS Code's.\n"),
        false => writeln!(text, "{snippet}\n"),
    };
    let mac = user_file(client, System::MacOs)?;
    let windows = user_file(client, System::Windows)?;
    let mut facts = vec![match mac == user_file(client, System::Linux)? {
        true => format!("File on Windows: `{windows}`."),
        false => format!("File on macOS: `{mac}`; on Windows: `{windows}`."),
    }];
    if let Some(variable) = client.user.variable {
        facts.push(format!("{variable} names another folder."));
    }
    if !client.also.is_empty() {
        facts.push(format!(
            "`{}` is taken where it is there.",
            client.also.join("`, `")
        ));
    }
    if client.timeout != "none" {
        facts.push(format!("Time limit: {}.", client.timeout));
    }
    facts.push(sentence(client.note));
    if !client.unverified.is_empty() {
        facts.push(format!("Unverified: {}.", client.unverified));
    }
    facts.push(format!("Read: {}.", client.source));
    let _ = writeln!(text, "{}", facts.join("\n"));
    Ok(())
}

fn user_file(client: &Client, system: System) -> Result<String, ConnectError> {
    let variable = |name: &str| match name {
        "HOME" => Some(OsString::from("/~")),
        "USERPROFILE" | "APPDATA" => Some(OsString::from(format!("%{name}%"))),
        _ => None,
    };
    let machine = Machine {
        system,
        variable: &variable,
        here: "".into(),
    };
    let file = machine.file(&client.user)?.display().to_string();
    Ok(match system {
        System::Windows => file.replace('/', "\\"),
        System::Linux | System::MacOs => file.replacen("/~", "~", 1),
    })
}

fn variable(client: &Client) -> &'static str {
    match client.variables {
        _ if client.form == Form::Proxy => {
            "not at all: `mcp-client proxy` reads the key from a file"
        }
        _ if client.form == Form::Extension => "`${MCP_API_KEY}`, named in `env_keys`",
        Variables::Env => "`${env:MCP_API_KEY}`",
        Variables::Input => "`${input:ID}`, asked for once",
        Variables::Braces | Variables::Dollar => "`${MCP_API_KEY}`",
        Variables::OpenCode => "`{env:MCP_API_KEY}`",
        Variables::Name => "its name",
        Variables::None => "not at all",
    }
}

/// With a capital letter and a full stop.
fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}
