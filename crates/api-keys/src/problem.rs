//! Everything that is wrong with a document or a record, named at once.

use std::fmt;

/// One thing that is wrong, and where.
///
/// Neither part repeats what stood there, because a hash or a key may have been put in any field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    place: String,
    expectation: String,
}

impl Problem {
    pub(crate) fn new(place: impl Into<String>, expectation: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            expectation: expectation.into(),
        }
    }

    /// The place in the document, such as `keys[2].sha256`.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is expected there, such as `expected 64 hexadecimal digits`.
    #[must_use]
    pub fn expectation(&self) -> &str {
        &self.expectation
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.expectation)
    }
}

/// At least one [`Problem`], in the order of the document. Displays them separated by `; `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

/// So many problems are displayed; the rest is only counted.
const SHOWN: usize = 20;

impl Problems {
    /// `Err` with the problems, or `Ok` when there are none.
    pub(crate) fn into_result(found: Vec<Problem>) -> Result<(), Self> {
        if found.is_empty() {
            Ok(())
        } else {
            Err(Self(found))
        }
    }

    /// The problems one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().take(SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        match self.0.len().checked_sub(SHOWN) {
            Some(more @ 1..) => write!(f, "; and {more} more"),
            _ => Ok(()),
        }
    }
}
