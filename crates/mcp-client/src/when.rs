//! Times as people write them.

use std::str::FromStr;

use api_keys::Timestamp;
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The longest time from now, a century. What is longer is a slip of the pen, or `never`.
const LONGEST_HOURS: i64 = 100 * 8766;

/// A time, absolute or from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// So long from now; not negative.
    After(SignedDuration),
    At(Timestamp),
}

/// When a key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    Never,
    At(When),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a time such as 90d, 12h, 2w, 2027-01-31 or 2027-01-31T18:00:00Z")]
pub(crate) struct InvalidWhen;

impl When {
    /// The instant that is meant at `now`.
    pub(crate) fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::After(duration) => now.checked_add(duration).unwrap_or(Timestamp::MAX),
            Self::At(time) => time,
        }
    }
}

impl FromStr for When {
    type Err = InvalidWhen;

    fn from_str(text: &str) -> Result<Self, InvalidWhen> {
        let from_now = duration(text).map(Self::After);
        from_now
            .or_else(|| instant(text).map(Self::At))
            .ok_or(InvalidWhen)
    }
}

impl Expiry {
    /// The instant that is meant at `now`, if there is one.
    pub(crate) fn resolve(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::At(when) => Some(when.resolve(now)),
        }
    }
}

impl FromStr for Expiry {
    type Err = InvalidWhen;

    fn from_str(text: &str) -> Result<Self, InvalidWhen> {
        match text {
            "never" => Ok(Self::Never),
            _ => text.parse().map(Self::At),
        }
    }
}

/// A whole number of hours, days or weeks.
fn duration(text: &str) -> Option<SignedDuration> {
    let hours_each = match text.chars().last()? {
        'h' => 1,
        'd' => 24,
        'w' => 7 * 24,
        _ => return None,
    };
    let number = text.get(..text.len() - 1)?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let hours = digits
        .then(|| number.parse::<i64>().ok())??
        .checked_mul(hours_each)?;
    (hours <= LONGEST_HOURS).then(|| SignedDuration::from_hours(hours))
}

/// An RFC 3339 time, or a date, which stands for its first instant in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    const DATE_LENGTH: usize = "2027-01-31".len();
    if text.len() != DATE_LENGTH {
        return text.parse().ok();
    }
    let midnight = text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        text.parse::<When>().unwrap().resolve(now).to_string()
    }

    #[test]
    fn a_number_and_a_unit_count_from_now() {
        assert_eq!(at("12h"), "2026-11-21T22:00:00Z");
        assert_eq!(at("90d"), "2027-02-19T10:00:00Z");
        assert_eq!(at("2w"), "2026-12-05T10:00:00Z");
        assert_eq!(at("0d"), "2026-11-21T10:00:00Z");
    }

    #[test]
    fn a_date_is_its_first_instant_and_a_time_is_itself() {
        assert_eq!(at("2027-01-31"), "2027-01-31T00:00:00Z");
        assert_eq!(at("2027-01-31T18:00:00+02:00"), "2027-01-31T16:00:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let nonsense = "|d|-1d|+1d|1.5d|90|90 d|1y|36526d|9223372036854775807w|2027-13-01|2027-02-30\
                        |2027-01-31T18:00:00|tomorrow|never|д";
        for text in nonsense.split('|') {
            assert_eq!(text.parse::<When>(), Err(InvalidWhen), "{text}");
        }
    }

    #[test]
    fn only_an_expiry_may_be_never() {
        assert_eq!("never".parse::<Expiry>(), Ok(Expiry::Never));
        assert_eq!(
            "0d".parse(),
            Ok(Expiry::At(When::After(SignedDuration::ZERO)))
        );
        assert_eq!("Never".parse::<Expiry>(), Err(InvalidWhen));
    }
}
