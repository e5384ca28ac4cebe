//! When the keys are read, and how long what was read counts.

use std::time::Duration;

use mcp_authorizer::handler::Failure;
use mcp_authorizer::key_source::{CachePolicy, CachedKeys, FetchError, Refresh, Ruling};

use crate::support::{
    Store, TestClock, TestStore, World, allowed, definite, denied, document, new_key, transient,
};

const UNAVAILABLE: Result<serde_json::Value, Failure> = Err(Failure::KeysUnavailable);

#[tokio::test]
async fn current_keys_are_not_read_again() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    for _ in 0..60 {
        assert_eq!(world.ask(key.key.expose()).await, allowed("ci"));
        world.clock.advance(1);
    }
    assert_eq!(world.store.reads(), 1);
    assert_eq!(world.ask(key.key.expose()).await, allowed("ci"));
    assert_eq!(world.store.reads(), 2);
}

#[tokio::test]
async fn a_revocation_counts_after_the_time_to_live() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    world.ask(key.key.expose()).await.unwrap();
    world.store.answer(&document([]));
    world.clock.advance(59);
    assert_eq!(world.ask(key.key.expose()).await, allowed("ci"));
    world.clock.advance(1);
    assert_eq!(world.ask(key.key.expose()).await, denied());
}

#[tokio::test]
async fn keys_age_from_the_beginning_of_their_read() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    world.store.set_latency(3);
    assert_eq!(world.ask(key.key.expose()).await, allowed("ci"));
    world.store.answer(&document([]));
    world.clock.advance(57);
    assert_eq!(world.ask(key.key.expose()).await, denied());
}

#[tokio::test]
async fn a_frozen_process_does_not_keep_its_keys_young() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    world.ask(key.key.expose()).await.unwrap();
    world.store.answer(&document([]));
    world.clock.advance_wall_only(60);
    assert_eq!(world.ask(key.key.expose()).await, denied());
}

#[tokio::test]
async fn a_new_key_works_a_second_after_the_last_read() {
    let (old, new) = (new_key("old"), new_key("new"));
    let world = World::new(&document([old.record.clone()]));
    world.ask(old.key.expose()).await.unwrap();
    world.store.answer(&document([old.record, new.record]));
    assert_eq!(world.ask(new.key.expose()).await, denied());
    world.clock.advance(1);
    assert_eq!(world.ask(new.key.expose()).await, allowed("new"));
}

#[tokio::test]
async fn after_a_read_for_an_unknown_key_the_next_new_key_waits_for_the_interval() {
    let (old, new) = (new_key("old"), new_key("new"));
    let world = World::new(&document([old.record.clone()]));
    world.ask(old.key.expose()).await.unwrap();
    world.clock.advance(1);
    assert_eq!(world.ask(new_key("junk").key.expose()).await, denied());
    world.store.answer(&document([old.record, new.record]));
    world.clock.advance(9);
    assert_eq!(world.ask(new.key.expose()).await, denied());
    assert_eq!(world.store.reads(), 2);
    world.clock.advance(1);
    assert_eq!(world.ask(new.key.expose()).await, allowed("new"));
}

/// The short pause is for knowledge that is out of date, not for a store that fails.
#[tokio::test]
async fn a_failed_read_is_not_repeated_after_a_second() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    world.ask(key.key.expose()).await.unwrap();
    world.store.set(transient());
    world.clock.advance(60);
    world.ask(key.key.expose()).await.unwrap();
    world.clock.advance(1);
    assert_eq!(world.ask(new_key("junk").key.expose()).await, UNAVAILABLE);
    assert_eq!(world.store.reads(), 2);
}

#[tokio::test]
async fn keys_that_are_out_of_date_when_their_read_ends_are_a_failure_with_a_cause() {
    let key = new_key("ci");
    let clock = TestClock::new();
    let store = TestStore::new(&clock, &document([key.record]));
    store.set_latency(3);
    let policy = CachePolicy {
        soft_ttl: Duration::from_secs(2),
        refresh_interval: Duration::from_secs(2),
        stale: Duration::ZERO,
    };
    let keys = CachedKeys::new(store, clock, policy);
    let verdict = keys.check(key.key.expose()).await;
    let late = "the keys were out of date when their read ended, after 3 s";
    assert_eq!(verdict.ruling, Ruling::Unknown);
    assert_eq!(
        verdict.refresh,
        Refresh::Failed(FetchError::Transient(late.to_owned()))
    );
}

#[tokio::test]
async fn unknown_keys_cause_one_read_per_interval() {
    let world = World::new(&document([]));
    let unknown = new_key("unknown");
    for _ in 0..100 {
        for _ in 0..10 {
            assert_eq!(world.ask(unknown.key.expose()).await, denied());
        }
        world.clock.advance(1);
    }
    assert_eq!(
        world.store.reads(),
        11,
        "the first one, and one each 10 s from the 1st to the 91st"
    );
}

#[tokio::test]
async fn a_passing_failure_is_outlasted_for_the_stale_time_with_one_attempt_per_interval() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    world.ask(key.key.expose()).await.unwrap();
    world.store.set(transient());
    for second in 1..900 {
        world.clock.advance(1);
        let answer = world.ask(key.key.expose()).await;
        assert_eq!(answer, allowed("ci"), "after {second} s");
    }
    let attempts = world.store.reads() - 1;
    assert_eq!(attempts, 84, "every 10 s from the 60th to the 899th");
    world.clock.advance(1);
    assert_eq!(world.ask(key.key.expose()).await, UNAVAILABLE);
}

#[tokio::test]
async fn an_unknown_key_is_never_denied_on_old_knowledge() {
    let (known, unknown) = (new_key("known"), new_key("unknown"));
    let world = World::new(&document([known.record]));
    world.ask(known.key.expose()).await.unwrap();
    world.store.set(transient());
    assert_eq!(world.ask(unknown.key.expose()).await, denied());
    world.clock.advance(1);
    assert_eq!(world.ask(unknown.key.expose()).await, UNAVAILABLE);
    world.clock.advance(1);
    assert_eq!(world.ask(unknown.key.expose()).await, UNAVAILABLE);
    assert_eq!(world.ask(known.key.expose()).await, allowed("known"));
    assert_eq!(world.store.reads(), 2);
}

#[tokio::test]
async fn a_definite_failure_ends_with_the_time_to_live() {
    for failure in [
        definite(),
        Store::Answers("{\"v\":2,\"keys\":[]}".to_owned()),
    ] {
        let key = new_key("ci");
        let world = World::new(&document([key.record]));
        world.ask(key.key.expose()).await.unwrap();
        world.store.set(failure);
        world.clock.advance(59);
        assert_eq!(world.ask(key.key.expose()).await, allowed("ci"));
        world.clock.advance(1);
        assert_eq!(world.ask(key.key.expose()).await, UNAVAILABLE);
        world.store.set(transient());
        world.clock.advance(1);
        let after = world.ask(key.key.expose()).await;
        assert_eq!(
            after, UNAVAILABLE,
            "a passing failure must not bring the keys back"
        );
    }
}

#[tokio::test]
async fn with_nothing_to_go_by_an_attempt_is_made_every_second() {
    let key = new_key("ci");
    let world = World::new("");
    world.store.set(definite());
    for _ in 0..5 {
        assert_eq!(world.ask(key.key.expose()).await, UNAVAILABLE);
    }
    assert_eq!(world.store.reads(), 1);
    world.store.answer(&document([key.record]));
    world.clock.advance(1);
    assert_eq!(world.ask(key.key.expose()).await, allowed("ci"));
}
