//! A store and a clock that tests control.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use api_keys::{DeployedKey, KeyDocument, KeyRecord, NewKey, Timestamp};
use lambda_program::gateway::UnverifiedEvent;
use lambda_runtime::{Context, LambdaEvent};
use mcp_authorizer::clock::{Clock, Moment};
use mcp_authorizer::handler::{Authorizer, Failure};
use mcp_authorizer::key_source::{CachePolicy, CachedKeys, FetchError, SecretStore};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// A clock that stands still until it is told otherwise.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<Mutex<Moment>>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Moment {
            monotonic: Duration::ZERO,
            wall: now(),
        })))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        let mut moment = self.0.lock().unwrap();
        moment.monotonic += Duration::from_secs(seconds);
        moment.wall += Duration::from_secs(seconds);
    }

    pub(crate) fn advance_wall_only(&self, seconds: u64) {
        self.0.lock().unwrap().wall += Duration::from_secs(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap()
    }
}

/// The time at which every test begins.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// What the store does when it is asked.
#[derive(Clone)]
pub(crate) enum Store {
    Answers(String),
    Fails(FetchError),
    Hangs,
    Panics(String),
}

#[derive(Clone)]
pub(crate) struct TestStore {
    inner: Arc<Mutex<Inner>>,
    /// A read waits for a permit.
    pub(crate) gate: Arc<Semaphore>,
    clock: TestClock,
}

struct Inner {
    answer: Store,
    latency: u64,
    reads: Vec<Duration>,
}

impl TestStore {
    pub(crate) fn new(clock: &TestClock, secret: &str) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                answer: Store::Answers(secret.to_owned()),
                latency: 0,
                reads: Vec::new(),
            })),
            gate: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            clock: clock.clone(),
        }
    }

    pub(crate) fn set(&self, answer: Store) {
        self.inner.lock().unwrap().answer = answer;
    }

    pub(crate) fn answer(&self, secret: &str) {
        self.set(Store::Answers(secret.to_owned()));
    }

    pub(crate) fn set_latency(&self, seconds: u64) {
        self.inner.lock().unwrap().latency = seconds;
    }

    /// How often it was asked.
    pub(crate) fn reads(&self) -> usize {
        self.read_times().len()
    }

    /// When each read began.
    pub(crate) fn read_times(&self) -> Vec<Duration> {
        self.inner.lock().unwrap().reads.clone()
    }
}

impl SecretStore for TestStore {
    async fn fetch(&self) -> Result<String, FetchError> {
        let (answer, latency) = {
            let mut inner = self.inner.lock().unwrap();
            inner.reads.push(self.clock.now().monotonic);
            (inner.answer.clone(), inner.latency)
        };
        self.gate.acquire().await.unwrap().forget();
        self.clock.advance(latency);
        match answer {
            Store::Answers(text) => Ok(text),
            Store::Fails(error) => Err(error),
            Store::Hangs => std::future::pending().await,
            Store::Panics(message) => panic!("{message}"),
        }
    }
}

pub(crate) fn transient() -> Store {
    Store::Fails(FetchError::Transient("timed out".to_owned()))
}

pub(crate) fn definite() -> Store {
    Store::Fails(FetchError::Definite("access denied".to_owned()))
}

/// A new key with a record of its own.
pub(crate) fn new_key(id: &str) -> NewKey {
    api_keys::generate(&id.parse().unwrap(), now()).unwrap()
}

pub(crate) fn document(records: impl IntoIterator<Item = KeyRecord>) -> String {
    let mut document = KeyDocument::empty();
    for record in records {
        document.insert(record).unwrap();
    }
    document.to_json()
}

/// Everything that a test needs.
pub(crate) struct World {
    pub(crate) clock: TestClock,
    pub(crate) store: TestStore,
    pub(crate) authorizer: Authorizer<TestStore, TestClock>,
}

impl World {
    pub(crate) fn new(secret: &str) -> Self {
        Self::with_deployed(secret, None)
    }

    pub(crate) fn with_deployed(secret: &str, deployed: Option<DeployedKey>) -> Self {
        let clock = TestClock::new();
        let store = TestStore::new(&clock, secret);
        let keys = CachedKeys::new(store.clone(), clock.clone(), CachePolicy::default());
        let keys = keys.with_deployed(deployed);
        Self {
            authorizer: Authorizer::new(keys, clock.clone(), None),
            clock,
            store,
        }
    }

    /// The answer to a request with this key, as the gateway reads it.
    pub(crate) async fn ask(&self, key: &str) -> Result<Value, Failure> {
        self.send(&event(json!({ "headers": { "x-api-key": key } })))
            .await
    }

    pub(crate) async fn send(&self, event: &Value) -> Result<Value, Failure> {
        let event: UnverifiedEvent = serde_json::from_str(&event.to_string()).unwrap();
        let mut context = Context::default();
        context.request_id = "request-1".to_owned();
        let answer = self
            .authorizer
            .authorize(LambdaEvent::new(event, context))
            .await?;
        Ok(serde_json::to_value(answer).unwrap())
    }
}

/// What a gateway sends, with these members.
pub(crate) fn event(members: Value) -> Value {
    let mut event = json!({ "version": "2.0", "type": "REQUEST" });
    let members = members.as_object().unwrap().clone();
    event.as_object_mut().unwrap().extend(members);
    event
}

pub(crate) fn denied() -> Result<Value, Failure> {
    Ok(json!({ "isAuthorized": false }))
}

pub(crate) fn allowed(key_id: &str) -> Result<Value, Failure> {
    Ok(json!({ "isAuthorized": true, "context": { "key_id": key_id, "tools": "*" } }))
}
