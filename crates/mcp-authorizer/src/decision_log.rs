//! One line per decision. Never a key.

use std::time::Duration;

use crate::key_source::{Refresh, Ruling, Verdict};

/// What is said of one decision.
#[derive(Debug)]
pub(crate) struct Decision<'a> {
    /// Lambda's id of the invocation.
    pub(crate) request_id: &'a str,
    /// The gateway's id of the request, by which this line is found from the other logs.
    pub(crate) gateway_request_id: Option<&'a str>,
    pub(crate) outcome: Outcome<'a>,
    pub(crate) duration: Duration,
}

/// How an event was decided.
#[derive(Debug)]
pub(crate) enum Outcome<'a> {
    /// One key was presented and looked up.
    Checked(&'a Verdict),
    /// Nothing was presented that could be looked up.
    NoKey(&'static str),
    /// The event was not decided, for this reason.
    Failed(&'static str),
}

impl Outcome<'_> {
    /// Its one word in logs and metrics.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Checked(verdict) => match verdict.ruling {
                Ruling::Allow(_) => "allow",
                Ruling::Deny => "deny",
                Ruling::Unknown => "error",
            },
            Self::NoKey(_) => "deny",
            Self::Failed(_) => "error",
        }
    }

    fn presented(&self) -> Option<&'static str> {
        match self {
            Self::Checked(_) => Some("key"),
            Self::NoKey(presented) => Some(presented),
            Self::Failed(_) => None,
        }
    }

    fn verdict(&self) -> Option<&Verdict> {
        match self {
            Self::Checked(verdict) => Some(verdict),
            Self::NoKey(_) | Self::Failed(_) => None,
        }
    }
}

/// The same fields at a level of choice, which has to be a constant.
macro_rules! write_line {
    ($level:ident, $decision:expr, $error:expr) => {{
        let verdict = $decision.outcome.verdict();
        tracing::$level!(
            outcome = $decision.outcome.name(),
            auth.key_id = verdict.and_then(key_id),
            auth.presented = $decision.outcome.presented(),
            secret.age_seconds = verdict
                .and_then(|verdict| verdict.age)
                .map(|age| age.as_secs()),
            secret.refresh = verdict.map(refresh),
            error = $error,
            duration_ms = $decision.duration.as_secs_f64() * 1000.0,
            aws.request_id = $decision.request_id,
            gateway.request_id = $decision.gateway_request_id,
            "key checked"
        );
    }};
}

impl Decision<'_> {
    /// Writes the line: an error when the event could not be decided, a warning when it was, with old keys.
    pub(crate) fn log(&self) {
        let error = match &self.outcome {
            Outcome::Checked(Verdict {
                refresh: Refresh::Failed(error),
                ..
            }) => Some(error.to_string()),
            Outcome::Failed(reason) => Some((*reason).to_owned()),
            Outcome::Checked(_) | Outcome::NoKey(_) => None,
        };
        match (self.outcome.name(), &error) {
            ("error", _) => write_line!(error, self, error),
            (_, Some(_)) => write_line!(warn, self, error),
            (_, None) => write_line!(info, self, error),
        }
    }
}

fn key_id(verdict: &Verdict) -> Option<&str> {
    match &verdict.ruling {
        Ruling::Allow(principal) => Some(principal.id()),
        Ruling::Deny | Ruling::Unknown => None,
    }
}

fn refresh(verdict: &Verdict) -> &'static str {
    match verdict.refresh {
        Refresh::NotNeeded => "not_needed",
        Refresh::Done => "done",
        Refresh::Failed(_) => "failed",
    }
}
