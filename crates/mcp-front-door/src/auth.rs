//! API keys, where no gateway checks them: 401 without one, 403 with one that is not accepted.

use std::fmt::Debug;

use api_keys::{KEY_HEADER, KeyDocument, Timestamp};
use http::header::{HeaderName, HeaderValue, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};

use crate::caller::Caller;
use crate::refusal::{Refusal, SERVER_ERROR};

/// Header that carries the key.
const API_KEY: HeaderName = HeaderName::from_static(KEY_HEADER);

/// Decides whose key was presented.
pub trait Authenticator: Debug + Send + Sync {
    /// The key's holder; `None` for every key that is not accepted, whatever the reason.
    fn authenticate(&self, key: &str) -> Option<Caller>;
}

/// Keys that do not change while the server runs.
impl Authenticator for KeyDocument {
    fn authenticate(&self, key: &str) -> Option<Caller> {
        let principal = self.authenticate(key, Timestamp::now()).ok()?;
        Some(Caller::with_key(principal.id(), principal.tools().cloned()))
    }
}

/// The caller, by the key in the request's headers.
pub(crate) fn caller(keys: &dyn Authenticator, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let mut values = headers.get_all(API_KEY).iter();
    let key = match (values.next(), values.next()) {
        (None, _) => return Err(missing()),
        (Some(key), None) if key.is_empty() => return Err(missing()),
        (Some(key), None) => key.to_str().ok(),
        (Some(_), Some(_)) => None,
    };
    key.and_then(|key| keys.authenticate(key)).ok_or_else(|| {
        Refusal::new(
            StatusCode::FORBIDDEN,
            SERVER_ERROR,
            "Forbidden: this API key is not accepted",
        )
    })
}

fn missing() -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        SERVER_ERROR,
        "Unauthorized: send an API key in the x-api-key header",
    )
    .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey"))
}
