//! One key of a document.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;

use crate::{DEPLOYED_ID, KeyId, Principal, digest::KeyDigest, problem::Problem};

/// The first second that RFC 3339 can write: 0000-01-01T00:00:00Z. Its last year, 9999, is also that of [`Timestamp`].
const FIRST_SECOND: i64 = -62_167_219_200;

/// Who keeps a record: what its id may be depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// The document of a store.
    Store,
    /// The settings of the authorizer.
    Deployment,
}

/// The longest allow-list of a key, in names.
pub const MAX_TOOLS: usize = 256;
/// The longest name in an allow-list, in characters of `[A-Za-z0-9_.-]`.
pub const MAX_TOOL_NAME_CHARS: usize = 128;
/// The longest allow-list of a key, in bytes of its names joined by commas.
///
/// The gateway passes the list to the server in one header, beside the up to 10,240 bytes of headers that it takes from
/// a client and some 2 KiB of its own: together far below the 64 KiB that the server reads of a request's head.
pub const MAX_TOOLS_BYTES: usize = 8_192;
/// The longest note, in characters.
pub const MAX_NOTE_CHARS: usize = 200;

/// One accepted key: its hash, whom it stands for and when it is valid.
///
/// The builder methods take any value. [`KeyDocument::insert`](crate::KeyDocument::insert) and
/// [`rotate`](crate::KeyDocument::rotate) check the record, so no document ever holds an invalid one.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRecord {
    pub(crate) principal: Principal,
    pub(crate) digest: KeyDigest,
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) not_after: Option<Timestamp>,
    pub(crate) disabled: bool,
    pub(crate) note: Option<String>,
    pub(crate) created: Option<Timestamp>,
}

impl KeyRecord {
    /// A record without restrictions for the key that hashes to `digest`.
    pub(crate) fn new(id: KeyId, digest: KeyDigest) -> Self {
        Self {
            principal: Principal::new(id, None),
            digest,
            not_before: None,
            not_after: None,
            disabled: false,
            note: None,
            created: None,
        }
    }

    /// The id, unique in the document.
    #[must_use]
    pub fn id(&self) -> &str {
        self.principal.id()
    }

    /// The tools the key may use. `None` is every tool, an empty set is none.
    #[must_use]
    pub fn tools(&self) -> Option<&BTreeSet<String>> {
        self.principal.tools()
    }

    /// The first instant at which the key is valid. `None`: always has been.
    #[must_use]
    pub fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// The first instant at which the key is no longer valid. `None`: never ends.
    #[must_use]
    pub fn not_after(&self) -> Option<Timestamp> {
        self.not_after
    }

    /// Whether the key is refused whatever the time.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.disabled
    }

    /// A remark for people.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// When the key was made, if that was recorded.
    #[must_use]
    pub fn created(&self) -> Option<Timestamp> {
        self.created
    }

    /// Whether the key is accepted at `now`: not disabled, and `not_before ≤ now < not_after`.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        let begun = self.not_before.is_none_or(|start| start <= now);
        let ended = self.not_after.is_some_and(|end| end <= now);
        begun && !ended && !self.disabled
    }

    /// Restricts the key to these tools: at most [`MAX_TOOLS`] names of 1 to [`MAX_TOOL_NAME_CHARS`] characters of
    /// `[A-Za-z0-9_.-]`, and at most [`MAX_TOOLS_BYTES`] together.
    #[must_use]
    pub fn with_tools<I>(mut self, tools: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let tools = tools.into_iter().map(Into::into).collect();
        self.principal = Principal::new(self.principal.key_id().clone(), Some(tools));
        self
    }

    /// Sets the first instant at which the key is valid.
    #[must_use]
    pub fn with_not_before(mut self, start: Timestamp) -> Self {
        self.not_before = Some(start);
        self
    }

    /// Sets the first instant at which the key is no longer valid; later than `not_before`.
    #[must_use]
    pub fn with_not_after(mut self, end: Timestamp) -> Self {
        self.not_after = Some(end);
        self
    }

    /// Sets the remark for people: at most [`MAX_NOTE_CHARS`] characters, none of them a control character.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// What of the bounds above the record does not keep. `name` is what it is called, such as `keys[2]`.
    pub(crate) fn problems(&self, name: &str, keeper: Keeper) -> Vec<Problem> {
        let found = [
            ("id", self.id_problem(keeper)),
            ("tools", self.tools().and_then(number_problem)),
            ("tools", self.tools().and_then(name_problem)),
            ("tools", self.tools().and_then(size_problem)),
            ("note", self.note().and_then(note_problem)),
            ("not_before", self.not_before.and_then(time_problem)),
            ("not_after", self.not_after.and_then(time_problem)),
            ("created", self.created.and_then(time_problem)),
            ("not_after", self.window_problem()),
        ];
        found
            .into_iter()
            .filter_map(|(field, problem)| Some(Problem::new(format!("{name}.{field}"), problem?)))
            .collect()
    }

    fn id_problem(&self, keeper: Keeper) -> Option<String> {
        match (keeper, self.id() == DEPLOYED_ID) {
            (Keeper::Store, true) => Some(format!(
                "expected another id than `{DEPLOYED_ID}`, which is reserved for the key that comes with a deployment"
            )),
            (Keeper::Deployment, false) => Some(format!("expected `{DEPLOYED_ID}`")),
            _ => None,
        }
    }

    fn window_problem(&self) -> Option<String> {
        let (start, end) = self.not_before.zip(self.not_after)?;
        (start >= end).then(|| "expected a time later than not_before".to_owned())
    }
}

fn number_problem(tools: &BTreeSet<String>) -> Option<String> {
    (tools.len() > MAX_TOOLS).then(|| format!("expected at most {MAX_TOOLS} names"))
}

fn name_problem(tools: &BTreeSet<String>) -> Option<String> {
    let bad = !tools.iter().all(|name| is_tool_name(name));
    bad.then(|| {
        format!(
            "expected names of 1–{MAX_TOOL_NAME_CHARS} characters of A–Z, a–z, 0–9, `_`, `.`, `-`"
        )
    })
}

fn size_problem(tools: &BTreeSet<String>) -> Option<String> {
    let names: usize = tools.iter().map(String::len).sum();
    let bytes = names + tools.len().saturating_sub(1);
    (bytes > MAX_TOOLS_BYTES).then(|| {
        format!("expected at most {MAX_TOOLS_BYTES} bytes of names and commas, got {bytes}")
    })
}

/// Control characters are kept out because notes are printed on terminals.
fn note_problem(note: &str) -> Option<String> {
    let bad = note.chars().count() > MAX_NOTE_CHARS || note.chars().any(char::is_control);
    bad.then(|| {
        format!("expected at most {MAX_NOTE_CHARS} characters, none of them a control character")
    })
}

/// What cannot be written could never be read back.
fn time_problem(time: Timestamp) -> Option<String> {
    (time.as_second() < FIRST_SECOND).then(|| "expected a year from 0000 to 9999".to_owned())
}

fn is_tool_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=MAX_TOOL_NAME_CHARS).contains(&name.len()) && name.bytes().all(allowed)
}

/// Shows the id only, never the hash.
impl fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRecord")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
