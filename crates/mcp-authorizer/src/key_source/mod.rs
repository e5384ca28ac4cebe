//! The keys, as Secrets Manager has them.
//!
//! [`SecretStore`] reads a secret, [`SecretsManager`] is the real one. [`CachedKeys`] decides with what was read, and
//! when to read again:
//!
//! - **Allow** needs keys that are at most [`soft_ttl`](CachePolicy::soft_ttl) old; while the store fails for a
//!   passing reason, at most [`stale`](CachePolicy::stale).
//! - **Deny** needs keys that are at most [`refresh_interval`](CachePolicy::refresh_interval) old: a key that is not
//!   known may have been made a moment ago. So it causes a read: a second after the last one, for whatever reason that
//!   was, but no more than one per interval for keys that are not known, whatever the number of keys that are tried.
//!   What cannot be a key, such as one of ours with a wrong checksum, never causes a read.
//! - Otherwise nobody knows, and that is what is said. It is never a deny.
//!
//! | the store says | kind | keys read before |
//! |---|---|---|
//! | time-out, connection failure, incomplete, unreadable or endless response, throttling, 5xx; keys that are out of date when their read ends | [`FetchError::Transient`] | go on until `stale` |
//! | access denied, no such secret, anything else it refuses; a document that is not valid | [`FetchError::Definite`] | end with `soft_ttl`, also when a passing failure follows |
//!
//! A definite failure is somebody's decision or mistake, so it must not be outlasted: taking the permission away is
//! a way to lock everybody out.

mod cache;
mod secret_store;
mod secrets_manager;

pub use cache::{CachePolicy, CachedKeys, Refresh, Ruling, Verdict};
pub use secret_store::{FetchError, SecretStore};
pub use secrets_manager::SecretsManager;
