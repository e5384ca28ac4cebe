//! `connect`: what each client's file looks like, new, beside others, again and afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

use crate::connect_clients::{CLIENTS, SERVERS};
use crate::program::{Finished, Program, program};

pub(crate) const ENDPOINT: &str = "https://example.execute-api.eu-west-1.amazonaws.com/mcp";

/// A user with a project.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir_all(desk.path("home")).unwrap();
        fs::create_dir_all(desk.path("project/.git")).unwrap();
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        program(arguments)
            .env("HOME", self.path("home").to_str().unwrap())
            .folder(&self.path("project"))
    }

    pub(crate) async fn connect(&self, arguments: &[&str]) -> Finished {
        let arguments = [&["connect", "--name", "mine"], arguments].concat();
        self.program(&arguments).endpoint(ENDPOINT).run().await
    }

    /// `text` without the name of the folder, which is another each time.
    fn portable(&self, text: &str) -> String {
        text.replace(self.path("").to_str().unwrap().trim_end_matches('/'), "")
    }
}

/// What a client's file says, new, merged, and after its removal.
#[tokio::test]
async fn every_file_is_written_as_its_client_wants_it() {
    for (id, file, existing) in CLIENTS {
        let file = format!("home/{file}");
        let desk = Desk::new();
        desk.connect(&[id, "--write"]).await.exits(0);
        let fresh = desk.portable(&desk.read(&file));
        // Some clients read no comments and no trailing commas.
        let strict = serde_json::from_str::<Value>(&fresh);
        assert!(strict.is_ok() || !file.ends_with(".json"), "{fresh}");
        desk.write(&file, existing);
        desk.connect(&[id, "--write"]).await.exits(0);
        let merged = desk.portable(&desk.read(&file));
        desk.connect(&[id, "--remove", "--write"]).await.exits(0);
        let removed = desk.portable(&desk.read(&file));
        let text = format!("{fresh}\n>>> merged\n{merged}\n>>> removed\n{removed}");
        assert_snapshot!(format!("file_of_{id}"), text);
    }
}

#[tokio::test]
async fn a_second_time_there_is_nothing_to_change() {
    for (id, file, existing) in CLIENTS {
        let desk = Desk::new();
        let file = format!("home/{file}");
        desk.write(&file, existing);
        desk.connect(&[id, "--write"]).await.exits(0);
        let (text, times) = (desk.read(&file), desk.path(&file).metadata().unwrap());
        let again = desk.connect(&[id, "--write"]).await.exits(0);
        assert!(again.stdout.contains("nothing to change"), "{again:#?}");
        assert!(!again.stderr.contains("@@"), "{again:#?}");
        let now = desk.path(&file).metadata().unwrap();
        assert_eq!(desk.read(&file), text);
        assert_eq!(now.modified().unwrap(), times.modified().unwrap(), "{id}");
    }
}

/// Where there was no such entry before, writing and removing leaves the bytes that were there.
#[tokio::test]
async fn removal_is_the_inverse_of_writing() {
    let was_there = ["cursor", "kiro", "windsurf", "gemini-cli", "claude-code"];
    for (id, file, existing) in CLIENTS.iter().filter(|(id, ..)| !was_there.contains(id)) {
        for existing in [
            (*existing).to_owned(),
            existing.replace('\n', "\r\n"),
            format!("\u{feff}{existing}"),
        ] {
            let desk = Desk::new();
            let file = format!("home/{file}");
            desk.write(&file, &existing);
            desk.connect(&[id, "--write"]).await.exits(0);
            let written = desk.read(&file);
            assert_ne!(written, existing, "{id}");
            assert_eq!(
                existing.contains("\r\n"),
                !written.replace("\r\n", "").contains('\n'),
                "{id}: line ends"
            );
            desk.connect(&[id, "--remove", "--write"]).await.exits(0);
            assert_eq!(desk.read(&file), existing, "{id}");
        }
    }
}

/// Every old line is still there, but for those of the entry itself.
#[tokio::test]
async fn comments_order_and_other_servers_stay() {
    for (id, file, existing) in CLIENTS.iter().filter(|(id, ..)| *id != "claude-code") {
        let desk = Desk::new();
        let file = format!("home/{file}");
        desk.write(&file, existing);
        desk.program(&["connect", id, "--write", "--name", "other"])
            .endpoint(ENDPOINT)
            .run()
            .await
            .exits(0);
        let text = desk.read(&file);
        let mut lines = text.lines();
        for old in existing.lines() {
            let old = old.trim_end_matches(',');
            assert!(
                lines.any(|line| line.trim_end_matches(',') == old),
                "{id}: {old}\n{text}"
            );
        }
    }
}

#[tokio::test]
async fn without_write_nothing_changes_and_the_entry_is_printed() {
    for (id, file, existing) in CLIENTS {
        let desk = Desk::new();
        let finished = desk.connect(&[id]).await.exits(0);
        assert!(finished.stdout.contains(file), "{finished:#?}");
        assert!(finished.stdout.contains(ENDPOINT), "{finished:#?}");
        assert_eq!(fs::read_dir(desk.path("home")).unwrap().count(), 0, "{id}");
        let file = format!("home/{file}");
        desk.write(&file, existing);
        desk.connect(&[id]).await.exits(0);
        desk.connect(&[id, "--remove"]).await.exits(0);
        assert_eq!(desk.read(&file), existing, "{id}");
    }
}

#[tokio::test]
async fn the_difference_is_shown_before_it_is_written() {
    let desk = Desk::new();
    desk.write("home/.cursor/mcp.json", SERVERS);
    let finished = desk.connect(&["cursor", "--write"]).await.exits(0);
    assert_snapshot!(desk.portable(&finished.stderr));
    let again = desk
        .connect(&["cursor", "--remove", "--write", "--json"])
        .await
        .exits(0);
    let document = again.json();
    let diff = document["clients"][0]["diff"].as_str().unwrap();
    assert!(diff.contains("\n-        \"mine\": {"), "{diff}");
    assert_eq!(document["clients"][0]["state"], "removed");
    assert_eq!(again.stderr, "");
}

#[tokio::test]
async fn a_project_gets_its_own_file() {
    for (id, file) in [
        ("cursor", ".cursor/mcp.json"),
        ("vscode", ".vscode/mcp.json"),
        ("claude-code", ".mcp.json"),
        ("codex", ".codex/config.toml"),
        ("gemini-cli", ".gemini/settings.json"),
        ("copilot-cli", ".github/mcp.json"),
        ("opencode", "opencode.json"),
        ("kiro", ".kiro/settings/mcp.json"),
        ("zed", ".zed/settings.json"),
        ("devin", ".devin/mcp_config.json"),
    ] {
        let desk = Desk::new();
        desk.connect(&[id, "--scope", "project", "--write"])
            .await
            .exits(0);
        let text = desk.read(&format!("project/{file}"));
        assert!(text.contains(ENDPOINT), "{text}");
        // It is for others too.
        assert!(
            !text.contains(desk.path("home").to_str().unwrap()),
            "{text}"
        );
    }
    for id in ["claude-desktop", "cline", "goose", "windsurf"] {
        let finished = Desk::new()
            .connect(&[id, "--scope", "project"])
            .await
            .exits(64);
        finished.complains(&["has no project configuration"]);
    }
}

#[tokio::test]
async fn all_is_every_client_that_is_here_and_says_who_is_not() {
    let desk = Desk::new();
    for folder in [".cursor", ".codex", ".config/goose", ".config/opencode"] {
        fs::create_dir_all(desk.path("home").join(folder)).unwrap();
    }
    desk.write("project/.vscode/mcp.json", "{}");
    let finished = desk.connect(&["--all", "--write"]).await.exits(0);
    let written: Vec<_> = finished
        .stdout
        .lines()
        .filter_map(|line| line.split_once(": "))
        .collect();
    let clients: Vec<_> = written.iter().map(|(client, _)| *client).collect();
    assert_eq!(clients, ["Cursor", "Codex", "OpenCode", "Goose", "VS Code"]);
    let finished = finished.complains(&[
        "left out, user: ",
        "not on this machine",
        "the file is not OpenCode 2's",
    ]);
    finished.complains(&[
        "left out, project: ",
        "no such file here",
        "the same file as vscode",
    ]);
    let document = desk.connect(&["--all", "--json"]).await.exits(0).json();
    assert_eq!(document["clients"].as_array().unwrap().len(), 5);
    assert!(document["left_out"].as_array().unwrap().len() > 10);
    let document = desk
        .connect(&["--all", "--scope", "project", "--json"])
        .await
        .exits(0)
        .json();
    assert_eq!(document["clients"][0]["client"], "vscode");
}

/// One file, named twice or of two clients.
#[tokio::test]
async fn a_file_that_is_meant_twice_is_written_as_often() {
    let desk = Desk::new();
    let twice = ["opencode", "cursor", "opencode2", "cursor", "--write"];
    desk.connect(&twice).await.exits(0);
    let text = desk.read("home/.config/opencode/opencode.json");
    assert_eq!(text.matches(ENDPOINT).count(), 2, "{text}");
    let both = ["vscode", "vscode-insiders", "--scope", "project", "--write"];
    desk.connect(&both).await.exits(0);
    fs::create_dir_all(desk.path("home/.kiro")).unwrap();
    desk.write("home/.kiro/settings/mcp.json", "{}");
    let all = ["connect", "--all", "--write"];
    let home = desk
        .program(&all)
        .folder(&desk.path("home"))
        .endpoint(ENDPOINT);
    home.run()
        .await
        .exits(0)
        .complains(&["the same file as the user's"]);
}

#[tokio::test]
async fn an_input_that_others_use_stays() {
    let desk = Desk::new();
    let file = "home/.config/Code/User/mcp.json";
    desk.connect(&["vscode", "--write"]).await.exits(0);
    let second = ["connect", "vscode", "--name", "second", "--write"];
    desk.program(&second)
        .endpoint(ENDPOINT)
        .run()
        .await
        .exits(0);
    let ids = |text: &str| text.matches("\"promptString\"").count();
    assert_eq!(ids(&desk.read(file)), 1);
    desk.connect(&["vscode", "--remove", "--write"])
        .await
        .exits(0);
    assert_eq!(ids(&desk.read(file)), 1);
    let second = [
        "connect", "vscode", "--name", "second", "--remove", "--write",
    ];
    desk.program(&second).run().await.exits(0);
    assert_eq!(ids(&desk.read(file)), 0);
}

#[tokio::test]
async fn a_link_holds_the_entry_of_the_file_and_no_more() {
    let desk = Desk::new();
    for (id, start) in [
        (
            "cursor",
            "cursor://anysphere.cursor-deeplink/mcp/install?name=mine&config=",
        ),
        ("vscode", "vscode:mcp/install?"),
        ("vscode-insiders", "vscode-insiders:mcp/install?"),
        ("kiro", "https://kiro.dev/launch/mcp/add?name=mine&config="),
    ] {
        let document = desk.connect(&[id, "--json"]).await.exits(0).json();
        let link = document["clients"][0]["link"].as_str().unwrap();
        assert!(link.starts_with(start), "{link}");
        assert_snapshot!(format!("link_of_{id}"), link);
    }
    for (id, ..) in CLIENTS {
        let document = desk
            .connect(&[id, "--no-key", "--json"])
            .await
            .exits(0)
            .json();
        let has_link = document["clients"][0]["link"].is_string();
        let expected = ["cursor", "vscode", "vscode-insiders", "kiro", "goose"].contains(&id);
        assert_eq!(has_link, expected, "{id}");
    }
}

#[tokio::test]
async fn without_a_key_no_entry_speaks_of_one() {
    let desk = Desk::new();
    for (id, ..) in CLIENTS {
        let finished = desk.connect(&[id, "--no-key"]).await.exits(0);
        for word in ["x-api-key", "MCP_API_KEY", "mcp-api-key", ".key"] {
            assert!(!finished.stdout.contains(word), "{id}: {finished:#?}");
        }
    }
}

/// However the old entry wrote the header, and wherever it had the key from.
#[tokio::test]
async fn an_old_key_does_not_stay_beside_the_new_one() {
    for (id, file, old) in [
        (
            "cursor",
            ".cursor/mcp.json",
            r#"{"mcpServers":{"mine":{"url":"https://o/mcp","headers":{"X-API-Key":"literal","X-Team":"${env:TEAM}"}}}}"#,
        ),
        (
            "codex",
            ".codex/config.toml",
            "[mcp_servers.mine]\nurl = \"https://o/mcp\"\nhttp_headers = { \"X-Api-Key\" = \"literal\", X-Team = \"a\" }\n",
        ),
        (
            "goose",
            ".config/goose/config.yaml",
            "extensions:\n  mine:\n    type: sse\n    uri: https://o/mcp\n    headers:\n      X-API-KEY: literal\n      X-Team: ${TEAM}\n    env_keys: [TEAM]\n",
        ),
        (
            "vscode",
            ".config/Code/User/mcp.json",
            r#"{"servers":{"mine":{"type":"sse","url":"https://o/mcp","headers":{"X-Api-Key":"literal"}}}}"#,
        ),
        (
            "zed",
            ".config/zed/settings.json",
            r#"{"context_servers":{"mine":{"url":"https://o/mcp","headers":{"x-api-key":"literal"}}}}"#,
        ),
    ] {
        let desk = Desk::new();
        let file = format!("home/{file}");
        desk.write(&file, old);
        desk.connect(&[id, "--write"]).await.exits(0);
        let text = desk.read(&file);
        assert!(!text.contains("literal"), "{text}");
        assert_eq!(text.contains("TEAM"), old.contains("TEAM"), "{text}");
        assert_eq!(text.contains("X-Team"), old.contains("X-Team"), "{text}");
        desk.connect(&[id, "--write"]).await.exits(0);
        assert_eq!(desk.read(&file), text);
        desk.connect(&[id, "--write", "--no-key"]).await.exits(0);
        let text = desk.read(&file).to_lowercase();
        assert!(
            !text.contains("api-key") && !text.contains("api_key"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn the_variable_and_the_file_of_the_key_can_be_others() {
    let desk = Desk::new();
    for (id, ..) in CLIENTS {
        let options = ["--key-variable", "TEAM_KEY", "--key-file", "/run/team.key"];
        let finished = desk.connect(&[&[id], &options[..]].concat()).await.exits(0);
        let shown = ["TEAM_KEY", "team-key", "/run/team.key"]
            .iter()
            .any(|name| finished.stdout.contains(name));
        assert!(
            shown && !finished.stdout.contains("MCP_API_KEY"),
            "{id}: {finished:#?}"
        );
    }
}

#[tokio::test]
async fn a_user_of_another_folder_is_asked_there() {
    let desk = Desk::new();
    for (id, variable, file) in [
        ("codex", "CODEX_HOME", "config.toml"),
        ("claude-code", "CLAUDE_CONFIG_DIR", ".claude.json"),
        ("copilot-cli", "COPILOT_HOME", "mcp-config.json"),
        ("goose", "XDG_CONFIG_HOME", "goose/config.yaml"),
    ] {
        let moved = desk.path("moved");
        let connect = desk.program(&["connect", id, "--write"]).endpoint(ENDPOINT);
        connect
            .env(variable, moved.to_str().unwrap())
            .run()
            .await
            .exits(0);
        assert!(moved.join(file).exists(), "{id}");
    }
}

#[tokio::test]
async fn mistakes_are_usage_errors() {
    let desk = Desk::new();
    for (arguments, complaint) in [
        (&["connect"][..], "<CLIENT"),
        (&["connect", "emacs"], "possible values: cursor"),
        (&["connect", "cursor", "--all"], "cannot be used with"),
        (&["connect", "cursor", "--name", "a b"], "invalid --name"),
        (&["connect", "cursor", "--name", "../x"], "invalid --name"),
        (
            &["connect", "cursor", "--key-variable", "a-b"],
            "invalid --key-variable",
        ),
        (
            &["connect", "cursor", "--endpoint", "http://far.example/mcp"],
            "over plain HTTP",
        ),
        (
            &["connect", "cursor", "--endpoint", "https://u:p@h/mcp"],
            "user name or password",
        ),
    ] {
        let finished = desk
            .program(arguments)
            .run()
            .await
            .exits(64)
            .complains(&[complaint]);
        assert_eq!(finished.stdout, "", "{arguments:?}");
    }
    let nobody = program(&["connect", "cursor"]).folder(&desk.path("project"));
    nobody
        .run()
        .await
        .exits(64)
        .complains(&["HOME is not set", "hint: "]);
    let plain = [
        "connect",
        "cursor",
        "--endpoint",
        "http://far.example/mcp",
        "--no-key",
    ];
    desk.program(&plain).run().await.exits(0);
}

#[tokio::test]
async fn the_document_for_programs_has_everything() {
    let desk = Desk::new();
    let document: Value = desk
        .connect(&["claude-desktop", "--json"])
        .await
        .exits(0)
        .json();
    let text = desk.portable(&serde_json::to_string_pretty(&document).unwrap());
    assert_snapshot!(text);
}

const MARK: &str = "<!-- below: mcp-client connect --reference -->\n";

#[tokio::test]
async fn the_document_of_clients_is_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/clients.md");
    let document = fs::read_to_string(path).unwrap();
    let (_, committed) = document.split_once(MARK).unwrap();
    let reference = program(&["connect", "--reference"])
        .run()
        .await
        .exits(0)
        .quiet();
    assert!(
        committed == reference.stdout,
        "docs/clients.md is not what the program says: put what `mcp-client connect --reference` prints below the mark"
    );
}
