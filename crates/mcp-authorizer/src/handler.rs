//! One event in, one answer out.

use lambda_program::emf::MetricsSink;
use lambda_program::gateway::{Answer, NotAnEvent, Presented, UnverifiedEvent};
use lambda_program::panics::{self, Panicked};
use lambda_runtime::{Diagnostic, LambdaEvent};

use crate::clock::Clock;
use crate::decision_log::{Decision, Outcome};
use crate::key_source::{CachedKeys, Ruling, SecretStore, Verdict};
use crate::metrics;

/// Answers the gateway with what the keys say.
#[derive(Debug)]
pub struct Authorizer<S, C> {
    keys: CachedKeys<S, C>,
    clock: C,
    metrics: Option<MetricsSink>,
}

/// There is no answer, so the gateway says 500. What Lambda and the gateway learn of it is this text; the cause is in
/// our log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It cannot be known whether the key is accepted.
    #[error("the keys cannot be read")]
    KeysUnavailable,
    /// This is not what a gateway sends.
    #[error(transparent)]
    NotAnEvent(#[from] NotAnEvent),
    /// A fault in this program.
    #[error("internal error")]
    Panicked,
}

/// What came of an event, before it is logged.
enum Found {
    Verdict(Verdict),
    NoKey(&'static str),
}

impl<S: SecretStore, C: Clock> Authorizer<S, C> {
    /// Decides by `keys`, and writes a metric line per decision if told where to.
    pub fn new(keys: CachedKeys<S, C>, clock: C, metrics: Option<MetricsSink>) -> Self {
        Self {
            keys,
            clock,
            metrics,
        }
    }

    /// Answers one event.
    ///
    /// # Errors
    /// When there is no answer that is known to be right. Never a substitute for a deny.
    pub async fn authorize(&self, event: LambdaEvent<UnverifiedEvent>) -> Result<Answer, Failure> {
        let started = self.clock.now();
        let found = panics::contain(self.find(&event.payload)).await;
        let (outcome, answer) = match &found {
            Ok(Ok(Found::Verdict(verdict))) => (Outcome::Checked(verdict), answer(&verdict.ruling)),
            Ok(Ok(Found::NoKey(presented))) => (Outcome::NoKey(presented), Ok(Answer::deny())),
            Ok(Err(NotAnEvent)) => (
                Outcome::Failed("not an authorizer event, payload 2.0"),
                Err(NotAnEvent.into()),
            ),
            Err(Panicked { location }) => {
                let location = location.as_deref().unwrap_or("unknown");
                tracing::error!(panic.location = location, "panicked");
                (Outcome::Failed("panicked"), Err(Failure::Panicked))
            }
        };
        self.note(&Decision {
            request_id: &event.context.request_id,
            gateway_request_id: event.payload.gateway_request_id().as_deref(),
            outcome,
            duration: self.clock.now().since(&started),
        });
        answer
    }

    async fn find(&self, event: &UnverifiedEvent) -> Result<Found, NotAnEvent> {
        Ok(match event.presented()? {
            Presented::Nothing => Found::NoKey("nothing"),
            Presented::Unusable => Found::NoKey("unusable"),
            Presented::Key(key) => Found::Verdict(self.keys.check(key.expose()).await),
        })
    }

    fn note(&self, decision: &Decision<'_>) {
        decision.log();
        if let Some(sink) = &self.metrics {
            let outcome = decision.outcome.name();
            metrics::decision(sink, outcome, decision.duration, self.clock.now().wall);
        }
    }
}

fn answer(ruling: &Ruling) -> Result<Answer, Failure> {
    match ruling {
        Ruling::Allow(principal) => Ok(Answer::allow(principal)),
        Ruling::Deny => Ok(Answer::deny()),
        Ruling::Unknown => Err(Failure::KeysUnavailable),
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        let error_type = match failure {
            Failure::KeysUnavailable => "KeysUnavailable",
            Failure::NotAnEvent(_) => "NotAnEvent",
            Failure::Panicked => "InternalError",
        };
        Self {
            error_type: error_type.to_owned(),
            error_message: failure.to_string(),
        }
    }
}
