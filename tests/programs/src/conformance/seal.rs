//! Request state that only this server can write, and only for one call.
//!
//! Between the rounds of a call everything the server knows travels through the client, which may
//! send back whatever it likes. So the state is signed, and the signature covers who calls, what
//! is called and with which arguments: a state cannot be moved to another call, and it expires.

use std::fs::File;
use std::io::Read;
use std::time::Duration;

use mcp_front_door::Caller;
use rmcp::ErrorData;
use rmcp::model::{RequestStateCodec, RequestStateError, SealOptions};
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::Call;

/// How long a user may think about a question.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Holds the signing key.
pub(crate) struct Sealer(RequestStateCodec);

impl Sealer {
    /// A sealer with a key of its own.
    ///
    /// One process serves all rounds here. Where any of many instances may serve the next round,
    /// they must share the key.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub(crate) fn with_random_key() -> std::io::Result<Self> {
        let mut key = [0; RequestStateCodec::MIN_KEY_LENGTH];
        File::open("/dev/urandom")?.read_exact(&mut key)?;
        let codec = RequestStateCodec::try_new(key).map_err(std::io::Error::other)?;
        Ok(Self(codec))
    }

    /// The seal for one call by one caller.
    pub(crate) fn for_call(&self, caller: &Caller, call: &Call<'_>) -> Seal {
        let mut facts = json!([caller.key_id(), call.method, call.name, call.arguments]);
        // A client may write the same arguments in another order when it retries.
        facts.sort_all_objects();
        Seal {
            codec: self.0.clone(),
            bound_to: facts.to_string(),
        }
    }
}

/// Writes and reads the request state of one call.
#[derive(Clone)]
pub(crate) struct Seal {
    codec: RequestStateCodec,
    bound_to: String,
}

impl Seal {
    /// Signs `note`.
    ///
    /// # Errors
    ///
    /// Internal error when `note` cannot be written as JSON.
    pub(crate) fn close(&self, note: &impl Serialize) -> Result<String, ErrorData> {
        let options = SealOptions::new()
            .associated_data(self.bound_to.as_bytes())
            .ttl(LIFETIME);
        self.codec
            .seal_json_with(note, &options)
            .map_err(|error| ErrorData::internal_error(error.to_string(), None))
    }

    /// Reads a state the client sent back.
    ///
    /// # Errors
    ///
    /// Invalid params, in the same words for every reason: a client learns nothing from a forgery.
    pub(crate) fn open(&self, untrusted: &str) -> Result<Value, ErrorData> {
        self.codec
            .open_json_with(untrusted, self.bound_to.as_bytes())
            .map_err(|_: RequestStateError| {
                ErrorData::invalid_params("requestState is not valid for this call", None)
            })
    }
}
