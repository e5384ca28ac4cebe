//! The load: how fast, how much at once, and what came of it.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::exchange::{disconnect, exchange};
use crate::kinds::{Kind, round};
use crate::raw::misbehave;

/// Shorter than the server keeps an idle connection, so that no request is sent on one that is being closed.
const IDLE: Duration = Duration::from_millis(500);

/// Where to, how fast and how long.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Host and port.
    pub(crate) address: String,
    /// Requests per second.
    pub(crate) rate: NonZeroU32,
    /// Requests in flight.
    pub(crate) concurrency: u32,
    pub(crate) duration: Duration,
}

/// Results by kind, and the first wrong answer of each.
#[derive(Debug, Default)]
pub(crate) struct Tallies(Mutex<(BTreeMap<&'static str, Tally>, Vec<String>)>);

/// Results of one kind.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(crate) struct Tally {
    /// Answers as expected, which for some kinds is none.
    pub(crate) expected: u64,
    /// Any other.
    pub(crate) unexpected: u64,
    /// The longest time from request to answer, in milliseconds.
    pub(crate) slowest_ms: u128,
}

impl Tallies {
    fn lock(&self) -> MutexGuard<'_, (BTreeMap<&'static str, Tally>, Vec<String>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, name: &'static str, result: Result<(), String>, took: Duration) {
        let (tallies, complaints) = &mut *self.lock();
        let tally = tallies.entry(name).or_default();
        tally.slowest_ms = tally.slowest_ms.max(took.as_millis());
        match result {
            Ok(()) => tally.expected += 1,
            Err(complaint) => {
                tally.unexpected += 1;
                if tally.unexpected == 1 {
                    complaints.push(format!("{name}: {complaint}"));
                }
            }
        }
    }

    pub(crate) fn by_kind(&self) -> BTreeMap<&'static str, Tally> {
        self.lock().0.clone()
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        self.lock().1.clone()
    }
}

/// Sends the mix, round after round, and waits for the last answer. The connections are closed when it returns.
pub(crate) async fn run(plan: Plan, tallies: Arc<Tallies>) {
    let client = Client::builder()
        .no_proxy()
        .pool_idle_timeout(IDLE)
        .timeout(Duration::from_secs(30))
        .build();
    let Ok(client) = client else {
        tallies.count(
            "client",
            Err("cannot build an HTTP client".to_owned()),
            Duration::ZERO,
        );
        return;
    };
    let url = format!("http://{}{}", plan.address, mcp_front_door::ENDPOINT);
    let permits = Arc::new(Semaphore::new(plan.concurrency as usize));
    let mut pace = interval(Duration::from_secs(1) / plan.rate.get());
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut running = JoinSet::new();
    let begin = Instant::now();
    for (number, (kind, name)) in (1_u64..).zip(round().into_iter().cycle()) {
        pace.tick().await;
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            break;
        };
        if begin.elapsed() >= plan.duration {
            break;
        }
        let (client, url, address) = (client.clone(), url.clone(), plan.address.clone());
        let tallies = Arc::clone(&tallies);
        running.spawn(async move {
            let begin = Instant::now();
            let result = once(&client, &url, &address, kind, number).await;
            tallies.count(name, result, begin.elapsed());
            drop(permit);
        });
        while running.try_join_next().is_some() {}
    }
    running.join_all().await;
}

async fn once(
    client: &Client,
    url: &str,
    address: &str,
    kind: Kind,
    number: u64,
) -> Result<(), String> {
    match kind {
        Kind::StalledHead | Kind::StalledBody | Kind::AbandonedBody => {
            misbehave(address, kind).await
        }
        Kind::Disconnect => disconnect(client, url, number).await,
        _ => exchange(client, url, kind, number).await,
    }
}
