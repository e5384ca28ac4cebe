//! One key of a document.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;

use crate::{DEPLOYED_ID, KeyId, Principal, digest::KeyDigest, problem::Problem};

/// The longest allow-list of a key, in names.
pub const MAX_TOOLS: usize = 256;
/// The longest name in an allow-list, in characters of `[A-Za-z0-9_.-]`.
pub const MAX_TOOL_NAME_CHARS: usize = 128;
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
    /// `[A-Za-z0-9_.-]`.
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

    /// What of the bounds above the record does not keep. `place` is where it stands, such as `keys[2]`.
    pub(crate) fn problems(&self, place: &str) -> Vec<Problem> {
        let reserved = self.principal.key_id().is_reserved().then(|| {
            let expectation = format!(
                "expected another id than `{DEPLOYED_ID}`, which is reserved for the key that comes with a deployment"
            );
            Problem::new(format!("{place}.id"), expectation)
        });
        let tools = self.tools();
        let too_many = tools.filter(|tools| tools.len() > MAX_TOOLS).map(|_| {
            let expectation = format!("expected at most {MAX_TOOLS} names");
            Problem::new(format!("{place}.tools"), expectation)
        });
        let bad_name = tools.filter(|tools| !tools.iter().all(|name| is_tool_name(name))).map(|_| {
            let expectation =
                format!("expected names of 1–{MAX_TOOL_NAME_CHARS} characters of A–Z, a–z, 0–9, `_`, `.`, `-`");
            Problem::new(format!("{place}.tools"), expectation)
        });
        let bad_note = self.note().filter(|note| !is_note(note)).map(|_| {
            let expectation = format!(
                "expected at most {MAX_NOTE_CHARS} characters, none of them a control character"
            );
            Problem::new(format!("{place}.note"), expectation)
        });
        let bad_window = self
            .not_before
            .zip(self.not_after)
            .filter(|(start, end)| start >= end)
            .map(|_| {
                Problem::new(
                    format!("{place}.not_after"),
                    "expected a time later than not_before",
                )
            });
        [reserved, too_many, bad_name, bad_note, bad_window]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn is_tool_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=MAX_TOOL_NAME_CHARS).contains(&name.len()) && name.bytes().all(allowed)
}

/// Control characters are kept out because notes are printed on terminals.
fn is_note(note: &str) -> bool {
    note.chars().count() <= MAX_NOTE_CHARS && !note.chars().any(char::is_control)
}

/// Shows the id only, never the hash.
impl fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRecord")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
