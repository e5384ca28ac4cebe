//! When to read the keys, and for how long what was read counts.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api_keys::{DeployedKey, KeyDocument, Keyring, Principal};

use super::{FetchError, SecretStore};
use crate::clock::{Clock, Moment};

/// The longest read, over all its calls. With a time-out of 5 s for the function there is time left to say so.
const READ_TIMEOUT: Duration = Duration::from_secs(4);

/// The pause before an attempt that somebody waits for: after a failure while there are no keys at all, and before the
/// first read for a key that is not known. It keeps a crowd from trying one by one what was just tried.
const SHORT_PAUSE: Duration = Duration::from_secs(1);

/// How long keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachePolicy {
    /// How long keys count as current: the bound on a revocation while the store answers.
    pub soft_ttl: Duration,
    /// The shortest time between two reads for keys that are not known. At most `soft_ttl`.
    pub refresh_interval: Duration,
    /// How old keys may be while the store fails for a passing reason. Below `soft_ttl`: no older than that.
    pub stale: Duration,
}

impl Default for CachePolicy {
    fn default() -> Self {
        Self {
            soft_ttl: Duration::from_secs(60),
            refresh_interval: Duration::from_secs(10),
            stale: Duration::from_secs(900),
        }
    }
}

/// What is known about one presented key, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is accepted.
    pub ruling: Ruling,
    /// How long ago the keys were read that this rests on.
    pub age: Option<Duration>,
    /// Whether the keys were read for it.
    pub refresh: Refresh,
}

/// Whether a key is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// It is, and this is whose it is.
    Allow(Principal),
    /// It is not.
    Deny,
    /// Nobody knows, because the keys cannot be read.
    Unknown,
}

/// Whether the keys were read for a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refresh {
    /// What was known was enough.
    NotNeeded,
    /// They were.
    Done,
    /// It was tried in vain.
    Failed(FetchError),
}

/// The keys of a store, kept for as long as a policy says.
#[derive(Debug)]
pub struct CachedKeys<S, C> {
    store: S,
    clock: C,
    policy: CachePolicy,
    deployed: Option<DeployedKey>,
    /// Held over a read, so that there is one at a time and whoever waits shares what it finds.
    flight: tokio::sync::Mutex<()>,
    known: Mutex<Known>,
}

/// What was read last, and how the last attempt to read went.
#[derive(Debug, Default)]
struct Known {
    snapshot: Option<Snapshot>,
    attempt: Option<Attempt>,
    /// When keys were last read for one that was not among them.
    sought: Option<Moment>,
}

#[derive(Debug)]
struct Snapshot {
    keys: Keyring,
    /// When the read began: the store may have answered with what was true then.
    read: Moment,
    /// How old it may get.
    lifetime: Duration,
}

#[derive(Debug)]
struct Attempt {
    /// When a read that succeeded began, or one that failed ended: a long failure has its pause in full.
    at: Moment,
    succeeded: bool,
}

impl<S: SecretStore, C: Clock> CachedKeys<S, C> {
    /// Nothing is read yet.
    pub fn new(store: S, clock: C, policy: CachePolicy) -> Self {
        Self {
            store,
            clock,
            policy,
            deployed: None,
            flight: tokio::sync::Mutex::default(),
            known: Mutex::default(),
        }
    }

    /// Accepts this key besides those in the store, which has the last word. While the store cannot be read, it is not
    /// accepted either.
    #[must_use]
    pub fn with_deployed(mut self, key: Option<DeployedKey>) -> Self {
        self.deployed = key;
        self
    }

    /// Reads the keys before anybody asks.
    pub async fn warm(&self) -> Refresh {
        let _flight = self.flight.lock().await;
        self.refresh().await
    }

    /// Whether `presented` is accepted. Reads the keys first if they may be out of date.
    pub async fn check(&self, presented: &str) -> Verdict {
        if let Some(verdict) = self.settled(presented) {
            return verdict;
        }
        let _flight = self.flight.lock().await;
        // Somebody else may have read them while this call waited.
        if let Some(verdict) = self.settled(presented) {
            return verdict;
        }
        self.known().note_reason(presented, self.clock.now());
        let refresh = self.refresh().await;
        self.known().verdict(presented, self.clock.now(), refresh)
    }

    /// The verdict that needs no read: acceptance by current keys, or whatever the last attempt left if the next one
    /// is not due.
    fn settled(&self, presented: &str) -> Option<Verdict> {
        let now = self.clock.now();
        let known = self.known();
        if known.is_due(now, &self.policy) && !known.accepts(presented, now, self.policy.soft_ttl) {
            return None;
        }
        Some(known.verdict(presented, now, Refresh::NotNeeded))
    }

    async fn refresh(&self) -> Refresh {
        let began = self.clock.now();
        let result = tokio::time::timeout(READ_TIMEOUT, self.read())
            .await
            .unwrap_or_else(|_elapsed| {
                let limit = READ_TIMEOUT.as_secs();
                Err(FetchError::Transient(format!("took longer than {limit} s")))
            });
        let ended = self.clock.now();
        self.known().learn(result, began, ended, &self.policy)
    }

    async fn read(&self) -> Result<Keyring, FetchError> {
        let secret = self.store.fetch().await?;
        let stored =
            KeyDocument::parse(&secret).map_err(|error| FetchError::Definite(error.to_string()))?;
        Ok(Keyring::new(stored, self.deployed.as_ref()))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Whether the next attempt to read may be made.
    fn is_due(&self, now: Moment, policy: &CachePolicy) -> bool {
        let short = SHORT_PAUSE.min(policy.refresh_interval);
        let patient = self.usable(now).is_some();
        self.attempt.as_ref().is_none_or(|attempt| {
            let first = attempt.succeeded
                && self
                    .sought
                    .is_none_or(|sought| now.since(&sought) >= policy.refresh_interval);
            let pause = match patient && !first {
                true => policy.refresh_interval,
                false => short,
            };
            now.since(&attempt.at) >= pause
        })
    }

    /// Notes before a read whether it is for a key that is not known. Without any keys, no key is.
    fn note_reason(&mut self, presented: &str, now: Moment) {
        let snapshot = self.usable(now);
        if snapshot.is_some_and(|keys| keys.keys.authenticate(presented, now.wall).is_err()) {
            self.sought = Some(now);
        }
    }

    /// Whether keys that are at most `age` old accept `presented`.
    fn accepts(&self, presented: &str, now: Moment, age: Duration) -> bool {
        self.usable(now)
            .filter(|snapshot| now.since(&snapshot.read) < age)
            .is_some_and(|snapshot| snapshot.keys.authenticate(presented, now.wall).is_ok())
    }

    fn verdict(&self, presented: &str, now: Moment, refresh: Refresh) -> Verdict {
        let snapshot = self.usable(now);
        let answered = self
            .attempt
            .as_ref()
            .is_some_and(|attempt| attempt.succeeded);
        let ruling = match snapshot.map(|snapshot| snapshot.keys.authenticate(presented, now.wall))
        {
            Some(Ok(principal)) => Ruling::Allow(principal),
            Some(Err(_refused)) if answered => Ruling::Deny,
            _ => Ruling::Unknown,
        };
        Verdict {
            ruling,
            age: snapshot.map(|snapshot| now.since(&snapshot.read)),
            refresh,
        }
    }

    fn learn(
        &mut self,
        result: Result<Keyring, FetchError>,
        began: Moment,
        ended: Moment,
        policy: &CachePolicy,
    ) -> Refresh {
        let lifetime = policy.stale.max(policy.soft_ttl);
        let result = result.and_then(|keys| in_time(keys, ended.since(&began), lifetime));
        let succeeded = result.is_ok();
        let at = if succeeded { began } else { ended };
        self.attempt = Some(Attempt { at, succeeded });
        match result {
            Ok(keys) => {
                self.snapshot = Some(Snapshot {
                    keys,
                    read: began,
                    lifetime,
                });
                Refresh::Done
            }
            Err(error) => {
                if !matches!(error, FetchError::Transient(_))
                    && let Some(snapshot) = &mut self.snapshot
                {
                    snapshot.lifetime = policy.soft_ttl;
                }
                Refresh::Failed(error)
            }
        }
    }

    fn usable(&self, now: Moment) -> Option<&Snapshot> {
        self.snapshot
            .as_ref()
            .filter(|snapshot| now.since(&snapshot.read) < snapshot.lifetime)
    }
}

/// Refuses keys that nobody may go by any more when they arrive.
fn in_time(keys: Keyring, took: Duration, lifetime: Duration) -> Result<Keyring, FetchError> {
    if took < lifetime {
        return Ok(keys);
    }
    let took = took.as_secs();
    Err(FetchError::Transient(format!(
        "the keys were out of date when their read ended, after {took} s"
    )))
}
