//! Standard output and standard error that never hold a program up.
//!
//! A pipe that nobody reads is full after 64 KiB, and then a plain write waits for good, with every request behind it.
//! Here a line is written at once while there is room, so that nothing is lost when Lambda freezes or ends the process
//! after an answer. Without room, the line waits for at most [`PATIENCE`] and is dropped and counted; as long as that
//! lasts, further lines are dropped without a wait. Once there is room again, a line says how many are missing.
//!
//! A pipe or a terminal is opened again for writing without waiting, which leaves others that share it as they are.
//! Where that cannot be done (a socket, a system without `/proc`), whether there is room is asked for pieces of at most
//! `PIPE_BUF` bytes (4,096 on Linux), which a pipe with room takes without waiting. A longer line may be cut; it is counted
//! as lost, and what follows begins on a line of its own.

use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use api_keys::Timestamp;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, Mode, OFlags, fstat};
use rustix::io::Errno;
use rustix::pipe::PIPE_BUF;
use rustix::termios::isatty;

/// The longest wait for room, once per time without any.
pub const PATIENCE: Duration = Duration::from_millis(250);

/// Time between two attempts where the system cannot say when there is room.
const RETRY: Duration = Duration::from_millis(5);

/// Standard output, for log lines and metrics alike: all of JSON, a line each.
pub fn stdout() -> &'static Output<io::Stdout> {
    static STDOUT: LazyLock<Output<io::Stdout>> =
        LazyLock::new(|| Output::new(io::stdout(), json_report));
    &STDOUT
}

/// Standard error, for people.
pub fn stderr() -> &'static Output<io::Stderr> {
    static STDERR: LazyLock<Output<io::Stderr>> =
        LazyLock::new(|| Output::new(io::stderr(), text_report));
    &STDERR
}

/// Lines to a descriptor, from any number of threads.
#[derive(Debug)]
pub struct Output<D> {
    descriptor: D,
    /// The same pipe or terminal, opened so that no write waits.
    unwaiting: Option<OwnedFd>,
    /// How it is said that so many lines were lost.
    report: fn(u64) -> String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    lost: u64,
    /// Whether the last line found no room, so that the next one need not wait.
    full: bool,
    /// Whether the last line was written in part.
    cut: bool,
}

impl<D: AsFd> Output<D> {
    /// Writes to `descriptor` from now on, and says by `report` how many lines were lost.
    pub fn new(descriptor: D, report: fn(u64) -> String) -> Self {
        Self {
            unwaiting: reopen(descriptor.as_fd()),
            descriptor,
            report,
            state: Mutex::default(),
        }
    }

    /// Writes one line, which has no line break.
    pub fn line(&self, line: &str) {
        self.put(format!("{line}\n").as_bytes());
    }

    /// Writes `bytes` as a whole, or drops and counts them.
    fn put(&self, bytes: &[u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.lost > 0 {
            let start = if state.cut { "\n" } else { "" };
            let report = format!("{start}{}\n", (self.report)(state.lost));
            if !self.try_put(&mut state, report.as_bytes()) {
                state.lost += 1;
                return;
            }
            state.lost = 0;
        }
        if !self.try_put(&mut state, bytes) {
            state.lost += 1;
        }
    }

    fn try_put(&self, state: &mut State, bytes: &[u8]) -> bool {
        let patience = if state.full { Duration::ZERO } else { PATIENCE };
        let end = Instant::now() + patience;
        let mut rest = bytes;
        while !rest.is_empty() {
            let piece = rest.get(..PIPE_BUF).unwrap_or(rest);
            let written = self
                .wait_for_room(end)
                .and_then(|()| rustix::io::write(self.writable(), piece));
            match written {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                // A terminal says that it has room when it has less than it is given.
                Err(Errno::AGAIN) if Instant::now() < end => std::thread::sleep(RETRY),
                Err(_full_or_closed) => break,
            }
        }
        state.full = !rest.is_empty();
        state.cut = state.full && (state.cut || rest.len() < bytes.len());
        !state.full
    }

    fn writable(&self) -> BorrowedFd<'_> {
        match &self.unwaiting {
            Some(unwaiting) => unwaiting.as_fd(),
            None => self.descriptor.as_fd(),
        }
    }

    /// # Errors
    /// `AGAIN` when there is no room until `end`.
    fn wait_for_room(&self, end: Instant) -> Result<(), Errno> {
        let left = end.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(|_| Errno::INVAL)?;
        let writable = self.writable();
        let mut asked = [PollFd::new(&writable, PollFlags::OUT)];
        match poll(&mut asked, Some(&left))? {
            0 => Err(Errno::AGAIN),
            _ => Ok(()),
        }
    }
}

/// A description of its own for a pipe or a terminal. `None` for anything else: a file would be written from its start.
fn reopen(descriptor: BorrowedFd<'_>) -> Option<OwnedFd> {
    let kind = FileType::from_raw_mode(fstat(descriptor).ok()?.st_mode);
    if kind != FileType::Fifo && !isatty(descriptor) {
        return None;
    }
    let path = format!("/proc/self/fd/{}", descriptor.as_raw_fd());
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).ok()
}

/// Takes every line, so that whoever logs never sees an error.
impl<D: AsFd> Write for &Output<D> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const LOST: &str = "lines were lost, because nobody read the output";

fn json_report(lost: u64) -> String {
    let now = Timestamp::now();
    format!(
        r#"{{"timestamp":"{now}","level":"WARN","message":"{LOST}","output.lost_lines":{lost},"target":"{}"}}"#,
        module_path!()
    )
}

fn text_report(lost: u64) -> String {
    format!("{} WARN {LOST} output.lost_lines={lost}", Timestamp::now())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;

    fn report(lost: u64) -> String {
        format!("lost {lost}")
    }

    #[test]
    fn what_finds_no_room_is_dropped_and_counted_after_one_wait() {
        let (mut reader, writer) = io::pipe().unwrap();
        let output = Output::new(writer, report);
        let line = "l".repeat(1_000);
        let started = Instant::now();
        for _ in 0..1_000 {
            output.line(&line);
        }
        let waited = started.elapsed();
        assert!(waited >= PATIENCE && waited < PATIENCE * 4, "{waited:?}");

        let mut text = vec![0; 8 * PIPE_BUF];
        reader.read_exact(&mut text).unwrap();
        output.line("end");
        drop(output);
        reader.read_to_end(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let whole = text.lines().filter(|found| *found == line).count();
        assert!(whole > 50, "{whole} lines fit");
        let end = format!("\nlost {}\nend\n", 1_000 - whole);
        assert!(text.ends_with(&end), "{whole} lines fit");
    }

    #[test]
    fn a_terminal_that_nobody_reads_holds_nobody_up() {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let master = openpt(flags).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let terminal = rustix::fs::open(name.as_c_str(), flags, Mode::empty()).unwrap();
        let output = Output::new(terminal, report);
        let started = Instant::now();
        for _ in 0..1_000 {
            output.line(&"l".repeat(300));
        }
        assert!(started.elapsed() < PATIENCE * 4);
        assert!(output.state.lock().unwrap().lost > 900);
    }

    #[test]
    fn a_line_that_was_cut_ends_before_the_next_one() {
        let (mut reader, writer) = io::pipe().unwrap();
        let output = Output::new(writer, report);
        output.line(&"x".repeat(1_000_000));
        assert_eq!(output.state.lock().unwrap().lost, 1);
        let mut room = [0; 8 * PIPE_BUF];
        reader.read_exact(&mut room).unwrap();
        output.line("next");
        drop(output);
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        assert!(rest.ends_with("x\nlost 1\nnext\n"), "{}", rest.len());
    }

    #[test]
    fn a_reader_that_went_away_is_no_error() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = Output::new(writer, report);
        let started = Instant::now();
        for _ in 0..1_000 {
            output.line("line");
        }
        assert_eq!(output.state.lock().unwrap().lost, 1_000);
        assert!(started.elapsed() < PATIENCE * 4);
    }

    #[test]
    fn the_report_is_a_log_line() {
        let line: serde_json::Value = serde_json::from_str(&json_report(7)).unwrap();
        assert_eq!(line["output.lost_lines"], 7);
        assert_eq!(line["level"], "WARN");
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
        assert!(text_report(7).ends_with("output.lost_lines=7"));
    }
}
