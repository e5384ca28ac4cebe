//! Bare keys around a rotation.

use std::time::Duration;

use mcp_authorizer::handler::Failure;
use mcp_authorizer::key_source::{CachePolicy, FetchError, Stage};

use crate::support::{Store, World, allowed, denied, document, new_key, now, transient};

const OLD: &str = "old-old-old-old-old-old-old-old-old-old";
const NEW: &str = "new-new-new-new-new-new-new-new-new-new";

fn rotated(grace: u64, current: &str, previous: Store) -> World {
    let policy = CachePolicy {
        previous_grace: Duration::from_secs(grace),
        ..CachePolicy::default()
    };
    let world = World::with_policy(current, policy);
    world.store.set_previous(previous, now());
    world
}

fn old() -> Store {
    Store::Answers(OLD.to_owned())
}

#[tokio::test]
async fn by_default_the_previous_key_ends_with_the_rotation() {
    let world = rotated(0, NEW, old());
    assert_eq!(world.ask(NEW).await, allowed("default"));
    assert_eq!(world.ask(OLD).await, denied());
    assert_eq!(world.store.reads_of(Stage::Previous), 0);
}

#[tokio::test]
async fn the_previous_key_is_accepted_for_the_grace_and_no_longer() {
    let world = rotated(30, NEW, old());
    world.clock.advance(29);
    assert_eq!(world.ask(OLD).await, allowed("default"));
    assert_eq!(world.ask(NEW).await, allowed("default"));
    world.clock.advance(1);
    assert_eq!(
        world.ask(OLD).await,
        denied(),
        "the cached previous version ends too"
    );
    assert_eq!(world.ask(NEW).await, allowed("default"));
}

#[tokio::test]
async fn a_rotation_in_the_future_is_a_clock_that_is_a_little_off_or_no_rotation() {
    let world = rotated(30, NEW, old());
    world
        .store
        .set_previous(old(), now() + Duration::from_secs(60));
    assert_eq!(world.ask(OLD).await, allowed("default"));

    let world = rotated(30, NEW, old());
    world
        .store
        .set_previous(old(), now() + Duration::from_secs(61));
    assert_eq!(world.ask(OLD).await, denied());
    assert_eq!(world.ask(NEW).await, allowed("default"));
}

#[tokio::test]
async fn the_previous_version_of_a_document_never_counts() {
    let (current, previous) = (new_key("current"), new_key("previous"));
    let before = Store::Answers(document([previous.record]));
    let world = rotated(86_400, &document([current.record]), before.clone());
    assert_eq!(world.ask(previous.key.expose()).await, denied());
    assert_eq!(world.store.reads_of(Stage::Previous), 0);

    let world = rotated(86_400, NEW, before);
    assert_eq!(world.ask(previous.key.expose()).await, denied());
    assert_eq!(world.ask(NEW).await, allowed("default"));
}

#[tokio::test]
async fn without_a_usable_previous_version_the_current_one_counts() {
    let absent = Store::Fails(FetchError::Absent("no such stage".to_owned()));
    for previous in [absent, Store::Answers("weak".to_owned())] {
        let world = rotated(30, NEW, previous);
        assert_eq!(world.ask(NEW).await, allowed("default"));
        assert_eq!(world.ask("weak").await, denied());
    }
}

#[tokio::test]
async fn a_previous_version_that_cannot_be_read_is_not_taken_for_none() {
    let world = rotated(30, NEW, transient());
    assert_eq!(world.ask(OLD).await, Err(Failure::KeysUnavailable));
}
