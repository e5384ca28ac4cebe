//! `keys …`

mod check;
mod create;
mod disable;
mod list;
mod revoke;
mod rotate;

use std::ffi::OsString;
use std::io::{self, Read};
use std::time::Duration;

use api_keys::{ApiKey, KeyId, KeyRecord, Timestamp};

use crate::cli::{ConnectionArgs, KeysArgs, KeysCommand};
use crate::error::Error;
use crate::keys::{AuthorizersCache, Change, KeysError, Location, Store};
use crate::output::keys::{Effect, KeyView, Made};
use crate::output::{Format, Output};

/// What the commands take from the process.
pub struct Surroundings<'w> {
    /// The value of `MCP_API_KEY`, for `keys check`.
    pub api_key: Option<OsString>,
    /// The value of `MCP_API_KEYS_FILE`.
    pub keys_file: Option<OsString>,
    /// The value of `MCP_SECRET_ID`.
    pub secret_id: Option<OsString>,
    /// For `keys check`.
    pub stdin: &'w mut dyn Read,
    /// The time.
    pub clock: &'w dyn Fn() -> Timestamp,
}

/// An open store, the time, and the cache to reset after a change.
struct Keys<'w> {
    store: Store,
    location: Location,
    cache: Option<AuthorizersCache>,
    clock: &'w dyn Fn() -> Timestamp,
}

/// Runs `keys …`.
///
/// # Errors
/// Whatever went wrong, for [`Output::report`] and the exit code.
pub async fn run(
    args: &KeysArgs,
    limits: &ConnectionArgs,
    around: Surroundings<'_>,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    if let KeysCommand::Check(check) = &args.command
        && !check.misplaced.is_empty()
    {
        return Err(KeysError::KeyAsArgument.into());
    }
    let location = Location::choose(&args.store, around.keys_file, around.secret_id)?;
    let store = Store::open(location.clone(), limits).await;
    let cache = args.command.cache();
    let keys = Keys {
        cache: cache
            .map(|name| store.authorizers_cache(name))
            .transpose()?,
        store,
        location,
        clock: around.clock,
    };
    match &args.command {
        KeysCommand::Create(create) => create::run(&keys, create, output).await,
        KeysCommand::List => list::run(&keys, output).await,
        KeysCommand::Rotate(rotate) => rotate::run(&keys, rotate, output).await,
        KeysCommand::Disable(name) => disable::run(&keys, name, output).await,
        KeysCommand::Revoke(name) => revoke::run(&keys, name, output).await,
        KeysCommand::Check(check) => {
            check::run(&keys, check, around.api_key, around.stdin, output).await
        }
    }
}

impl Keys<'_> {
    /// The time, in whole seconds: what documents are easiest to read with.
    fn now(&self) -> Timestamp {
        Timestamp::from_second((self.clock)().as_second()).unwrap_or_default()
    }

    /// What a change that was just made leads to, and when. The second on top makes up for the fraction of
    /// [`now`](Self::now).
    fn effect<T>(&self, change: &Change<T>) -> Effect {
        let delay = self.store.delay() + Duration::from_secs(1);
        let by = self.now().checked_add(delay).unwrap_or(Timestamp::MAX);
        let cache = self.cache.as_ref().map(|cache| cache.name.clone());
        Effect::new(self.location.clone(), by, change.converted, cache)
    }

    /// Resets the cache if that is asked for, after a change that is stored and was `shown`: a key is handed over
    /// before anything else can fail, and the cache is reset even if nobody could read the answer.
    async fn finish(&self, shown: Result<(), Error>, output: &mut Output<'_>) -> Result<(), Error> {
        let Some(cache) = &self.cache else {
            return shown;
        };
        let reset = cache.reset().await.map_err(|cause| {
            let cache = cache.name.clone();
            Error::from(KeysError::CacheNotReset { cache, cause })
        });
        match (shown, reset) {
            (Ok(()), Ok(())) => {
                if output.format() == Format::Text {
                    output.remark(&format!("reset {}", cache.name));
                }
                Ok(())
            }
            (Err(unshown), Err(unreset)) => {
                output.report(&unreset);
                Err(unshown)
            }
            (shown, reset) => shown.and(reset),
        }
    }
}

/// The id that a user wrote. It is read here and not by clap, whose errors repeat what they refuse: it may be a key.
fn id(text: &str) -> Result<KeyId, KeysError> {
    Ok(text.parse()?)
}

fn check_end(end: Option<Timestamp>, now: Timestamp) -> Result<(), KeysError> {
    match end {
        Some(end) if end <= now => Err(KeysError::EndsAtOnce(end)),
        _ => Ok(()),
    }
}

/// Prints a key that is stored already: the only place where one is written, and this is its only time.
fn hand_over(
    key: &ApiKey,
    record: &KeyRecord,
    old: Option<KeyView>,
    effect: Effect,
    now: Timestamp,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    let made = Made::new(key.expose(), KeyView::new(record, now), old, effect);
    let shown = output.show(&made, |made| made.key.to_owned());
    let unseen = match shown {
        Err(Error::Output(cause)) => Some(cause),
        Err(other) => return Err(other),
        Ok(()) => output
            .is_unread()
            .then(|| io::Error::from(io::ErrorKind::BrokenPipe)),
    };
    match unseen {
        Some(cause) => {
            let id = record.id().to_owned();
            Err(KeysError::Unseen { id, cause }.into())
        }
        None => {
            if output.format() == Format::Text {
                output.remark(&made.remarks());
            }
            Ok(())
        }
    }
}
