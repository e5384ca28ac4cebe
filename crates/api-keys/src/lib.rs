//! API keys for the MCP endpoint: what a key looks like, how the list of accepted keys is kept, and who a
//! presented key belongs to.
//!
//! Pure by design: no I/O, no clock, no AWS. The caller reads the secret and passes the time in, so the Lambda
//! authorizer, the server on a laptop and the command line decide by exactly the same code.
//!
//! # A key
//!
//! ```text
//! mcp_ci_7qv0NkPzXw1cYb4RtUaJ9dLsEf2HgM5oKi8ZxVyT3nQ_3JrIyH
//! └┬┘ └┤ └────────────────────┬────────────────────┘ └─┬──┘
//!  │   │                      │                        └ CRC-32 of all before its `_`, 6 base62 digits
//!  │   └ id                   └ secret: 43 base62 digits, 256 bits
//!  └ our prefix
//! ```
//!
//! No character needs escaping in a shell, a URL or a header. Secret scanners find keys with
//!
//! ```text
//! \bmcp_[a-z0-9][a-z0-9-]{0,31}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}\b
//! ```
//!
//! and can confirm a finding offline by its checksum. The checksum is no secret: it lets typing errors and random
//! strings be refused before anything is hashed. The id in the text only helps people; who a key belongs to is
//! decided by its hash alone.
//!
//! # The document
//!
//! Only hashes are kept. A document is JSON of at most [`MAX_DOCUMENT_BYTES`] bytes, what one secret of AWS Secrets
//! Manager holds:
//!
//! ```json
//! {
//!   "v": 1,
//!   "keys": [
//!     {"id":"ci","sha256":"2e8da0e89d9cd75ea7e2af88b567481a7b321c299743b14e5ba5340c720d774d","tools":["query"],"not_after":"2027-01-01T00:00:00Z"}
//!   ]
//! }
//! ```
//!
//! | field | meaning |
//! |---|---|
//! | `id` | a [`KeyId`]; unique in the document |
//! | `sha256` | SHA-256 of the whole key text, 64 hexadecimal digits; unique in the document |
//! | `tools`? | the tools the key may use, at most [`MAX_TOOLS`] and [`MAX_TOOLS_BYTES`]; absent: every tool, `[]`: none |
//! | `not_before`? | first instant of validity, RFC 3339 |
//! | `not_after`? | first instant after validity, RFC 3339; later than `not_before` |
//! | `disabled`? | `true` refuses the key and keeps its record |
//! | `note`? | for people, at most [`MAX_NOTE_CHARS`] characters without control characters |
//! | `created`? | when the key was made, RFC 3339 |
//!
//! The document may also have a field `deployed`, whose one value `"disabled"` refuses the key that came with the
//! deployment. That key has the reserved id [`DEPLOYED_ID`] and stands in no document.
//!
//! Unknown fields, repeated fields and other versions are refused: a restriction that is misspelt must not become a
//! key without restrictions. No keys is a valid document that authorises nobody.
//!
//! A secret may also be one bare key of 32 to 512 characters; it becomes a document with the one record `default`.
//!
//! # Rotation
//!
//! One record is one key, so a rotation is two records for a while: [`KeyDocument::rotate`] adds the new key under an
//! id of its own and ends the old one at a given time. Both ids appear in logs as long as both are used, which shows
//! who still has to change. [`KeyDocument::next_id`] proposes `ci-r2` after `ci`.
//!
//! # Timing
//!
//! [`KeyDocument::authenticate`] hashes first and then compares with every record, without an early exit and without
//! a branch on the outcome of a comparison. The time of a refusal depends on the length of what was presented and on
//! the number of records, and not on how nearly something matched, nor on whether a known key is disabled or out of
//! date. The time of an acceptance does not depend on which record matched. That a key was accepted takes some
//! nanoseconds more; the answer says so anyway. `tests/bench/timing` measures all of this.
//!
//! # Example
//!
//! ```
//! use api_keys::{KeyDocument, Timestamp, generate};
//!
//! let now = Timestamp::now();
//! let mut document = KeyDocument::empty();
//! let new = generate(&"ci".parse()?, now)?;
//! document.insert(new.record.with_tools(["query"]).with_note("build server"))?;
//! let secret = document.to_json(); // to the store; `new.key.expose()` goes to its user
//!
//! let document = KeyDocument::parse(&secret)?;
//! let principal = document.authenticate(new.key.expose(), now)?;
//! assert_eq!(principal.id(), "ci");
//! assert!(document.authenticate("guess", now).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod digest;
mod document;
mod edit;
mod id;
mod key;
mod keyring;
mod parse;
mod principal;
mod problem;
mod record;
mod secrecy;
mod wire;

pub use document::{
    KEY_HEADER, KeyDocument, MAX_DOCUMENT_BYTES, MAX_PRESENTED_BYTES, could_be_key,
};
pub use edit::EditError;
pub use id::{DEPLOYED_ID, InvalidKeyId, KeyId};
pub use jiff::Timestamp;
pub use key::{ApiKey, GenerateError, NewKey, generate};
pub use keyring::{DeployedKey, Keyring};
pub use parse::{DocumentError, MIN_BARE_BYTES, is_bare_key};
pub use principal::{Principal, Refused};
pub use problem::{Problem, Problems};
pub use record::{KeyRecord, MAX_NOTE_CHARS, MAX_TOOL_NAME_CHARS, MAX_TOOLS, MAX_TOOLS_BYTES};
pub use secrecy::{without_generated_keys, without_keys_in_names, without_possible_keys};
