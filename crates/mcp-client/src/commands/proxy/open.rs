//! What is under way: requests of the client, and questions of the server.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::params;
use crate::http::Message;

/// How many questions are counted. What a server asks beyond them has no patience.
const MOST_QUESTIONS: usize = 1024;

/// Everything under way. Ids are those of JSON, as they were written.
#[derive(Debug, Clone, Default)]
pub(super) struct Register(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    requests: HashMap<String, Arc<Request>>,
    /// What the server asked the client, until it is answered.
    questions: HashSet<String>,
    /// Whether nothing is read from the client, so that it can answer no question.
    deaf: bool,
}

/// A request of the client that has no answer yet.
#[derive(Debug)]
pub(super) struct Request {
    id: String,
    progress_token: Option<String>,
    is_subscription: bool,
    /// The newer era: closing the connection cancels.
    pub(super) is_modern: bool,
    pub(super) cancelled: CancellationToken,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The last sign of life; none if it may take any time.
    last: Option<Instant>,
    /// What the server asked on its stream.
    questions: Vec<String>,
}

/// Keeps a request in the register until it is dropped.
pub(super) struct Entry {
    register: Register,
    request: Arc<Request>,
}

impl Register {
    pub(super) fn enter(&self, message: &Message, is_modern: bool) -> Entry {
        let meta = params::member(message.params(), "_meta");
        let token = params::member(meta.as_deref(), "progressToken");
        let request = Arc::new(Request {
            id: message.id_json().unwrap_or_default().to_owned(),
            progress_token: token.map(|token| token.get().to_owned()),
            is_subscription: message.method() == Some("subscriptions/listen"),
            is_modern,
            cancelled: CancellationToken::new(),
            state: Mutex::new(State {
                last: Some(Instant::now()),
                questions: Vec::new(),
            }),
        });
        let mut inner = self.lock();
        inner
            .requests
            .insert(request.id.clone(), Arc::clone(&request));
        Entry {
            register: self.clone(),
            request,
        }
    }

    pub(super) fn find(&self, id: &RawValue) -> Option<Arc<Request>> {
        self.lock().requests.get(id.get()).map(Arc::clone)
    }

    /// Progress is a sign of life of the request that it is about, on whatever stream it comes.
    pub(super) fn progress(&self, message: &Message) {
        let Some(token) = params::member(message.params(), "progressToken") else {
            return;
        };
        for request in self.lock().requests.values() {
            if request.progress_token.as_deref() == Some(token.get()) {
                request.sign_of_life();
            }
        }
    }

    /// The server asks something, perhaps on the stream of a request.
    pub(super) fn asked(&self, id: &str, request: Option<&Request>) {
        let mut inner = self.lock();
        if inner.questions.len() < MOST_QUESTIONS
            && inner.questions.insert(id.to_owned())
            && let Some(request) = request
        {
            request.lock().questions.push(id.to_owned());
        }
    }

    /// A question is answered, or withdrawn.
    pub(super) fn settled(&self, id: &str) {
        let mut inner = self.lock();
        if inner.questions.remove(id) {
            inner
                .requests
                .values()
                .for_each(|request| request.sign_of_life());
        }
    }

    pub(super) fn set_deaf(&self, deaf: bool) {
        self.lock().deaf = deaf;
    }

    /// Whether somebody thinks about a question.
    fn somebody_thinks(&self) -> bool {
        let inner = self.lock();
        !inner.deaf && !inner.questions.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Request {
    pub(super) fn sign_of_life(&self) {
        // A subscription has no answer before its end.
        self.lock().last = (!self.is_subscription).then(Instant::now);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Ends when nothing has happened for `limit`. A person may take any time to answer.
    pub(super) async fn silence(&self, limit: Duration) {
        loop {
            let Some(last) = self.request.lock().last else {
                return std::future::pending().await;
            };
            let mut deadline = last + limit;
            if deadline <= Instant::now() {
                if !self.register.somebody_thinks() {
                    return;
                }
                deadline = Instant::now() + limit;
            }
            sleep_until(deadline).await;
        }
    }
}

impl Deref for Entry {
    type Target = Request;

    fn deref(&self) -> &Request {
        &self.request
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut inner = self.register.lock();
        let id = &self.request.id;
        let is_this = |found: &Arc<Request>| Arc::ptr_eq(found, &self.request);
        if inner.requests.get(id).is_some_and(is_this) {
            inner.requests.remove(id);
        }
        for question in &self.request.lock().questions {
            inner.questions.remove(question);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    fn message(text: &str) -> Message {
        Message::read(text.to_owned()).unwrap()
    }

    fn enter(register: &Register, id: &str) -> Entry {
        let text = format!(
            r#"{{"id":{id},"method":"tools/call","params":{{"_meta":{{"progressToken":"p{id}"}}}}}}"#
        );
        register.enter(&message(&text), false)
    }

    #[tokio::test(start_paused = true)]
    async fn progress_is_a_sign_of_life_of_its_request_alone() {
        let (register, begin) = (Register::default(), Instant::now());
        let (one, two) = (enter(&register, "1"), enter(&register, "2"));
        let progress = async {
            for _ in 0..3 {
                tokio::time::sleep(LIMIT / 2).await;
                register.progress(&message(
                    r#"{"method":"notifications/progress","params":{"progressToken":"p1"}}"#,
                ));
            }
        };
        let silence = async {
            two.silence(LIMIT).await;
            assert_eq!(begin.elapsed(), LIMIT);
            one.silence(LIMIT).await;
        };
        tokio::join!(silence, progress);
        assert_eq!(begin.elapsed(), LIMIT * 5 / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_may_think_as_long_as_the_answer_could_be_read() {
        let (register, begin) = (Register::default(), Instant::now());
        let one = enter(&register, "1");
        register.asked("7", Some(&one));
        let answer = async {
            tokio::time::sleep(LIMIT * 10).await;
            register.settled("7");
        };
        tokio::join!(one.silence(LIMIT), answer);
        assert_eq!(begin.elapsed(), LIMIT * 11);
        register.asked("8", Some(&one));
        register.set_deaf(true);
        one.silence(LIMIT).await;
    }

    #[test]
    fn what_ends_takes_its_questions_along() {
        let register = Register::default();
        let one = enter(&register, "1");
        register.asked("7", Some(&one));
        assert!(register.somebody_thinks());
        drop(one);
        assert!(!register.somebody_thinks());
        assert!(register.lock().requests.is_empty());
    }
}
