//! What a tool's input schema says about its arguments.

use crate::error::Error;
use crate::reply::Reply;

/// No item of a list has that name.
#[derive(Debug)]
pub(crate) struct Unknown {
    name: String,
    /// The one that it may have been meant to be.
    near: Option<String>,
    known: usize,
}

/// The item of that name, which is in the member `id`.
pub(crate) fn named<'l>(items: &'l [Reply], id: &str, name: &str) -> Result<&'l Reply, Unknown> {
    let names: Vec<String> = items.iter().filter_map(|item| item.get(id)).collect();
    let found = items
        .iter()
        .find(|item| item.get::<String>(id).as_deref() == Some(name));
    found.ok_or_else(|| Unknown {
        name: name.to_owned(),
        near: near(name, &names),
        known: items.len(),
    })
}

/// The nearest of `names`, if it is near enough to be a slip of the pen.
pub(crate) fn near(name: &str, names: &[String]) -> Option<String> {
    let scored = names
        .iter()
        .map(|other| (strsim::damerau_levenshtein(name, other), other));
    let (distance, nearest) = scored.min()?;
    let close = distance <= 1 + name.chars().count() / 4;
    close.then(|| nearest.clone())
}

impl Unknown {
    /// The error about an unknown `what`.
    pub(crate) fn of(self, what: &'static str) -> Error {
        let Self { name, near, known } = self;
        Error::Unknown {
            what,
            name,
            near,
            known,
        }
    }
}
