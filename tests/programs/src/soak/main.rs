//! Drives a real server process for a while with everything that good and bad clients do, and watches its memory and
//! its open descriptors. `scripts/soak` builds and runs it; Linux only, since it reads `/proc`.

mod exchange;
mod kinds;
mod load;
mod raw;
mod report;
mod server;

use std::error::Error;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use tokio::time::{MissedTickBehavior, interval};

use crate::load::{Plan, Tallies};
use crate::report::{Report, Screen};
use crate::server::{Sample, Server};

/// How long connections may take to close once the load has ended.
const SETTLE: Duration = Duration::from_secs(15);

/// Start a server, load it on the loopback address, and judge what became of its memory and descriptors.
#[derive(Debug, Parser)]
struct Args {
    /// The server's executable
    #[arg(long, value_name = "PATH")]
    server: PathBuf,
    /// How long the load lasts, up to a day
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1440))]
    minutes: u32,
    /// Requests started per second, at most; up to 5000
    #[arg(long, value_name = "N", default_value = "200", value_parser = rate)]
    rate: NonZeroU32,
    /// Requests in flight at the same time, at most
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=64))]
    concurrency: u32,
    /// How much the server's memory may grow after the warm-up (the first quarter, at most 5 minutes)
    #[arg(long, value_name = "MIB", default_value_t = 16)]
    max_growth: u32,
    /// Print one JSON document at the end; progress goes to standard error
    #[arg(long)]
    json: bool,
}

fn rate(text: &str) -> Result<NonZeroU32, String> {
    text.parse()
        .ok()
        .filter(|rate: &NonZeroU32| rate.get() <= 5000)
        .ok_or_else(|| "expected 1 to 5000".to_owned())
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args = Args::parse();
    let screen = Screen::new(args.json);
    let report = soak(&args, &screen).await?;
    screen.conclude(&report);
    Ok(if report.problems().is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn soak(args: &Args, screen: &Screen) -> Result<Report, Box<dyn Error>> {
    let duration = Duration::from_secs(60) * args.minutes;
    let server = Server::start(&args.server).await?;
    let tallies = Arc::new(Tallies::default());
    let start = server.sample()?;
    screen.head();
    screen.row(Duration::ZERO, start, &tallies);

    let plan = Plan {
        address: server.address().to_owned(),
        rate: args.rate,
        concurrency: args.concurrency,
        duration,
    };
    let load = tokio::spawn(load::run(plan, Arc::clone(&tallies)));
    let after_warm_up = watch(&server, duration, screen, &tallies).await?;
    load.await?;
    let end = settle(&server, start).await?;
    screen.row(duration, end, &tallies);

    Ok(Report {
        start,
        after_warm_up,
        end,
        max_growth_kib: u64::from(args.max_growth) * 1024,
        kinds: tallies.by_kind(),
        complaints: tallies.complaints(),
        farewell: server.stop().await?,
    })
}

/// Samples until the load ends, and returns the first sample after the warm-up.
async fn watch(
    server: &Server,
    duration: Duration,
    screen: &Screen,
    tallies: &Tallies,
) -> Result<Sample, Box<dyn Error>> {
    let warm_up = (duration / 4).min(Duration::from_secs(300));
    let between = (duration / 30).clamp(Duration::from_secs(2), Duration::from_secs(60));
    let mut ticks = interval(between);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks.tick().await;
    let begin = Instant::now();
    let mut after_warm_up = None;
    loop {
        ticks.tick().await;
        let elapsed = begin.elapsed();
        let sample = server.sample()?;
        screen.row(elapsed, sample, tallies);
        if elapsed >= warm_up {
            after_warm_up.get_or_insert(sample);
        }
        if let (true, Some(sample)) = (elapsed + between >= duration, after_warm_up) {
            return Ok(sample);
        }
    }
}

/// The sample once descriptors are as few as at the start, or when that has not happened in time.
async fn settle(server: &Server, start: Sample) -> Result<Sample, Box<dyn Error>> {
    let mut ticks = interval(Duration::from_millis(100));
    let begin = Instant::now();
    loop {
        ticks.tick().await;
        let sample = server.sample()?;
        if sample.descriptors <= start.descriptors || begin.elapsed() > SETTLE {
            return Ok(sample);
        }
    }
}
