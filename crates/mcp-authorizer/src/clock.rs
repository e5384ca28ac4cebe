//! The time.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Tells the time. Tests have one that they set.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// A moment on two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// On a clock that is never set, counted from any fixed start.
    pub monotonic: Duration,
    /// On the calendar.
    pub wall: Timestamp,
}

impl Moment {
    /// The time from `earlier` to this moment, by the clock that says more.
    ///
    /// Lambda freezes a process between two invocations, for minutes at times, and a monotonic clock may stand still
    /// then; a wall clock may be set back. What is cached must not grow younger by either.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Duration {
        let wall = self.wall.duration_since(earlier.wall);
        let wall = Duration::try_from(wall).unwrap_or_default();
        self.monotonic.saturating_sub(earlier.monotonic).max(wall)
    }
}

/// The machine's clocks.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts counting now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment {
            monotonic: self.started.elapsed(),
            wall: Timestamp::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(monotonic: u64, wall: i64) -> Moment {
        Moment {
            monotonic: Duration::from_secs(monotonic),
            wall: Timestamp::from_second(wall).unwrap(),
        }
    }

    #[test]
    fn the_clock_that_says_more_counts() {
        let earlier = moment(100, 1_000);
        assert_eq!(
            moment(105, 1_005).since(&earlier),
            Duration::from_secs(5),
            "both run"
        );
        assert_eq!(
            moment(101, 1_600).since(&earlier),
            Duration::from_secs(600),
            "frozen in between"
        );
        assert_eq!(
            moment(130, 400).since(&earlier),
            Duration::from_secs(30),
            "wall clock set back"
        );
    }
}
