//! What the `keys` commands print. Only [`Made`] has a key in it, and nothing has a hash.

use std::collections::BTreeSet;
use std::fmt;

use api_keys::{DEPLOYED_ID, KeyId, KeyRecord, Timestamp};
use serde::Serialize;

use super::text::printable;
use crate::keys::{Location, State, Stored};
use crate::stack::Gateway;

/// A key as an administrator sees it.
#[derive(Debug, Serialize)]
pub(crate) struct KeyView {
    id: String,
    state: State,
    /// `null` is every tool.
    tools: Option<BTreeSet<String>>,
    created: Option<Timestamp>,
    not_before: Option<Timestamp>,
    not_after: Option<Timestamp>,
    note: Option<String>,
}

impl KeyView {
    pub(crate) fn new(record: &KeyRecord, now: Timestamp) -> Self {
        Self {
            id: record.id().to_owned(),
            state: State::of(record, now),
            tools: record.tools().cloned(),
            created: record.created(),
            not_before: record.not_before(),
            not_after: record.not_after(),
            note: record.note().map(str::to_owned),
        }
    }

    fn tools_text(&self) -> String {
        match &self.tools {
            None => "every tool".to_owned(),
            Some(tools) if tools.is_empty() => "no tool".to_owned(),
            Some(tools) => tools.iter().cloned().collect::<Vec<_>>().join(","),
        }
    }

    fn span_text(&self) -> String {
        let begin = self.not_before.map(|begin| format!("from {begin} "));
        let end = match self.not_after {
            Some(end) => format!("until {end}"),
            None => "without end".to_owned(),
        };
        format!("{}{end}", begin.unwrap_or_default())
    }
}

/// What a store says about the key that came with the deployment, which it does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum DeployedKey {
    /// It would count, and cannot be seen from here: its hash is in the authorizer's environment.
    Unseen,
    Disabled,
}

impl DeployedKey {
    /// Only a secret has an authorizer beside it.
    fn of(store: &Location, stored: &Stored) -> Option<Self> {
        match store {
            Location::File(_) => None,
            Location::SecretId(_) if stored.document.is_deployed_disabled() => Some(Self::Disabled),
            Location::SecretId(_) => Some(Self::Unseen),
        }
    }
}

impl fmt::Display for DeployedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unseen => write!(
                f,
                "a key deployed with API_KEY (id `{DEPLOYED_ID}`) would count too, and cannot be seen from here"
            ),
            Self::Disabled => write!(
                f,
                "no key deployed with API_KEY counts: `{DEPLOYED_ID}` is disabled"
            ),
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct KeyList {
    store: Location,
    /// Whether the store holds one bare key and no document yet.
    bare: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployed_key: Option<DeployedKey>,
    keys: Vec<KeyView>,
}

impl KeyList {
    pub(crate) fn new(store: Location, stored: &Stored, now: Timestamp) -> Self {
        let records = stored.document.records().iter();
        Self {
            bare: stored.bare,
            deployed_key: DeployedKey::of(&store, stored),
            keys: records.map(|record| KeyView::new(record, now)).collect(),
            store,
        }
    }

    /// A table, and a line about the key that is not in it.
    pub(crate) fn to_text(&self) -> String {
        let keys = match self.keys.is_empty() {
            true => "no keys".to_owned(),
            false => table(&self.keys),
        };
        match self.deployed_key {
            Some(deployed) => format!("{keys}\n{deployed}"),
            None => keys,
        }
    }
}

const HEADINGS: [&str; 6] = ["ID", "STATE", "TOOLS", "CREATED", "NOT AFTER", "NOTE"];

/// One line for each key, below headings.
fn table(keys: &[KeyView]) -> String {
    let headings = HEADINGS.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(headings)
        .chain(keys.iter().map(row))
        .collect();
    let widths = rows.iter().fold([0; HEADINGS.len()], |mut widths, row| {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
        widths
    });
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    printable(&rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn row(key: &KeyView) -> [String; HEADINGS.len()] {
    let or_dash = |time: Option<Timestamp>| time.map_or("-".to_owned(), |time| time.to_string());
    [
        key.id.clone(),
        key.state.to_string(),
        key.tools_text(),
        or_dash(key.created),
        or_dash(key.not_after),
        key.note.clone().unwrap_or_default(),
    ]
}

/// What a change leads to, where and when.
#[derive(Debug, Serialize)]
pub(crate) struct Effect {
    store: Location,
    /// By when it is in force everywhere if nothing fails.
    effective_by: Timestamp,
    /// Whether the bare key in the store became the record `default` of a document.
    converted_bare_key: bool,
    #[serde(skip)]
    hint: Option<String>,
}

impl Effect {
    pub(crate) fn new(store: Location, effective_by: Timestamp, converted_bare_key: bool) -> Self {
        Self {
            store,
            effective_by,
            converted_bare_key,
            hint: None,
        }
    }

    /// The same behind a gateway of which nothing is known.
    pub(crate) fn of_unknown_gateway(mut self) -> Self {
        let forget = forget("API_ID");
        self.hint = Some(format!(
            "if the gateway caches the authorizer's answers, forget them: {forget}"
        ));
        self
    }

    /// The same behind this gateway, whose memory the time includes.
    pub(crate) fn of_gateway(mut self, gateway: &Gateway) -> Self {
        let seconds = gateway.cache.as_secs();
        self.hint = (seconds > 0).then(|| {
            let forget = forget(&gateway.api_id);
            format!(
                "{seconds} s of that is the gateway's memory of answers; to forget them: {forget}"
            )
        });
        self
    }

    fn to_text(&self) -> String {
        let mut lines = Vec::new();
        if self.converted_bare_key {
            lines.push(format!(
                "{} held one bare key: it stays valid as `default`, and only its hash is kept now",
                self.store
            ));
        }
        lines.push(format!("in force everywhere by {}", self.effective_by));
        lines.extend(self.hint.as_ref().map(|hint| format!("hint: {hint}")));
        lines.join("\n")
    }
}

fn forget(api_id: &str) -> String {
    format!("aws apigatewayv2 reset-authorizers-cache --api-id {api_id} --stage-name '$default'")
}

/// A new key. Its `Debug` would show the key, so there is none.
#[derive(Serialize)]
pub(crate) struct Made<'k> {
    /// The key, for standard output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<&'k str>,
    /// The secret that has the key instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    handed_to: Option<Location>,
    #[serde(flatten)]
    view: KeyView,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<KeyView>,
    #[serde(flatten)]
    effect: Effect,
}

impl<'k> Made<'k> {
    pub(crate) fn new(
        key: &'k str,
        view: KeyView,
        replaces: Option<KeyView>,
        effect: Effect,
    ) -> Self {
        Self {
            key: Some(key),
            handed_to: None,
            view,
            replaces,
            effect,
        }
    }

    pub(crate) fn handed_over(
        to: Location,
        view: KeyView,
        replaces: Option<KeyView>,
        effect: Effect,
    ) -> Self {
        Self {
            key: None,
            handed_to: Some(to),
            view,
            replaces,
            effect,
        }
    }

    /// What to say about it where the key itself is not.
    pub(crate) fn remarks(&self) -> String {
        let view = &self.view;
        let made = format!(
            "made the key `{}`: {}, {}",
            view.id,
            view.tools_text(),
            view.span_text()
        );
        let old = self.replaces.as_ref().map(|old| {
            let id = &old.id;
            format!("the old key `{id}` is valid {}\n", old.span_text())
        });
        let key = match &self.handed_to {
            Some(secret) => format!("is in {secret} and nowhere else"),
            None => "is nowhere, and this is the only time it is shown".to_owned(),
        };
        format!(
            "{made}\n{}its hash is in {}; the key itself {key}\n{}",
            old.unwrap_or_default(),
            self.effect.store,
            self.effect.to_text()
        )
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Changed {
    id: String,
    state: &'static str,
    #[serde(flatten)]
    effect: Effect,
}

impl Changed {
    /// The key `id`, now `state`: `disabled`, `enabled` or `revoked`.
    pub(crate) fn new(id: &KeyId, state: &'static str, effect: Effect) -> Self {
        Self {
            id: id.to_string(),
            state,
            effect,
        }
    }

    pub(crate) fn to_text(&self) -> String {
        let Self { id, state, effect } = self;
        format!(
            "{state} the key `{id}` in {}\n{}",
            effect.store,
            effect.to_text()
        )
    }
}

/// Whose key one is.
#[derive(Debug, Serialize)]
pub(crate) struct Checked {
    pub(crate) accepted: bool,
    store: Location,
    /// `null`: the store does not know the key.
    key: Option<KeyView>,
    /// What else it could be, if the store does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    deployed_key: Option<DeployedKey>,
}

impl Checked {
    pub(crate) fn new(key: &str, stored: &Stored, store: &Location, now: Timestamp) -> Self {
        let owner = stored.document.owner(key);
        let deployed_key = DeployedKey::of(store, stored).filter(|_| owner.is_none());
        Self {
            accepted: stored.document.authenticate(key, now).is_ok(),
            store: store.clone(),
            key: owner.map(|record| KeyView::new(record, now)),
            deployed_key,
        }
    }

    /// Whether it is in no document that can be seen, and may be accepted all the same.
    pub(crate) fn may_be_deployed(&self) -> bool {
        self.deployed_key == Some(DeployedKey::Unseen)
    }

    pub(crate) fn to_text(&self) -> String {
        if let Some(key) = &self.key {
            let (tools, span) = (key.tools_text(), key.span_text());
            return format!("the key is `{}`: {}, {tools}, {span}", key.id, key.state);
        }
        match self.deployed_key {
            Some(deployed) => format!("not in {}; {deployed}", self.store),
            None => format!("no key of {}", self.store),
        }
    }
}
