//! The steps in their order, and how each may end.

use serde::Serialize;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Proxy,
    Dns,
    Connection,
    Tls,
    Http,
    Redirect,
    Route,
    Key,
    Host,
    Answer,
    Origin,
    Accept,
    Era,
    Server,
    Lists,
    Schemas,
    Call,
    Latency,
}

/// In the order in which they are judged and shown.
pub(super) const STEPS: [(Step, &str); 18] = [
    (Step::Proxy, "proxy"),
    (Step::Dns, "dns"),
    (Step::Connection, "connection"),
    (Step::Tls, "tls"),
    (Step::Http, "http"),
    (Step::Redirect, "redirect"),
    (Step::Route, "route"),
    (Step::Key, "key"),
    (Step::Host, "host"),
    (Step::Answer, "answer"),
    (Step::Origin, "origin"),
    (Step::Accept, "accept"),
    (Step::Era, "era"),
    (Step::Server, "server"),
    (Step::Lists, "lists"),
    (Step::Schemas, "schemas"),
    (Step::Call, "call"),
    (Step::Latency, "latency"),
];

impl Step {
    pub(super) fn name(self) -> &'static str {
        let found = STEPS.iter().find(|(step, _)| *step == self);
        found.map_or("", |(_, name)| name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl Status {
    pub(super) fn mark(self) -> char {
        match self {
            Self::Ok => '✓',
            Self::Warning => '!',
            Self::Failed => '✗',
            Self::Skipped => '-',
        }
    }
}
