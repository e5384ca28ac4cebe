//! Keys that came with the deployment, beside those in the secret.

use api_keys::KeyDocument;
use mcp_authorizer::key_source::CachePolicy;

use crate::support::{World, allowed, definite, denied, document, new_key};

fn world(secret: &str, deployed: &str) -> World {
    let deployed = KeyDocument::parse(deployed).unwrap();
    World::with_deployed(secret, CachePolicy::default(), deployed)
}

#[tokio::test]
async fn both_kinds_are_accepted() {
    let (deployed, stored) = (new_key("default"), new_key("ci"));
    let world = world(&document([stored.record]), &document([deployed.record]));
    assert_eq!(world.ask(deployed.key.expose()).await, allowed("default"));
    assert_eq!(world.ask(stored.key.expose()).await, allowed("ci"));
    assert_eq!(world.ask(new_key("default").key.expose()).await, denied());
}

#[tokio::test]
async fn the_secret_has_the_last_word_on_an_id() {
    let (deployed, stored) = (new_key("default"), new_key("default"));
    let world = world(&document([stored.record]), &document([deployed.record]));
    assert_eq!(world.ask(deployed.key.expose()).await, denied());
    assert_eq!(world.ask(stored.key.expose()).await, allowed("default"));
}

#[tokio::test]
async fn without_the_secret_they_are_not_accepted_either() {
    let deployed = new_key("default");
    let world = world(r#"{"v":1,"keys":[]}"#, &document([deployed.record]));
    world.store.set(definite());
    assert!(world.ask(deployed.key.expose()).await.is_err());
}
