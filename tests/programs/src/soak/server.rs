//! The server as a process: its start, what `/proc` says of it, its end.

use std::error::Error;
use std::io;
use std::path::Path;
use std::process::Stdio;

use serde::Serialize;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;

/// Patience with slow clients, short enough to be put to the test many times, in milliseconds.
const PATIENCE: [(&str, &str); 2] = [
    ("MCP_HEADER_TIMEOUT_MS", "2000"),
    ("MCP_BODY_TIMEOUT_MS", "1000"),
];

/// A running server whose log is read to the end.
pub(crate) struct Server {
    child: Child,
    pid: u32,
    address: String,
    log: JoinHandle<io::Result<Log>>,
}

/// What the process holds at one moment.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Sample {
    /// Resident memory in KiB.
    pub(crate) rss_kib: u64,
    /// Open files and sockets.
    pub(crate) descriptors: usize,
}

/// How the server ended.
#[derive(Debug, Serialize)]
pub(crate) struct Farewell {
    /// Its exit code; none when a signal killed it.
    pub(crate) exit_code: Option<i32>,
    pub(crate) log: Log,
}

/// What was in the server's log.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Log {
    /// The first error that it logged itself.
    pub(crate) own_error: Option<String>,
    /// The first error that a library logged. Libraries call errors what a client has done, so it counts as none.
    pub(crate) library_error: Option<String>,
    /// How many errors libraries logged.
    pub(crate) library_errors: u64,
}

impl Server {
    /// Starts `program` on a free port and waits until it listens.
    pub(crate) async fn start(program: &Path) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(program)
            .args(["--port", "0"])
            .env_clear()
            .envs(PATIENCE)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let pid = child.id().ok_or("the server ended at once")?;
        let stdout = child.stdout.take().ok_or("the server has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let address = address(&mut lines).await?;
        let log = tokio::spawn(errors(lines));
        Ok(Self {
            child,
            pid,
            address,
            log,
        })
    }

    /// Where it listens: host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn sample(&self) -> Result<Sample, Box<dyn Error>> {
        let process = format!("/proc/{}", self.pid);
        let status = std::fs::read_to_string(format!("{process}/status"))
            .map_err(|error| format!("the server is gone: {error}"))?;
        let rss_kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next())
            .ok_or("the server is gone: its memory is released")?
            .parse()?;
        let descriptors = std::fs::read_dir(format!("{process}/fd"))?.count();
        Ok(Sample {
            rss_kib,
            descriptors,
        })
    }

    /// Asks the server to stop and waits for its end.
    pub(crate) async fn stop(mut self) -> Result<Farewell, Box<dyn Error>> {
        let pid = self.pid.to_string();
        Command::new("kill")
            .args(["-s", "TERM", &pid])
            .status()
            .await?;
        let status = self.child.wait().await?;
        Ok(Farewell {
            exit_code: status.code(),
            log: self.log.await??,
        })
    }
}

/// Host and port in the first line of the log.
async fn address(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<String, Box<dyn Error>> {
    let line = lines.next_line().await?.ok_or("the server ended at once")?;
    let event: Value = serde_json::from_str(&line)?;
    let address = event
        .get("url")
        .and_then(Value::as_str)
        .and_then(|url| {
            url.strip_prefix("http://")?
                .strip_suffix(mcp_front_door::ENDPOINT)
        })
        .ok_or("the server did not say where it listens")?;
    Ok(address.to_owned())
}

/// Reads the whole log, so that the server never waits for a reader, and keeps the first errors.
async fn errors(mut lines: Lines<BufReader<ChildStdout>>) -> io::Result<Log> {
    let mut log = Log::default();
    while let Some(line) = lines.next_line().await? {
        if !line.contains(r#""level":"ERROR""#) {
            continue;
        }
        if line.contains(r#""target":"mcp_server"#) {
            log.own_error.get_or_insert(line);
        } else {
            log.library_errors += 1;
            log.library_error.get_or_insert(line);
        }
    }
    Ok(log)
}
