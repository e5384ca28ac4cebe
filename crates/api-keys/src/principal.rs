//! The outcome of a check.

use std::{collections::BTreeSet, sync::Arc};

use crate::KeyId;

/// Who is calling: the record behind an accepted key. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal(Arc<Grant>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Grant {
    id: KeyId,
    tools: Option<BTreeSet<String>>,
}

impl Principal {
    pub(crate) fn new(id: KeyId, tools: Option<BTreeSet<String>>) -> Self {
        Self(Arc::new(Grant { id, tools }))
    }

    /// The id of the key's record.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.id.as_str()
    }

    /// The tools the key may use. `None` is every tool, an empty set is none.
    #[must_use]
    pub fn tools(&self) -> Option<&BTreeSet<String>> {
        self.0.tools.as_ref()
    }

    pub(crate) fn key_id(&self) -> &KeyId {
        &self.0.id
    }
}

/// The key was not accepted. There is deliberately nothing in it: a caller must not learn whether a key is malformed,
/// unknown, disabled or out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not authorized")]
pub struct Refused;
