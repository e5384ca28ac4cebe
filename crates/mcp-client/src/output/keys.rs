//! What the `keys` commands print. Only [`Made`] has a key in it, and nothing has a hash.

mod table;

use std::collections::BTreeSet;

use api_keys::{KeyId, KeyRecord, Timestamp};
use serde::Serialize;

use crate::keys::{CacheName, Location, State, Stored};

/// A key as an administrator sees it.
#[derive(Debug, Serialize)]
pub struct KeyView {
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
    /// The key behind `record`, at `now`.
    #[must_use]
    pub fn new(record: &KeyRecord, now: Timestamp) -> Self {
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

/// The keys of a store.
#[derive(Debug, Serialize)]
pub struct KeyList {
    store: Location,
    /// Whether the store holds one bare key and no document yet.
    bare: bool,
    keys: Vec<KeyView>,
}

impl KeyList {
    /// What is stored, at `now`.
    #[must_use]
    pub fn new(store: Location, stored: &Stored, now: Timestamp) -> Self {
        let records = stored.document.records().iter();
        Self {
            store,
            bare: stored.bare,
            keys: records.map(|record| KeyView::new(record, now)).collect(),
        }
    }

    /// A table.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self.keys.is_empty() {
            true => "no keys".to_owned(),
            false => table::of(&self.keys),
        }
    }
}

/// What a change leads to, where and when.
#[derive(Debug, Serialize)]
pub struct Effect {
    store: Location,
    /// By when it is in force everywhere if nothing fails.
    effective_by: Timestamp,
    /// Whether the bare key in the store became the record `default` of a document.
    converted_bare_key: bool,
    /// The gateway's cache that is reset as soon as this is printed; whether that works, the exit code tells.
    reset_gateway_cache: Option<CacheName>,
    #[serde(skip)]
    new_key: bool,
}

impl Effect {
    /// The effect of a change that withdraws something.
    #[must_use]
    pub fn new(
        store: Location,
        effective_by: Timestamp,
        converted_bare_key: bool,
        reset_gateway_cache: Option<CacheName>,
    ) -> Self {
        Self {
            store,
            effective_by,
            converted_bare_key,
            reset_gateway_cache,
            new_key: false,
        }
    }

    /// The effect of a change that adds a key.
    #[must_use]
    pub fn of_new_key(mut self) -> Self {
        self.new_key = true;
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
        if matches!(self.store, Location::SecretId(_)) && !self.new_key {
            lines.push(self.hint());
        }
        lines.join("\n")
    }

    /// About the gateway's cache. What the authorizer answers from its own cache after the reset is kept once more.
    fn hint(&self) -> String {
        match &self.reset_gateway_cache {
            None => "hint: if the gateway caches the authorizer's answers, forget them: \
                     aws apigatewayv2 reset-authorizers-cache --api-id API_ID --stage-name '$default'"
                .to_owned(),
            Some(cache) => format!(
                "hint: until then the authorizer may answer as before, and the gateway keep that: after it, forget \
                 the answers once more: {}",
                cache.command()
            ),
        }
    }
}

/// A new key. Its `Debug` would show the key, so there is none.
#[derive(Serialize)]
pub struct Made<'k> {
    /// The key, for standard output.
    pub key: &'k str,
    #[serde(flatten)]
    view: KeyView,
    /// The key that it succeeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<KeyView>,
    #[serde(flatten)]
    effect: Effect,
}

impl<'k> Made<'k> {
    /// `key`, described by `view`, in place of `replaces`.
    #[must_use]
    pub fn new(key: &'k str, view: KeyView, replaces: Option<KeyView>, effect: Effect) -> Self {
        Self {
            key,
            view,
            replaces,
            effect,
        }
    }

    /// What to say about it where the key itself is not.
    #[must_use]
    pub fn remarks(&self) -> String {
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
        format!(
            "{made}\n{}its hash is in {}; the key itself is nowhere, and this is the only time it is shown\n{}",
            old.unwrap_or_default(),
            self.effect.store,
            self.effect.to_text()
        )
    }
}

/// A key that is no longer accepted.
#[derive(Debug, Serialize)]
pub struct Withdrawn {
    id: String,
    state: &'static str,
    #[serde(flatten)]
    effect: Effect,
}

impl Withdrawn {
    /// The key `id`, now `state`: `disabled` or `revoked`.
    #[must_use]
    pub fn new(id: &KeyId, state: &'static str, effect: Effect) -> Self {
        Self {
            id: id.to_string(),
            state,
            effect,
        }
    }

    /// Lines for people.
    #[must_use]
    pub fn to_text(&self) -> String {
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
pub struct Checked {
    accepted: bool,
    store: Location,
    /// `null`: the store does not know the key.
    key: Option<KeyView>,
}

impl Checked {
    /// A key of `owner`, at `now`.
    #[must_use]
    pub fn new(
        accepted: bool,
        owner: Option<&KeyRecord>,
        store: &Location,
        now: Timestamp,
    ) -> Self {
        Self {
            accepted,
            store: store.clone(),
            key: owner.map(|record| KeyView::new(record, now)),
        }
    }

    /// A line for people.
    #[must_use]
    pub fn to_text(&self) -> String {
        match &self.key {
            Some(key) => {
                let (tools, span) = (key.tools_text(), key.span_text());
                format!("the key is `{}`: {}, {tools}, {span}", key.id, key.state)
            }
            None => format!("no key of {}", self.store),
        }
    }
}
