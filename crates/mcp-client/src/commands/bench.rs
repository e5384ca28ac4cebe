//! `bench`: one tool, called again and again, bounded in number and at once.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hdrhistogram::Histogram;
use serde::Serialize;

use super::{Asking, tools_call};
use crate::arguments::Given;
use crate::cli::Bench;
use crate::error::{Error, Misuse};
use crate::members::Members;
use crate::output::Printer;
use crate::session::Session;

/// How many lines the histogram has.
const LINES: usize = 12;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    tool: String,
    concurrency: usize,
    calls: u64,
    /// Calls that the tool answered with an error.
    tool_errors: u64,
    seconds: f64,
    calls_per_second: f64,
    latency_ms: Latency,
    #[serde(skip)]
    bars: Vec<(f64, u64)>,
}

#[derive(Debug, Serialize)]
struct Latency {
    min: f64,
    mean: f64,
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

pub(super) async fn run(
    asking: &Asking<'_>,
    bench: &Bench,
    stdin: &mut dyn std::io::Read,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    if !asking.target.endpoint.is_loopback() && !bench.i_own_this_host {
        return Err(Misuse::LoadElsewhere(asking.target.endpoint.clone()).into());
    }
    let given = Given::read(
        &bench.call.arguments,
        bench.call.json_args.as_deref(),
        stdin,
    );
    let given = given.map_err(Misuse::from)?;
    let arguments =
        asking.ask(async |session| tools_call::fitting(session, &bench.call, &given).await);
    let arguments = arguments.await?;
    let begin = Instant::now();
    let workers = (0..bench.concurrency).map(|index| {
        let share =
            bench.calls / bench.concurrency + usize::from(index < bench.calls % bench.concurrency);
        worker(asking, &bench.call.name, &arguments, share)
    });
    let mut all = Worked::default();
    for worked in join_all(workers).await {
        all.add(worked?);
    }
    let measured = all.measured(bench, begin.elapsed());
    output.show(&measured, text)
}

/// What one worker did.
#[derive(Debug)]
struct Worked {
    /// In microseconds.
    latencies: Histogram<u64>,
    tool_errors: u64,
}

impl Default for Worked {
    fn default() -> Self {
        let latencies = Histogram::new(3);
        #[expect(
            clippy::expect_used,
            reason = "three digits are among those that it takes"
        )]
        let latencies = latencies.expect("a histogram of three digits");
        Self {
            latencies,
            tool_errors: 0,
        }
    }
}

async fn worker(
    asking: &Asking<'_>,
    tool: &str,
    arguments: &Members,
    calls: usize,
) -> Result<Worked, Error> {
    let mut worked = Worked::default();
    if calls == 0 {
        return Ok(worked);
    }
    let session = Session::connect(asking.target, asking.console).await?;
    let outcome = worked.calls(&session, tool, arguments, calls).await;
    session.close().await;
    outcome.map(|()| worked)
}

impl Worked {
    async fn calls(
        &mut self,
        session: &Session<'_>,
        tool: &str,
        arguments: &Members,
        calls: usize,
    ) -> Result<(), Error> {
        for _ in 0..calls {
            let begin = Instant::now();
            let result = session.call_tool(tool, arguments).await?;
            let microseconds = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
            // It grows as it needs.
            let _ = self.latencies.record(microseconds);
            self.tool_errors += u64::from(result.get("isError") == Some(true));
        }
        Ok(())
    }

    fn add(&mut self, other: Self) {
        // Both have the same digits, and grow as they need.
        let _ = self.latencies.add(other.latencies);
        self.tool_errors += other.tool_errors;
    }

    fn measured(&self, bench: &Bench, took: Duration) -> Measured {
        let latencies = &self.latencies;
        let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1000.0;
        let (least, most) = (latencies.min(), latencies.max());
        let width = ((most - least) / LINES as u64).max(1);
        let bars = latencies
            .iter_linear(width)
            .filter(|bar| bar.value_iterated_to() >= least);
        Measured {
            tool: bench.call.name.clone(),
            concurrency: bench.concurrency,
            calls: latencies.len(),
            tool_errors: self.tool_errors,
            seconds: took.as_secs_f64(),
            calls_per_second: latencies.len() as f64 / took.as_secs_f64(),
            latency_ms: Latency {
                min: least as f64 / 1000.0,
                mean: latencies.mean() / 1000.0,
                p50: at(0.5),
                p90: at(0.9),
                p99: at(0.99),
                max: most as f64 / 1000.0,
            },
            bars: bars
                .map(|bar| {
                    (
                        bar.value_iterated_to() as f64 / 1000.0,
                        bar.count_since_last_iteration(),
                    )
                })
                .collect(),
        }
    }
}

fn text(measured: &Measured) -> String {
    let Measured {
        calls,
        tool_errors,
        seconds,
        calls_per_second,
        latency_ms: latency,
        ..
    } = measured;
    let mut text = format!(
        "{calls} calls of `{}`, {} at once, in {seconds:.2} s: {calls_per_second:.0} a second, {tool_errors} tool errors\n\
         latency in ms: min {:.2}, mean {:.2}, p50 {:.2}, p90 {:.2}, p99 {:.2}, max {:.2}\n",
        measured.tool,
        measured.concurrency,
        latency.min,
        latency.mean,
        latency.p50,
        latency.p90,
        latency.p99,
        latency.max,
    );
    let most = measured
        .bars
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(1)
        .max(1);
    for (end, count) in &measured.bars {
        let bar = "#".repeat(usize::try_from(count * 50 / most).unwrap_or_default());
        text.push_str(&format!("  ≤ {end:>9.2} ms  {count:>7}  {bar}\n"));
    }
    text
}
