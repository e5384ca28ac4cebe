//! API keys and where they are kept.
//!
//! ```text
//! commands/keys → store ─┬─ file: lock, read, edit, replace
//!                        └─ secret: read, edit, draft, promote if nobody was faster ── aws
//! ```
//!
//! An edit is a function of a [`KeyDocument`](api_keys::KeyDocument), so each store can apply it to the newest
//! document there is: two administrators at once lose nothing.

mod error;
mod file;
mod location;
mod secret;
mod state;
mod store;
mod stored;

pub(crate) use self::error::KeysError;
pub(crate) use self::location::Location;
pub(crate) use self::secret::Recipient;
pub(crate) use self::state::State;
pub(crate) use self::store::{Named, Store, locate};
pub(crate) use self::stored::{Absent, Change, Stored};
