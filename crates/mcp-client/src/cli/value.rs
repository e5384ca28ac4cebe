//! Values of options, read and bounded.

use std::time::Duration;

/// Takes what looks like a URL: anything else here is a misspelt command.
pub(super) fn url(text: &str) -> Result<String, String> {
    match text.contains("://") {
        true => Ok(text.to_owned()),
        false => Err("expected a command, or a URL such as https://HOST/mcp".to_owned()),
    }
}

/// Reads a number from 1 to `MOST`.
pub(super) fn at_most<const MOST: usize>(text: &str) -> Result<usize, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| format!("expected a number, 1 to {MOST}"))
}

/// The longest limit: a day. What is longer is a slip of the pen.
const LONGEST_SECONDS: f64 = 86_400.0;

/// Reads a limit: a number of seconds above 0 and up to a day, to the millisecond.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let limit = text
        .parse::<f64>()
        .ok()
        .filter(|seconds| (0.001..=LONGEST_SECONDS).contains(seconds))
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    limit.ok_or_else(|| "expected seconds, 0.001 to 86400".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_positive_and_bounded() {
        assert_eq!(seconds("30"), Ok(Duration::from_secs(30)));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for nonsense in "0 -1 0.0001 nan inf 86401 1e300 5s".split(' ') {
            assert!(seconds(nonsense).is_err(), "{nonsense}");
        }
    }
}
