//! The key that came with the deployment, beside those in the secret.

use api_keys::{DEPLOYED_ID, DeployedKey, KeyDocument, NewKey};

use crate::support::{World, allowed, definite, denied, document, new_key};

/// A key, and a deployment that brings it.
fn deployed() -> (NewKey, DeployedKey) {
    let new = new_key("ci");
    let document = document([new.record.clone()]).replace("\"ci\"", "\"deployed\"");
    let deployed = DeployedKey::parse(&document).unwrap();
    (new, deployed.unwrap())
}

#[tokio::test]
async fn both_kinds_are_accepted() {
    let ((new, deployed), stored) = (deployed(), new_key("ci"));
    let world = World::with_deployed(&document([stored.record]), Some(deployed));
    assert_eq!(world.ask(new.key.expose()).await, allowed(DEPLOYED_ID));
    assert_eq!(world.ask(stored.key.expose()).await, allowed("ci"));
    assert_eq!(world.ask(new_key("ci").key.expose()).await, denied());
}

#[tokio::test]
async fn the_secret_has_the_last_word() {
    let (new, deployed) = deployed();
    let mut secret = document([new.record.clone()]);
    let world = World::with_deployed(&secret, Some(deployed));
    assert_eq!(world.ask(new.key.expose()).await, allowed("ci"));

    let mut stored = KeyDocument::parse(&secret).unwrap();
    stored.disable("ci").unwrap();
    secret = stored.to_json();
    world.store.answer(&secret);
    world.clock.advance(60);
    assert_eq!(
        world.ask(new.key.expose()).await,
        denied(),
        "its record is disabled"
    );

    let mut stored = KeyDocument::empty();
    stored.disable(DEPLOYED_ID).unwrap();
    world.store.answer(&stored.to_json());
    world.clock.advance(60);
    assert_eq!(
        world.ask(new.key.expose()).await,
        denied(),
        "the mark disables it"
    );

    world.store.answer(&document([]));
    world.clock.advance(60);
    assert_eq!(world.ask(new.key.expose()).await, allowed(DEPLOYED_ID));
}

#[tokio::test]
async fn a_secret_that_is_full_leaves_it_as_it_is() {
    let (new, deployed) = deployed();
    let mut full = KeyDocument::empty();
    let record = |n: usize| new_key(&format!("k{n}")).record.with_note("n".repeat(200));
    for n in 0.. {
        if full.insert(record(n)).is_err() {
            break;
        }
    }
    let world = World::with_deployed(&full.to_json(), Some(deployed));
    assert_eq!(world.ask(new.key.expose()).await, allowed(DEPLOYED_ID));
}

#[tokio::test]
async fn without_the_secret_it_is_not_accepted_either() {
    let (new, deployed) = deployed();
    let world = World::with_deployed(&document([]), Some(deployed));
    world.store.set(definite());
    assert!(world.ask(new.key.expose()).await.is_err());
}
