//! A key on every path, with everything logged. A program of its own, because a subscriber that is to see everything
//! has to be the one of the whole process.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests say what they expect by panicking"
)]

#[path = "it/support.rs"]
#[expect(dead_code, reason = "the other tests use the rest")]
mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use lambda_runtime::Diagnostic;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use support::{Store, World, definite, document, new_key, transient};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn no_line_and_no_failure_holds_a_key() {
    let log = Captured::default();
    // Everything, and not only what the filter of the program lets through.
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    lambda_program::panics::install_hook();

    let key = new_key("ci");
    let bare = "canary-canary-canary-canary-canary";
    let canary = key.key.expose();
    let mut failures = Vec::new();
    for store in [
        Store::Answers(document([key.record.clone()])),
        Store::Answers(bare.to_owned()),
        Store::Answers(format!("{bare} {canary}")),
        Store::Answers(format!(
            "{{\"v\":1,\"keys\":[{{\"id\":\"{canary}\",\"{canary}\":1}}]}}"
        )),
        transient(),
        definite(),
        Store::Panics(canary.to_owned()),
    ] {
        for presented in [canary, bare, &format!("{canary},{canary}"), &canary[1..]] {
            let world = World::new("");
            world.store.set(store.clone());
            let answer = world.ask(presented).await;
            failures.extend(answer.err().map(Diagnostic::from));
        }
    }
    let lines = log.text();
    let count = |message| lines.lines().filter(|line| line.contains(message)).count();
    assert_eq!(count("\"key checked\""), 7 * 4, "one line a decision");
    assert_eq!(
        count("\"panicked\""),
        3 * 2,
        "where, and that it was not decided"
    );
    assert_eq!(count("tests/it/support.rs"), 3);
    assert!(failures.len() > 10);
    for text in [lines, format!("{failures:?}")] {
        for secret in [canary, bare, &canary[7..40]] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
