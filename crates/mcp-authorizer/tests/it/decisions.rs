//! Every kind of key and every state of its record.

use std::time::Duration;

use api_keys::{KeyDocument, MAX_PRESENTED_BYTES};
use lambda_program::gateway::NotAnEvent;
use lambda_runtime::Diagnostic;
use mcp_authorizer::handler::Failure;
use serde_json::{Value, json};

use crate::support::{
    Store, World, allowed, definite, denied, document, event, new_key, now, transient,
};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn the_tools_of_a_key_always_reach_the_gateway() {
    let (every, some, none) = (new_key("every"), new_key("some"), new_key("none"));
    let secret = document([
        every.record,
        some.record.with_tools(["ping", "calculate"]),
        none.record.with_tools(Vec::<String>::new()),
    ]);
    let world = World::new(&secret);
    assert_eq!(world.ask(every.key.expose()).await, allowed("every"));
    let context = |answer: Result<Value, Failure>| answer.unwrap()["context"].clone();
    assert_eq!(
        context(world.ask(some.key.expose()).await),
        json!({ "key_id": "some", "tools": "calculate,ping" })
    );
    assert_eq!(
        context(world.ask(none.key.expose()).await),
        json!({ "key_id": "none", "tools": "" })
    );
}

#[tokio::test]
async fn whatever_is_wrong_with_a_key_the_answer_is_the_same() {
    let [good, disabled, expired, early] = ["good", "disabled", "expired", "early"].map(new_key);
    let mut keys = KeyDocument::empty();
    for record in [
        good.record,
        disabled.record,
        expired.record.with_not_after(now() - HOUR),
        early.record.with_not_before(now() + HOUR),
    ] {
        keys.insert(record).unwrap();
    }
    keys.disable("disabled").unwrap();
    let world = World::new(&keys.to_json());
    let good = good.key.expose();
    assert_eq!(world.ask(good).await, allowed("good"));

    let unknown = new_key("good");
    let refused = [
        disabled.key.expose().to_owned(),
        expired.key.expose().to_owned(),
        early.key.expose().to_owned(),
        unknown.key.expose().to_owned(),
        String::new(),
        good.to_uppercase(),
        format!("{good} "),
        format!("{good},{good}"),
        format!("{good}\u{0}"),
        good[..good.len() - 1].to_owned(),
        "ü".to_owned(),
        "k".repeat(MAX_PRESENTED_BYTES),
        "k".repeat(MAX_PRESENTED_BYTES + 1),
    ];
    for key in refused {
        assert_eq!(world.ask(&key).await, denied(), "{key}");
    }
    for members in [
        json!({}),
        json!({ "headers": null, "cookies": null }),
        json!({ "headers": { "authorization": good } }),
        json!({ "headers": { "x-api-key": good, "X-API-KEY": good } }),
        json!({ "headers": { "x-api-key": good }, "identitySource": [good, good] }),
        json!({ "headers": { "x-api-key": [good] } }),
    ] {
        let event = event(members);
        assert_eq!(world.send(&event).await, denied(), "{event}");
    }
}

#[tokio::test]
async fn the_gateways_events_are_read_as_their_names_say() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if !name.starts_with("authorizer-") {
            continue;
        }
        let event = std::fs::read_to_string(&path).unwrap();
        let event = event.replace("{{key}}", key.key.expose());
        let expected = match name {
            _ if name.starts_with("authorizer-one-key") => allowed("ci"),
            _ if name.starts_with("authorizer-foreign") => Err(Failure::NotAnEvent(NotAnEvent)),
            _ => denied(),
        };
        let event = serde_json::from_str(&event).unwrap();
        assert_eq!(world.send(&event).await, expected, "{name}");
        seen += 1;
    }
    assert!(seen >= 13, "{seen} events");
}

#[tokio::test]
async fn a_key_ends_at_its_time_though_the_document_is_cached() {
    let brief = new_key("brief");
    let end = now() + Duration::from_secs(5);
    let world = World::new(&document([brief.record.with_not_after(end)]));
    assert_eq!(world.ask(brief.key.expose()).await, allowed("brief"));
    world.clock.advance(5);
    assert_eq!(world.ask(brief.key.expose()).await, denied());
}

#[tokio::test]
async fn a_document_without_keys_denies_everybody() {
    let world = World::new(&document([]));
    assert_eq!(world.ask(new_key("ci").key.expose()).await, denied());
}

#[tokio::test(start_paused = true)]
async fn while_the_keys_cannot_be_read_nobody_is_allowed_or_denied() {
    let key = new_key("ci");
    for store in [
        transient(),
        definite(),
        Store::Answers("{\"v\":1".to_owned()),
        Store::Answers("short".to_owned()),
        Store::Answers(String::new()),
        Store::Hangs,
    ] {
        let world = World::new("");
        world.store.set(store);
        assert_eq!(
            world.ask(key.key.expose()).await,
            Err(Failure::KeysUnavailable)
        );
    }
}

#[tokio::test]
async fn what_cannot_be_a_key_is_denied_without_a_read() {
    let world = World::new("");
    world.store.set(definite());
    let key = new_key("ci");
    let mistyped = key.key.expose().replace("mcp_ci_", "mcp_cj_");
    let long = "k".repeat(MAX_PRESENTED_BYTES + 1);
    for key in ["", "a b", "a,b", "mcp_", "mcp_ci_x", &mistyped, &long] {
        assert_eq!(world.ask(key).await, denied());
    }
    assert_eq!(world.store.reads(), 0);
}

#[tokio::test]
async fn what_is_no_event_is_an_error() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    let key = key.key.expose();
    let headers = json!({ "x-api-key": key });
    for event in [
        json!([]),
        json!("x"),
        event(json!({ "headers": 7 })),
        json!({ "headers": headers }),
        json!({ "version": "2.0", "headers": headers }),
        json!({ "version": "2.0", "type": "TOKEN", "headers": headers }),
        json!({ "version": 2.0, "type": "REQUEST", "headers": headers }),
        json!({ "version": "1.0", "type": "REQUEST", "identitySource": key, "headers": headers }),
        json!({ "type": "REQUEST", "methodArn": "arn:aws:execute-api", "headers": headers }),
        json!({ "type": "TOKEN", "methodArn": "arn:aws:execute-api", "authorizationToken": key }),
        event(json!({ "headers": headers, "identitySource": ["another"] })),
        event(json!({ "headers": headers, "identitySource": [7] })),
        event(json!({ "headers": headers, "identitySource": [key.to_uppercase()] })),
    ] {
        let answer = world.send(&event).await;
        assert_eq!(answer, Err(Failure::NotAnEvent(NotAnEvent)), "{event}");
    }
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_next_event_is_answered() {
    let key = new_key("ci");
    let world = World::new("");
    world.store.set(Store::Panics("canary".to_owned()));
    let failure = world.ask(key.key.expose()).await.unwrap_err();
    assert_eq!(failure, Failure::Panicked);
    world.store.answer(&document([key.record]));
    assert_eq!(world.ask(key.key.expose()).await, allowed("ci"));
}

#[test]
fn a_failure_names_neither_cause_nor_resource() {
    for (failure, kind, message) in [
        (
            Failure::KeysUnavailable,
            "KeysUnavailable",
            "the keys cannot be read",
        ),
        (
            Failure::NotAnEvent(NotAnEvent),
            "NotAnEvent",
            "expected an authorizer event of an HTTP API, payload 2.0",
        ),
        (Failure::Panicked, "InternalError", "internal error"),
    ] {
        let diagnostic = Diagnostic::from(failure);
        assert_eq!(diagnostic.error_type, kind);
        assert_eq!(diagnostic.error_message, message);
    }
}
