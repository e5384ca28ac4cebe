//! Calls per caller, with the `governor` crate's GCRA.

use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use crate::caller::Caller;
use crate::config::RateLimit;
use crate::refusal::{Refusal, SERVER_ERROR};

/// One bucket per API key. Callers without a key share one.
pub(crate) struct RateLimiter {
    buckets: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl RateLimiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        let quota = Quota::per_minute(limit.per_minute).allow_burst(limit.burst);
        Self {
            buckets: DefaultKeyedRateLimiter::keyed(quota),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a call, or refuses it and says when to come back.
    pub(crate) fn admit(&self, caller: &Caller) -> Result<(), Refusal> {
        let key = caller.key_id().unwrap_or_default().to_owned();
        self.buckets.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            too_many(seconds(wait))
        })
    }
}

/// Whole seconds, rounded up: a client that waits this long is served.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn too_many(seconds: u64) -> Refusal {
    Refusal::new(
        StatusCode::TOO_MANY_REQUESTS,
        SERVER_ERROR,
        format!("Too Many Requests: try again in {seconds} s"),
    )
    .with_header(RETRY_AFTER, HeaderValue::from(seconds))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn each_key_has_its_own_bucket() {
        let limit = RateLimit {
            per_minute: NonZeroU32::MIN,
            burst: NonZeroU32::new(2).unwrap(),
        };
        let limiter = RateLimiter::new(limit);
        let (one, other) = (
            Caller::with_key("one", None),
            Caller::with_key("other", None),
        );
        assert!(limiter.admit(&one).is_ok());
        assert!(limiter.admit(&one).is_ok());
        assert!(limiter.admit(&one).is_err());
        assert!(limiter.admit(&other).is_ok());
        assert!(limiter.admit(&Caller::anonymous()).is_ok());
    }

    #[test]
    fn the_wait_is_rounded_up() {
        assert_eq!(seconds(Duration::from_millis(1)), 1);
        assert_eq!(seconds(Duration::from_secs(3)), 3);
        assert_eq!(seconds(Duration::from_millis(3_001)), 4);
    }
}
