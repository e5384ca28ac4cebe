//! The program at a terminal: nothing that a server wrote steers it, and a person can be asked.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::json;

use crate::program::program;
use crate::stub;

/// The program, and the other side of its terminal.
struct AtTerminal {
    child: Child,
    terminal: File,
    seen: String,
}

fn at_terminal(endpoint: &str, arguments: &[&str]) -> AtTerminal {
    at_terminal_with(endpoint, arguments, &[])
}

fn at_terminal_with(endpoint: &str, arguments: &[&str], variables: &[(&str, &str)]) -> AtTerminal {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let side = || {
        let side: OwnedFd = File::options()
            .read(true)
            .write(true)
            .open(&name)
            .unwrap()
            .into();
        side
    };
    let child = Command::new(env!("CARGO_BIN_EXE_mcp-client"))
        .env_clear()
        .env("MCP_SERVER_ENDPOINT", endpoint)
        .env("TERM", "xterm")
        .envs(variables.iter().copied())
        .args(arguments)
        .stdin(side())
        .stdout(side())
        .stderr(side())
        .spawn()
        .unwrap();
    AtTerminal {
        child,
        terminal: File::from(master),
        seen: String::new(),
    }
}

impl AtTerminal {
    /// Reads until `text` comes; to the end if that is empty.
    fn until(&mut self, text: &str) {
        let mut buffer = [0; 4096];
        while text.is_empty() || !self.seen.contains(text) {
            // A terminal that nobody has open any more ends in an error.
            match self.terminal.read(&mut buffer) {
                Ok(1..) => {}
                Ok(0) | Err(_) => break,
            }
            let end = buffer
                .iter()
                .position(|byte| *byte == 0)
                .unwrap_or(buffer.len());
            self.seen.push_str(&String::from_utf8_lossy(&buffer[..end]));
            buffer = [0; 4096];
        }
        assert!(self.seen.contains(text), "no `{text}` in {:?}", self.seen);
    }

    fn types(&mut self, text: &str) {
        self.terminal.write_all(text.as_bytes()).unwrap();
    }

    fn ends(mut self) -> (i32, String) {
        self.until("");
        (self.child.wait().unwrap().code().unwrap(), self.seen)
    }
}

const STEERING: &str = "a\u{1b}]0;title\u{7}b\u{1b}[2Jc\u{202e}d\u{9b}1me\u{2066}f";

async fn steering() -> String {
    stub::modern(|method| match method {
        "tools/list" => json!({"result": {"tools": [{"name": STEERING, "description": STEERING}]}}),
        _ => json!({"result": {
            "content": [{"type": "text", "text": STEERING}],
            "structuredContent": {"x": STEERING},
        }}),
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_steers_a_terminal() {
    let endpoint = steering().await;
    let call = &["tools", "call", "x", "--unchecked"][..];
    for arguments in [
        call,
        &["--json", "tools", "call", "x", "--unchecked"],
        &["tools", "list"],
        &["--dump-wire", "tools", "list"],
    ] {
        let (code, seen) = at_terminal(&endpoint, arguments).ends();
        assert_eq!(code, 0, "{seen}");
        let steers =
            |c: char| c.is_control() && !"\r\n\t".contains(c) || "\u{202e}\u{2066}".contains(c);
        assert!(!seen.contains(steers), "{arguments:?}: {seen:?}");
    }
    // A program that reads gets what came.
    let finished = crate::program::run(&endpoint, call).await.exits(0);
    assert_eq!(finished.stdout, format!("{STEERING}\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked() {
    let endpoint = stub::asking().await;
    let mut session = at_terminal(&endpoint, &["tools", "call", "ask", "--protocol", "legacy"]);
    session.until("The server asks: Who are you?");
    session.until("[y]es, [n]o, [c]ancel");
    session.types("y\n");
    session.until("age (integer, 1 to 150, optional) [36]");
    session.types("151\n");
    session.until("expected integer, 1 to 150");
    session.types("\n");
    session.until("Name (string, required)");
    session.types("Ada\n");
    let (code, seen) = session.ends();
    assert_eq!(code, 0, "{seen}");
    assert!(
        seen.contains(r#"{"action":"accept","content":{"age":36,"name":"Ada"}}"#),
        "{seen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_say_no() {
    let endpoint = stub::asking().await;
    let mut session = at_terminal(&endpoint, &["tools", "call", "ask", "--protocol", "legacy"]);
    session.until("[c]ancel");
    session.types("n\n");
    let (code, seen) = session.ends();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains(r#"{"action":"decline"}"#), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_are_for_a_terminal_unless_somebody_says_otherwise() {
    for (arguments, word) in [(["--help"], "Usage:"), (["info"], "error:")] {
        let (_, seen) = at_terminal("http://", &arguments).ends();
        assert!(seen.contains(&format!("m{word}\u{1b}[0m")), "{seen:?}");
        let (_, seen) = at_terminal_with("http://", &arguments, &[("NO_COLOR", "1")]).ends();
        assert!(!seen.contains('\u{1b}') && seen.contains(word), "{seen:?}");
        let run = |variable| {
            program(&arguments)
                .endpoint("http://")
                .env(variable, "1")
                .run()
        };
        let plain = run("UNRELATED").await;
        assert!(!format!("{}{}", plain.stdout, plain.stderr).contains('\u{1b}'));
        let forced = run("CLICOLOR_FORCE").await;
        assert!(format!("{}{}", forced.stdout, forced.stderr).contains('\u{1b}'));
    }
}
