//! JSON whose strings hold JSON again: `serde_json` reads a string under one key so when it builds a document, and then
//! no stack is large enough. Nothing here builds one, so a small stack is.

use super::{
    AllowedTools, GatewayContext, NotAnEvent, Presented, UnverifiedEvent, invocation_deadline,
};

/// Nests 45 times, each time inside 120 brackets.
fn nested() -> String {
    (0..45).fold("1".to_owned(), |inner, _| {
        let text = inner.replace('\\', r"\u005c").replace('"', r"\u0022");
        let (open, close) = ("[".repeat(120), "]".repeat(120));
        format!("{open}{{\"$serde_json::private::RawValue\":\"{text}\"}}{close}")
    })
}

fn on_a_small_stack(check: impl FnOnce() + Send + 'static) {
    let small = std::thread::Builder::new().stack_size(128 * 1024);
    small.spawn(check).unwrap().join().unwrap();
}

fn presented(event: &str) -> Result<Presented, NotAnEvent> {
    let mut bytes = serde_json::Deserializer::from_slice(event.as_bytes());
    let event: UnverifiedEvent = serde::Deserialize::deserialize(&mut bytes).unwrap();
    drop(event.gateway_request_id());
    event.presented()
}

#[test]
fn an_event_that_nests_in_strings_is_harmless() {
    on_a_small_stack(|| {
        let nested = nested();
        let form = nested.trim_matches(['[', ']']);
        for part in [&nested, form] {
            let event = |members: &str| {
                presented(&format!(
                    r#"{{"version":"2.0","type":"REQUEST",{members}}}"#
                ))
            };
            assert_eq!(presented(part).unwrap_err(), NotAnEvent);
            for members in [
                format!(r#""version":{part}"#),
                format!(r#""headers":[{part}]"#),
                format!(r#""headers":{{"x-api-key":"k"}},"identitySource":{part}"#),
                format!(r#""headers":{{"x-api-key":"k"}},"identitySource":[{part}]"#),
            ] {
                let error = event(&members);
                assert!(
                    matches!(error, Err(NotAnEvent) | Ok(Presented::Unusable)),
                    "{error:?}"
                );
            }
            let key = event(&format!(r#""headers":{{"x-api-key":{part}}}"#));
            assert!(matches!(key, Ok(Presented::Unusable)), "{key:?}");
            let around = event(&format!(
                r#""headers":{{"a":{part},"x-api-key":"k"}},"requestContext":{{"requestId":{part}}},"more":{part}"#
            ));
            assert!(matches!(around, Ok(Presented::Key(_))), "{around:?}");
        }
    });
}

#[test]
fn a_context_that_nests_in_strings_is_harmless() {
    on_a_small_stack(|| {
        let nested = nested();
        let form = nested.trim_matches(['[', ']']);
        for part in [&nested, form] {
            let read = |context: String| GatewayContext::read(context.as_bytes());
            assert_eq!(read(nested.clone()), None);
            assert_eq!(read(format!(r#"{{"domainName":{part}}}"#)), None);
            assert_eq!(
                read(format!(r#"{{"more":{part}}}"#)),
                Some(GatewayContext::default())
            );
            let lambda =
                format!(r#"{{"authorizer":{{"lambda":{{"key_id":"a","tools":{part}}}}}}}"#);
            let tools = read(lambda).unwrap().key_holder.unwrap().tools;
            assert_eq!(tools, AllowedTools::Only(std::collections::BTreeSet::new()));
            assert_eq!(
                invocation_deadline(format!(r#"{{"deadline":{part}}}"#).as_bytes()),
                None
            );
        }
    });
}
