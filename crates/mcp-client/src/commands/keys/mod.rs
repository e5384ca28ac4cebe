//! `keys …`

mod change;
mod check;
mod create;
mod list;
mod rotate;

use std::io;
use std::time::Duration;

use api_keys::{ApiKey, KeyDocument, KeyId, KeyRecord, Timestamp};

use crate::cli::{ConnectionArgs, Format, KeysArgs, KeysCommand};
use crate::error::Error;
use crate::keys::{Change, KeysError, Location, Named, Recipient, Store, locate};
use crate::output::Printer;
use crate::output::keys::{Effect, KeyView, Made};
use crate::stack::{Gateway, Stack};
use crate::world::World;

/// The environment variable that names the file with the keys.
const KEYS_FILE_VARIABLE: &str = "MCP_API_KEYS_FILE";

/// The environment variable that names the secret with the keys, as for the authorizer.
const SECRET_ID_VARIABLE: &str = "MCP_SECRET_ID";

/// An open store, and the time.
struct Keys<'w> {
    store: Store,
    location: Location,
    /// How long a change takes to reach the program that reads the store.
    delay: Duration,
    /// What is in front of that program, where a stack tells.
    gateway: Option<Gateway>,
    /// Who gets a new key, if not standard output.
    recipient: Option<Recipient>,
    clock: &'w dyn Fn() -> Timestamp,
}

pub(crate) async fn run(
    args: &KeysArgs,
    limits: &ConnectionArgs,
    world: &mut World<'_>,
) -> Result<(), Error> {
    refuse_what_is_lost(&args.command, &world.output)?;
    let keys = open(args, limits, world).await?;
    let output = &mut world.output;
    match &args.command {
        KeysCommand::Create(create) => create::run(&keys, create, output).await,
        KeysCommand::List => list::run(&keys, output).await,
        KeysCommand::Rotate(rotate) => rotate::run(&keys, rotate, output).await,
        KeysCommand::Disable(name) => {
            change::run(&keys, name, "disabled", KeyDocument::disable, output).await
        }
        KeysCommand::Enable(name) => {
            change::run(&keys, name, "enabled", KeyDocument::enable, output).await
        }
        KeysCommand::Revoke(name) => {
            let revoke = |document: &mut KeyDocument, id: &str| document.revoke(id).map(drop);
            change::run(&keys, name, "revoked", revoke, output).await
        }
        KeysCommand::Check(check) => check::run(&keys, check, world).await,
    }
}

async fn open<'w>(
    args: &KeysArgs,
    limits: &ConnectionArgs,
    world: &World<'w>,
) -> Result<Keys<'w>, Error> {
    let named = locate(
        &args.store,
        limits.stack.as_deref(),
        world.set(KEYS_FILE_VARIABLE),
        world.set(SECRET_ID_VARIABLE),
    )?;
    let (location, deployed) = match named {
        Named::Here(location) => (location, None),
        Named::Stack(name) => {
            let keys = Stack::read(&name, limits).await?.keys()?;
            let times = (keys.cache, keys.gateway);
            (Location::SecretId(keys.secret_id), Some(times))
        }
    };
    let store = Store::open(location.clone(), limits).await;
    let (delay, gateway) = deployed.unzip();
    let recipient = match args.command.recipient() {
        Some(id) => Some(Recipient::open(id, &location, limits).await?),
        None => None,
    };
    Ok(Keys {
        delay: delay.unwrap_or_else(|| store.delay()),
        store,
        location,
        gateway,
        recipient,
        clock: world.clock,
    })
}

/// A misplaced key is not repeated, and a key that nobody would get is not made.
fn refuse_what_is_lost(command: &KeysCommand, output: &Printer<'_>) -> Result<(), KeysError> {
    match command {
        KeysCommand::Check(check) if !check.misplaced.is_empty() => Err(KeysError::KeyAsArgument),
        KeysCommand::Create(_) | KeysCommand::Rotate(_)
            if output.is_unread() && command.recipient().is_none() =>
        {
            Err(KeysError::NobodyReads)
        }
        _ => Ok(()),
    }
}

impl Keys<'_> {
    /// The time, in whole seconds: what documents are easiest to read with.
    fn now(&self) -> Timestamp {
        Timestamp::from_second((self.clock)().as_second()).unwrap_or_default()
    }

    /// What a change of a key leads to, and when.
    fn effect<T>(&self, change: &Change<T>) -> Effect {
        let gateway = self.gateway.as_ref();
        let remembered = gateway.map_or(Duration::ZERO, |gateway| gateway.cache);
        let by = self.after(self.delay + remembered);
        let effect = Effect::new(self.location.clone(), by, change.converted);
        match (&self.location, gateway) {
            (Location::File(_), _) => effect,
            (Location::SecretId(_), None) => effect.of_unknown_gateway(),
            (Location::SecretId(_), Some(gateway)) => effect.of_gateway(gateway),
        }
    }

    /// The same of a change that adds a key, which no gateway has an answer about.
    fn effect_of_new_key<T>(&self, change: &Change<T>) -> Effect {
        let by = self.after(self.delay);
        Effect::new(self.location.clone(), by, change.converted)
    }

    /// The second on top makes up for the fraction of [`now`](Self::now).
    fn after(&self, delay: Duration) -> Timestamp {
        let delay = delay + Duration::from_secs(1);
        self.now().checked_add(delay).unwrap_or(Timestamp::MAX)
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

/// Hands over a key that is stored already: the only place where one is written, and this is its only time.
async fn hand_over(
    keys: &Keys<'_>,
    key: &ApiKey,
    record: &KeyRecord,
    old: Option<KeyView>,
    effect: Effect,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let view = KeyView::new(record, keys.now());
    match &keys.recipient {
        None => print(&Made::new(key.expose(), view, old, effect), record, output),
        Some(recipient) => {
            let put = recipient.put(key).await;
            put.map_err(|cause| KeysError::NotHandedOver {
                id: record.id().to_owned(),
                cause: Box::new(cause),
            })?;
            let made = Made::handed_over(recipient.location(), view, old, effect);
            output.show(&made, Made::remarks)
        }
    }
}

fn print(made: &Made<'_>, record: &KeyRecord, output: &mut Printer<'_>) -> Result<(), Error> {
    let unseen = match output.show(made, |made| made.key.unwrap_or_default().to_owned()) {
        Err(Error::Output(cause)) => Some(cause),
        Err(other) => return Err(other),
        Ok(()) => output
            .is_unread()
            .then(|| io::Error::from(io::ErrorKind::BrokenPipe)),
    };
    if let Some(cause) = unseen {
        let id = record.id().to_owned();
        return Err(KeysError::Unseen { id, cause }.into());
    }
    if output.format() == Format::Text {
        output.aside().line(&made.remarks());
    }
    Ok(())
}
