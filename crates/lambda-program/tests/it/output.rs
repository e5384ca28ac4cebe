//! The log of a program whose standard output is a pipe, read or not.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use lambda_program::emf::{Line, Metric};
use lambda_program::output;
use lambda_program::telemetry::{self, LogConfig, LogFormat};
use tracing::level_filters::LevelFilter;

const LINES: usize = 5_000;

/// The program: logs much, says so on standard error, waits for a line of input, and logs once more.
#[test]
#[ignore = "a program that the other tests start"]
fn program() {
    let log = LogConfig {
        level: LevelFilter::INFO,
        format: LogFormat::Json,
    };
    telemetry::install(log, &[env!("CARGO_CRATE_NAME")], &[]);
    for number in 0..LINES / 2 {
        tracing::info!(number, "counted");
        tracing::info!(target: "hyper", "foreign");
        let line = Line {
            namespace: "Here",
            at: std::time::UNIX_EPOCH,
            dimensions: &[],
            metrics: &[Metric::count("counted", 1)],
        };
        output::stdout().line(&line.to_string());
    }
    eprintln!("all counted");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    tracing::info!("over");
}

fn start() -> (Child, mpsc::Receiver<()>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "output::program", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (said, counted) = mpsc::channel();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    thread::spawn(move || {
        for line in stderr.lines().map_while(Result::ok) {
            if line == "all counted" {
                said.send(()).ok();
            }
        }
    });
    (child, counted)
}

/// Lets the program end while its output is read.
fn end(mut child: Child, mut read: String) -> String {
    let mut stdout = child.stdout.take().unwrap();
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    stdout.read_to_string(&mut read).unwrap();
    assert!(child.wait().unwrap().success());
    read
}

fn count(log: &str, part: &str) -> usize {
    log.lines().filter(|line| line.contains(part)).count()
}

#[test]
fn a_program_that_nobody_reads_goes_on_and_says_what_is_missing() {
    let (mut child, counted) = start();
    let going_on = counted.recv_timeout(Duration::from_secs(20));
    assert!(going_on.is_ok(), "it waits for a reader");
    let mut room = vec![0; 16_384];
    let stdout = child.stdout.as_mut().unwrap();
    stdout.read_exact(&mut room).unwrap();
    let log = end(child, String::from_utf8(room).unwrap());
    let lost: usize = log
        .lines()
        .filter_map(|line| line.split_once("\"output.lost_lines\":"))
        .map(|(_, rest)| rest.split_once(',').unwrap().0.parse::<usize>().unwrap())
        .sum();
    let written = count(&log, "counted");
    assert!(
        written > 100 && lost > 100,
        "{written} written, {lost} lost"
    );
    assert_eq!(written + lost, LINES);
    assert_eq!(count(&log, "\"message\":\"over\""), 1);
}

#[test]
fn a_program_that_is_read_loses_nothing_whatever_it_is_called() {
    let (mut child, counted) = start();
    let stdout = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let mut log = String::new();
        BufReader::new(stdout).read_to_string(&mut log).unwrap();
        log
    });
    counted.recv_timeout(Duration::from_secs(20)).unwrap();
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(child.wait().unwrap().success());
    let log = reader.join().unwrap();
    assert_eq!(count(&log, "counted"), LINES);
    assert_eq!(count(&log, "\"target\":\"it::output\""), LINES / 2 + 1);
    assert_eq!(count(&log, "foreign") + count(&log, "lost"), 0);
}
