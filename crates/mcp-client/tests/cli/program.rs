//! The program as a child process.

use std::path::Path;
use std::process::{ExitStatus, Stdio};

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// A command line to run, with nothing of the test's own environment.
pub(crate) struct Program {
    command: Command,
    stdin: String,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    status: ExitStatus,
}

/// The program with these arguments.
pub(crate) fn program(arguments: &[&str]) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-client"));
    command.env_clear().args(arguments).kill_on_drop(true);
    Program {
        command,
        stdin: String::new(),
    }
}

/// The program with these arguments, started by a shell with its standard output closed.
#[cfg(unix)]
pub(crate) fn program_with_closed_output(arguments: &[&str]) -> Program {
    let mut command = Command::new("/bin/sh");
    let script = r#"exec "$0" "$@" >&-"#;
    let program = env!("CARGO_BIN_EXE_mcp-client");
    command.env_clear().args(["-c", script, program]);
    command.args(arguments).kill_on_drop(true);
    Program {
        command,
        stdin: String::new(),
    }
}

/// Runs the program with these arguments against `endpoint`.
pub(crate) async fn run(endpoint: &str, arguments: &[&str]) -> Finished {
    program(arguments).endpoint(endpoint).run().await
}

impl Program {
    pub(crate) fn endpoint(self, endpoint: &str) -> Self {
        self.env("MCP_SERVER_ENDPOINT", endpoint)
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.env("MCP_API_KEY", key)
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = text.to_owned();
        self
    }

    /// Starts it and does not wait for its end.
    pub(crate) fn start(mut self) -> tokio::process::Child {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(crate) async fn run(mut self) -> Finished {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that does not read may be gone already.
        let _ = stdin.write_all(self.stdin.as_bytes()).await;
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        Finished {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            status: output.status,
        }
    }

    /// Runs with a standard output whose reader has left.
    pub(crate) async fn run_unread(self) -> Finished {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        self.run_into(writer.into()).await
    }

    /// Runs with this standard output, which nobody here reads.
    pub(crate) async fn run_into(mut self, stdout: Stdio) -> Finished {
        let child = self
            .command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn();
        let output = child.unwrap().wait_with_output().await.unwrap();
        Finished {
            stdout: String::new(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            status: output.status,
        }
    }
}

impl Finished {
    /// Fails with everything that was printed unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "{self:#?}");
        self
    }

    /// Fails unless standard error has all of `parts`.
    #[track_caller]
    pub(crate) fn complains(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no `{part}` in {self:#?}");
        }
        self
    }

    /// Fails unless standard error is this one line.
    #[track_caller]
    pub(crate) fn ends_with(self, line: &str) -> Self {
        assert_eq!(self.stderr, format!("{line}\n"));
        self
    }

    /// Fails unless standard error is empty.
    #[track_caller]
    pub(crate) fn quiet(self) -> Self {
        assert_eq!(self.stderr, "");
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Standard error as the JSON document of an error.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let document: Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        document["error"].clone()
    }
}
