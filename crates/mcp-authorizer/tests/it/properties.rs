//! What holds for every history of keys, failures and requests.

use std::sync::LazyLock;
use std::time::Duration;

use api_keys::NewKey;
use mcp_authorizer::clock::Clock;
use mcp_authorizer::handler::Failure;
use mcp_authorizer::key_source::CachePolicy;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Store, World, definite, document, new_key, transient};

const TTL: u64 = 60;
const INTERVAL: u64 = 10;
const STALE: u64 = 900;
const KEYS: usize = 3;

static POOL: LazyLock<Vec<NewKey>> = LazyLock::new(|| {
    (0..KEYS)
        .map(|index| new_key(&format!("k{index}")))
        .collect()
});

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mood {
    Answers,
    Transient,
    Definite,
    Invalid,
}

#[derive(Debug, Clone)]
enum Step {
    Wait(u64),
    /// Puts the key into the document, or takes it out.
    Toggle(usize),
    Become(Mood),
    Ask(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let mood = prop_oneof![
        3 => Just(Mood::Answers),
        3 => Just(Mood::Transient),
        1 => Just(Mood::Definite),
        1 => Just(Mood::Invalid),
    ];
    let step = prop_oneof![
        3 => (0..15u64).prop_map(Step::Wait),
        1 => (50..130u64).prop_map(Step::Wait),
        1 => (800..1_000u64).prop_map(Step::Wait),
        3 => (0..KEYS).prop_map(Step::Toggle),
        1 => mood.prop_map(Step::Become),
        8 => (0..KEYS).prop_map(Step::Ask),
    ];
    prop::collection::vec(step, 1..120)
}

/// What really happened, second by second.
struct History {
    world: World,
    present: [bool; KEYS],
    /// When each key last was toggled.
    toggled: [u64; KEYS],
    mood: Mood,
    /// Since when the store has had its mood.
    since: u64,
    /// Whether the store has ever been unable to answer.
    ever_failed: bool,
}

impl History {
    fn new() -> Self {
        let world = World::new("");
        assert_eq!(
            CachePolicy::default(),
            CachePolicy {
                soft_ttl: Duration::from_secs(TTL),
                refresh_interval: Duration::from_secs(INTERVAL),
                stale: Duration::from_secs(STALE),
            }
        );
        // Far enough from the beginning of time for every difference below.
        world.clock.advance(10_000);
        let history = Self {
            world,
            present: [false; KEYS],
            toggled: [0; KEYS],
            mood: Mood::Answers,
            since: 0,
            ever_failed: false,
        };
        history.publish();
        history
    }

    fn now(&self) -> u64 {
        self.world.clock.now().monotonic.as_secs()
    }

    fn publish(&self) {
        let records = POOL
            .iter()
            .zip(self.present)
            .filter(|(_, present)| *present)
            .map(|(key, _)| key.record.clone());
        self.world.store.set(match self.mood {
            Mood::Answers => Store::Answers(document(records)),
            Mood::Transient => transient(),
            Mood::Definite => definite(),
            Mood::Invalid => Store::Answers("{}".to_owned()),
        });
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Wait(seconds) => self.world.clock.advance(seconds),
            Step::Toggle(index) => {
                self.present[index] = !self.present[index];
                self.toggled[index] = self.now();
                self.publish();
            }
            Step::Become(mood) => {
                if mood != self.mood {
                    self.mood = mood;
                    self.since = self.now();
                }
                self.ever_failed |= mood != Mood::Answers;
                self.publish();
            }
            Step::Ask(index) => {
                let answer = self.world.ask(POOL[index].key.expose()).await;
                self.judge(index, &answer)?;
            }
        }
        Ok(())
    }

    /// How long the store has been in its mood, beyond the pause that a failure just before may have caused.
    fn settled(&self) -> Option<u64> {
        let lasted = self.now() - self.since;
        (lasted >= INTERVAL).then_some(lasted)
    }

    fn judge(&self, index: usize, answer: &Result<Value, Failure>) -> Result<(), TestCaseError> {
        let unchanged = self.now() - self.toggled[index];
        let answers = self.mood == Mood::Answers && self.settled().is_some();
        match answer {
            Ok(answer) if answer["isAuthorized"] == true => {
                if !self.present[index] {
                    prop_assert!(unchanged < STALE, "revoked {unchanged} s ago, allowed");
                    prop_assert!(
                        !answers || unchanged < TTL,
                        "revoked {unchanged} s ago, allowed though the store answers"
                    );
                }
                if let (Mood::Definite | Mood::Invalid, Some(lasted)) = (self.mood, self.settled())
                {
                    prop_assert!(lasted < TTL, "allowed {lasted} s after a definite failure");
                }
                if self.mood == Mood::Transient {
                    let lasted = self.now() - self.since;
                    prop_assert!(lasted < STALE, "allowed {lasted} s into an outage");
                }
            }
            Ok(_) => {
                prop_assert!(
                    !self.present[index] || unchanged < INTERVAL,
                    "created {unchanged} s ago, denied"
                );
                let lasted = self.now() - self.since;
                prop_assert!(
                    self.mood == Mood::Answers || lasted < INTERVAL,
                    "denied {lasted} s after the store stopped answering"
                );
            }
            Err(failure) => {
                prop_assert_eq!(*failure, Failure::KeysUnavailable);
                prop_assert!(!answers, "the store answers");
            }
        }
        Ok(())
    }

    fn judge_reads(&self) -> Result<(), TestCaseError> {
        // Of two gaps, one may be short: before a read for an unknown key.
        let least = if self.ever_failed { 2 } else { INTERVAL };
        let times = self.world.store.read_times();
        for (reads, least) in [(2, 1), (3, least)] {
            for times in times.windows(reads) {
                let gap = times[reads - 1] - times[0];
                let least = Duration::from_secs(least);
                prop_assert!(gap >= least, "{reads} reads within {gap:?}");
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn bounds_hold_for_every_history(steps in steps(), latency in 0..4u64) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut history = History::new();
            history.world.store.set_latency(latency);
            for step in &steps {
                history.take(step).await?;
            }
            history.judge_reads()
        })?;
    }
}
