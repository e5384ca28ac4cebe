//! The files that `connect` changes: what cannot be read stays as it is, and nothing is half written.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::time::Duration;

use crate::connect::Desk;
use crate::connect_clients::CLIENTS;

fn mode(desk: &Desk, name: &str) -> u32 {
    desk.path(name).metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn what_is_broken_stays_as_it_is_and_says_where() {
    for (id, file, existing) in CLIENTS {
        let desk = Desk::new();
        let file = format!("home/{file}");
        let broken = match id {
            "codex" => format!("{existing}x = = 1\n"),
            "goose" => format!("{existing}a: [1,\n"),
            _ => existing.trim_end().trim_end_matches('}').to_owned(),
        };
        desk.write(&file, &broken);
        for command in [&["--write"][..], &["--remove", "--write"], &[]] {
            let finished = desk.connect(&[&[id], command].concat()).await.exits(65);
            let finished = finished.complains(&[
                "is no configuration of",
                "line ",
                "column ",
                "hint: nothing was changed",
            ]);
            assert_eq!(finished.stdout, "", "{id}");
        }
        assert_eq!(desk.read(&file), broken, "{id}");
    }
}

#[tokio::test]
async fn a_key_that_is_there_twice_is_refused() {
    for (id, file, text, place) in [
        (
            "cursor",
            ".cursor/mcp.json",
            "{\n \"mcpServers\": {},\n \"mcpServers\": {}\n}",
            "line 3, column 2",
        ),
        (
            "codex",
            ".codex/config.toml",
            "[mcp_servers.a]\nurl = \"x\"\n[mcp_servers.a]\n",
            "line 3, column ",
        ),
        (
            "goose",
            ".config/goose/config.yaml",
            "extensions: {}\nextensions: {}\n",
            "line 2, column 1",
        ),
    ] {
        let desk = Desk::new();
        let file = format!("home/{file}");
        desk.write(&file, text);
        desk.connect(&[id, "--write"])
            .await
            .exits(65)
            .complains(&[place]);
        assert_eq!(desk.read(&file), text);
    }
}

#[tokio::test]
async fn what_is_of_another_form_is_refused() {
    for text in [
        "[]",
        "1",
        "\"x\"",
        "{\"mcpServers\": []}",
        "{\"mcpServers\": 1}",
        "{'a': 1}",
        "{a: 1}",
    ] {
        let desk = Desk::new();
        desk.write("home/.cursor/mcp.json", text);
        desk.connect(&["cursor", "--write"]).await.exits(65);
        assert_eq!(desk.read("home/.cursor/mcp.json"), text);
    }
    for text in [
        "mcp_servers = 1\n",
        "mcp_servers = []\n",
        "[[mcp_servers]]\n",
    ] {
        let desk = Desk::new();
        desk.write("home/.codex/config.toml", text);
        desk.connect(&["codex", "--write"]).await.exits(65);
        assert_eq!(desk.read("home/.codex/config.toml"), text);
    }
    for text in [
        "- a\n",
        "extensions: [a]\n",
        "a: 1\n---\nb: 2\n",
        "extensions: text\n",
    ] {
        let desk = Desk::new();
        desk.write("home/.config/goose/config.yaml", text);
        desk.connect(&["goose", "--write"]).await.exits(65);
        assert_eq!(desk.read("home/.config/goose/config.yaml"), text);
    }
}

#[tokio::test]
async fn nesting_without_end_is_refused() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    for (id, file, text) in [
        ("cursor", ".cursor/mcp.json", deep("[", "]")),
        ("cursor", ".cursor/mcp.json", deep("{\"a\":", "}")),
        (
            "cursor",
            ".cursor/mcp.json",
            "[".repeat(300) + &"]".repeat(300),
        ),
        (
            "codex",
            ".codex/config.toml",
            format!("a = {}", deep("[", "]")),
        ),
        (
            "codex",
            ".codex/config.toml",
            format!("[{}]\nx = 1\n", vec!["a"; 10_000].join(".")),
        ),
        ("goose", ".config/goose/config.yaml", deep("[", "]")),
        (
            "goose",
            ".config/goose/config.yaml",
            format!("a: {}", deep("{a: ", "}")),
        ),
        ("goose", ".config/goose/config.yaml", "- ".repeat(50_000)),
    ] {
        let desk = Desk::new();
        let file = format!("home/{file}");
        desk.write(&file, &text);
        let arguments = [id, "--write"];
        let run = desk.connect(&arguments);
        let finished = tokio::time::timeout(Duration::from_secs(60), run)
            .await
            .unwrap();
        finished.exits(65);
        assert_eq!(desk.read(&file), text);
    }
}

#[tokio::test]
async fn what_is_no_text_or_no_file_is_refused() {
    let desk = Desk::new();
    let file = "home/.cursor/mcp.json";
    desk.write(file, "");
    fs::write(desk.path(file), b"{\"a\": \"\xff\"}").unwrap();
    desk.connect(&["cursor", "--write"])
        .await
        .exits(65)
        .complains(&["is not text in UTF-8"]);
    fs::remove_file(desk.path(file)).unwrap();
    let made = Command::new("mkfifo")
        .arg(desk.path(file))
        .status()
        .unwrap();
    assert!(made.success());
    let run = desk.connect(&["cursor", "--write"]);
    let finished = tokio::time::timeout(Duration::from_secs(10), run)
        .await
        .unwrap();
    finished.exits(65).complains(&["expected a regular file"]);
    fs::remove_file(desk.path(file)).unwrap();
    symlink("/dev/zero", desk.path(file)).unwrap();
    desk.connect(&["cursor", "--write"])
        .await
        .exits(65)
        .complains(&["expected a regular file"]);
    fs::remove_file(desk.path(file)).unwrap();
    let large = fs::File::create(desk.path(file)).unwrap();
    large.set_len((16 << 20) + 1).unwrap();
    desk.connect(&["cursor", "--write"])
        .await
        .exits(65)
        .complains(&["is larger than 16777216 bytes"]);
}

#[tokio::test]
async fn an_empty_file_is_a_new_one() {
    for (id, file, _) in CLIENTS {
        let file = format!("home/{file}");
        let (empty, none) = (Desk::new(), Desk::new());
        empty.write(&file, "");
        empty
            .connect(&[id, "--write", "--key-file", "/k"])
            .await
            .exits(0);
        none.connect(&[id, "--write", "--key-file", "/k"])
            .await
            .exits(0);
        assert_eq!(empty.read(&file), none.read(&file), "{id}");
    }
}

#[tokio::test]
async fn a_link_stays_a_link_and_a_mode_a_mode() {
    let desk = Desk::new();
    desk.write("home/dotfiles/mcp.json", "{}\n");
    fs::set_permissions(
        desk.path("home/dotfiles/mcp.json"),
        Permissions::from_mode(0o640),
    )
    .unwrap();
    fs::create_dir(desk.path("home/.cursor")).unwrap();
    symlink("../dotfiles/mcp.json", desk.path("home/.cursor/mcp.json")).unwrap();
    let finished = desk.connect(&["cursor", "--write"]).await.exits(0);
    finished.complains(&["is a link"]);
    assert!(desk.path("home/.cursor/mcp.json").is_symlink());
    assert!(desk.read("home/dotfiles/mcp.json").contains("mine"));
    assert_eq!(mode(&desk, "home/dotfiles/mcp.json"), 0o640);
    let left = fs::read_dir(desk.path("home/dotfiles")).unwrap();
    assert_eq!(left.count(), 1);
}

#[tokio::test]
async fn a_link_to_nothing_is_refused_and_stays() {
    let desk = Desk::new();
    fs::create_dir(desk.path("home/.cursor")).unwrap();
    symlink("nowhere.json", desk.path("home/.cursor/mcp.json")).unwrap();
    desk.connect(&["cursor", "--write"])
        .await
        .exits(73)
        .complains(&["is a link to nothing"]);
    assert!(!desk.path("home/.cursor/nowhere.json").exists());
}

#[tokio::test]
async fn new_files_of_a_user_are_private_and_those_of_a_project_are_shared() {
    let desk = Desk::new();
    desk.connect(&["cursor", "--write"]).await.exits(0);
    assert_eq!(mode(&desk, "home/.cursor/mcp.json"), 0o600);
    assert_eq!(mode(&desk, "home/.cursor"), 0o700);
    desk.connect(&["cursor", "--scope", "project", "--write"])
        .await
        .exits(0);
    let usual = mode(&desk, "project");
    assert_eq!(mode(&desk, "project/.cursor/mcp.json"), usual & 0o666);
    assert_eq!(mode(&desk, "project/.cursor"), usual);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_reported() {
    let desk = Desk::new();
    desk.write("home/.cursor", "a file where a folder should be");
    let finished = desk.connect(&["cursor", "--write"]).await.exits(65);
    finished.complains(&["cannot read ", ".cursor"]);
}

/// One broken file among several: none is changed.
#[tokio::test]
async fn nothing_is_written_if_one_of_the_files_is_broken() {
    let desk = Desk::new();
    desk.write("home/.cursor/mcp.json", "{}");
    desk.write("home/.kiro/settings/mcp.json", "{");
    desk.connect(&["cursor", "kiro", "--write"]).await.exits(65);
    assert_eq!(desk.read("home/.cursor/mcp.json"), "{}");
}

/// A file that cannot be written, which shows only then, after another: that one is reported.
#[tokio::test]
async fn what_was_written_is_reported_even_if_the_next_fails() {
    let desk = Desk::new();
    fs::create_dir(desk.path("home/.kiro")).unwrap();
    symlink("/proc/none", desk.path("home/.kiro/settings")).unwrap();
    let finished = desk.connect(&["cursor", "kiro", "--write"]).await.exits(73);
    assert!(
        finished.stdout.contains("Cursor: written to "),
        "{finished:#?}"
    );
    finished.complains(&["cannot write ", ".kiro"]);
}

#[tokio::test]
async fn a_projects_file_does_not_lead_out_of_it() {
    let desk = Desk::new();
    desk.write("home/other.json", "{}");
    fs::create_dir_all(desk.path("project/.cursor")).unwrap();
    symlink(
        desk.path("home/other.json"),
        desk.path("project/.cursor/mcp.json"),
    )
    .unwrap();
    symlink(desk.path("home"), desk.path("project/.vscode")).unwrap();
    for client in ["cursor", "vscode"] {
        let arguments = [client, "--scope", "project", "--write"];
        let finished = desk.connect(&arguments).await.exits(73);
        finished.complains(&["leads out of the project", "--scope user"]);
    }
    assert_eq!(desk.read("home/other.json"), "{}");
    assert!(!desk.path("home/mcp.json").exists());
}

#[tokio::test]
async fn a_tab_is_no_indentation_in_yaml() {
    let desk = Desk::new();
    let broken = "extensions:\n\tz: 1\n";
    desk.write("home/.config/goose/config.yaml", broken);
    let finished = desk.connect(&["goose", "--write"]).await.exits(65);
    finished.complains(&["a tab as indentation", "line 2"]);
    assert_eq!(desk.read("home/.config/goose/config.yaml"), broken);
}
