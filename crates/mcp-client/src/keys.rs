//! API keys and where they are kept.
//!
//! ```text
//! commands/keys → store ─┬─ file: lock, read, edit, replace
//!                        └─ secret: read, edit, draft, promote if nobody was faster ── aws
//!              → gateway: forget the authorizer's answers, if told to ── aws
//! ```
//!
//! An edit is a function of a [`KeyDocument`](api_keys::KeyDocument), so each store can apply it to the newest
//! document there is: two administrators at once lose nothing.

mod aws;
mod error;
mod file;
mod gateway;
mod owner;
mod secret;
mod state;
mod store;
mod when;

pub use self::error::KeysError;
pub use self::file::KeysFile;
pub use self::gateway::{
    ApiId, AuthorizersCache, CacheName, InvalidCacheName, ResetFailure, Stage,
};
pub use self::owner::owner;
pub use self::secret::AwsSecret;
pub use self::state::State;
pub use self::store::{Absent, Change, Location, Store, Stored};
pub use self::when::{Expiry, InvalidWhen, When};
