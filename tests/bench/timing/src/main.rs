//! Measures whether the time of an API key check depends on anything it must not tell.
//!
//! ```text
//! cargo run --release --manifest-path tests/bench/timing/Cargo.toml -- [--samples N] [--json]
//! ```
//!
//! The method is that of dudect (Reparaz, Balasch, Verbauwhede: “Dude, is my code constant time?”, 2017): two classes
//! of inputs are measured interleaved in random order, slow outliers are cropped at many levels, and Welch's t-test
//! says whether the two classes have the same mean. |t| of 4.5 and more is a leak.
//!
//! Deliberately leaky comparisons are measured beside the real ones. If the instrument does not see them, its
//! silence about the others means nothing, and it fails.
//!
//! Exit code: 0 when no real pair reaches 4.5 and every leaky one does, 1 when not, 64 for wrong arguments. Run it on an idle
//! machine: other load makes it blind rather than wrong.

mod measure;
mod pairs;
mod report;
mod welch;

use std::process::ExitCode;

const USAGE: &str = "usage: timing [--samples N] [--json]

  --samples N   samples for each pair, at least 20000 (default 1000000)
  --json        one JSON object instead of a table";

/// Fewer cannot be split into a part to learn the cropping from and a part to judge.
const MIN_SAMPLES: usize = 20_000;

struct Options {
    samples: usize,
    json: bool,
}

fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("error: {problem}\n{USAGE}");
            return ExitCode::from(64);
        }
    };
    let pairs = match pairs::all() {
        Ok(pairs) => pairs,
        Err(problem) => {
            eprintln!("error: {problem}");
            return ExitCode::FAILURE;
        }
    };
    let mut report = report::Report::begin(options.json, options.samples);
    for pair in pairs {
        let samples = measure::interleaved(&pair.classes, options.samples);
        report.add(&pair, welch::largest_t(&samples));
    }
    if report.finish() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// `None` asks for help.
fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        samples: 1_000_000,
        json: false,
    };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--json" => options.json = true,
            "--samples" => {
                let samples = arguments.next().and_then(|value| value.parse().ok());
                let samples = samples.filter(|samples| *samples >= MIN_SAMPLES);
                options.samples = samples.ok_or(format!(
                    "--samples: expected a number of at least {MIN_SAMPLES}"
                ))?;
            }
            other => return Err(format!("unknown argument `{other}`")),
        }
    }
    Ok(Some(options))
}
