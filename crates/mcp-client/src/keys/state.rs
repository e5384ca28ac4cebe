//! Whether a key is accepted, and if not, why: for administrators only.

use std::fmt;

use api_keys::{KeyRecord, Timestamp};
use serde::Serialize;

/// The state of a key at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It is accepted.
    Active,
    /// It is refused whatever the time.
    Disabled,
    /// Its time is over.
    Expired,
    /// Its time has not begun.
    NotYet,
}

impl State {
    /// The state of `record` at `now`.
    pub(crate) fn of(record: &KeyRecord, now: Timestamp) -> Self {
        if record.is_valid_at(now) {
            Self::Active
        } else if record.is_disabled() {
            Self::Disabled
        } else if record.not_after().is_some_and(|end| end <= now) {
            Self::Expired
        } else {
            Self::NotYet
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::NotYet => "not yet",
        })
    }
}
