//! What rmcp does not pass on of an exchange.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;

use crate::http::{HttpFailure, RequestId};

/// What is known of the last exchange.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastExchange(Arc<Mutex<Exchange>>);

#[derive(Debug, Default)]
struct Exchange {
    /// If it failed.
    failure: Option<Arc<HttpFailure>>,
    /// What its answer calls the request.
    request_id: Option<RequestId>,
}

impl LastExchange {
    /// The failure, which is then forgotten.
    pub(crate) fn take(&self) -> Option<Arc<HttpFailure>> {
        self.lock().failure.take()
    }

    pub(crate) fn request_id(&self) -> Option<RequestId> {
        self.lock().request_id.clone()
    }

    pub(super) fn begin(&self) {
        *self.lock() = Exchange::default();
    }

    pub(super) fn received(&self, headers: &HeaderMap) {
        self.lock().request_id = RequestId::of(headers);
    }

    pub(super) fn keep(&self, failure: HttpFailure) -> Arc<HttpFailure> {
        let failure = Arc::new(failure);
        self.lock().failure = Some(Arc::clone(&failure));
        failure
    }

    /// Whether asking again cannot help.
    pub(super) fn is_final(&self) -> bool {
        let exchange = self.lock();
        exchange
            .failure
            .as_deref()
            .is_some_and(HttpFailure::is_final)
    }

    fn lock(&self) -> MutexGuard<'_, Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
