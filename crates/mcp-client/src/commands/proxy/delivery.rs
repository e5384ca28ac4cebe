//! Notifications and answers to the server: sent, and that is all that comes of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::exchange::Failed;
use super::params;
use super::relay::{Relay, step};
use crate::http::{Message, answer};
use crate::session::Diagnosis;
use crate::transport::LastExchange;

/// How long a server may take to accept a notification or an answer.
const LONGEST_DELIVERY: Duration = Duration::from_secs(10);

impl Relay {
    /// Passes on that the client does not wait any more: the newer era has the closed connection for it.
    pub(super) async fn cancel(self: &Arc<Self>, message: Message) {
        let id = params::member(message.params(), "requestId");
        let request = id.and_then(|id| self.register.find(&id));
        match request {
            Some(request) if request.is_modern => request.cancelled.cancel(),
            None if self.era(&message).is_modern() => {}
            request => {
                let relay = Arc::clone(self);
                let permit = Arc::clone(&self.deliveries).acquire_owned().await;
                tokio::spawn(async move {
                    relay.deliver(&message).await;
                    if let Some(request) = request {
                        request.cancelled.cancel();
                    }
                    drop(permit);
                });
            }
        }
    }

    /// Sends a notification, or an answer to the server. That it fails is only said.
    pub(super) async fn deliver(&self, message: &Message) {
        let sending = async {
            let (headers, _) = self.headers(message)?;
            let response = self.post(message, headers).await?;
            match response.status().is_success() {
                true => Ok(()),
                false => {
                    let trace = self.connection.trace();
                    Err(Failed::from(answer::failed(response, trace).await.0))
                }
            }
        };
        let reason = match timeout(LONGEST_DELIVERY, sending).await {
            Ok(Ok(())) => return,
            Ok(Err(Failed::Http(failure))) => {
                let step = step(message);
                let error = Diagnosis::new(&self.target, LastExchange::default());
                let error = error.of_http(&step, Arc::new(*failure));
                std::iter::once(error.to_string())
                    .chain(error.causes())
                    .collect::<Vec<_>>()
                    .join(": ")
            }
            Ok(Err(_)) => return,
            Err(_) => "the server does not accept it".to_owned(),
        };
        let what = message.method().unwrap_or("an answer to the server");
        let text = format!("note: {what} was not delivered: {reason}");
        self.console.aside.line(&text);
    }
}
