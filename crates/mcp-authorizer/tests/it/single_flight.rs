//! Many callers, one read.

use futures_util::future::join_all;
use mcp_authorizer::handler::Failure;

use crate::support::{World, allowed, definite, document, new_key};

#[tokio::test]
async fn callers_at_the_same_time_share_one_read() {
    let key = new_key("ci");
    let world = World::new(&document([key.record]));
    world.store.gate.forget_permits(usize::MAX);
    let callers = join_all((0..50).map(|_| world.ask(key.key.expose())));
    let release = async {
        while world.store.reads() == 0 {
            tokio::task::yield_now().await;
        }
        world.store.gate.add_permits(1);
    };
    let (answers, ()) = tokio::join!(callers, release);
    assert!(answers.iter().all(|answer| *answer == allowed("ci")));
    assert_eq!(world.store.reads(), 1);
}

#[tokio::test]
async fn callers_at_the_same_time_share_one_failure() {
    let world = World::new("");
    world.store.set(definite());
    world.store.set_latency(3);
    let key = new_key("ci");
    let answers = join_all((0..50).map(|_| world.ask(key.key.expose()))).await;
    let unavailable = Err(Failure::KeysUnavailable);
    assert!(answers.iter().all(|answer| *answer == unavailable));
    assert_eq!(world.store.reads(), 1);
}

#[tokio::test]
async fn a_read_for_an_unknown_key_does_not_hold_up_a_known_one() {
    let (known, unknown) = (new_key("known"), new_key("unknown"));
    let world = World::new(&document([known.record]));
    world.ask(known.key.expose()).await.unwrap();
    world.clock.advance(10);
    world.store.gate.forget_permits(usize::MAX);
    let slow = world.ask(unknown.key.expose());
    let mut slow = std::pin::pin!(slow);
    assert!(futures_util::poll!(&mut slow).is_pending());
    assert_eq!(world.store.reads(), 2);
    let fast = std::pin::pin!(world.ask(known.key.expose()));
    let std::task::Poll::Ready(answer) = futures_util::poll!(fast) else {
        panic!("it waits for the read");
    };
    assert_eq!(answer, allowed("known"));
}
