//! A configuration file's text: what it means, and how it reads after an edit that leaves the rest of it alone.

mod json;
mod toml;
mod yaml;

use super::node::{Edit, Node};

/// What a client's configuration is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Also with comments and trailing commas.
    Json,
    Toml,
    Yaml,
}

/// Why a text is no configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    #[error("{what}, at line {line}, column {column}")]
    Syntax {
        what: String,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    #[error("the key `{key}` is there twice, at line {line}, column {column}")]
    Repeated {
        key: String,
        line: usize,
        column: usize,
    },
    #[error("it nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    #[error("expected {expected} in `{place}`")]
    Shape {
        place: String,
        expected: &'static str,
    },
    /// The edit would change something else.
    #[error("it is written in a way that cannot be changed without touching the rest")]
    NotEditable,
}

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 100;

/// Some editors begin a file with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

impl Syntax {
    /// What `text` means; nothing at all is an empty map.
    pub(crate) fn parse(self, text: &str) -> Result<Node, Broken> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let node = match self {
            Self::Json => json::parse(text)?,
            Self::Toml => toml::parse(text)?,
            Self::Yaml => yaml::parse(text)?,
        };
        match node {
            Node::Null => Ok(Node::Map(Vec::new())),
            Node::Map(_) => Ok(node),
            _ => Err(Broken::Shape {
                place: ".".to_owned(),
                expected: "an object",
            }),
        }
    }

    /// `text` after `edits`. What the result means is compared with what the edits should do.
    pub(crate) fn edit(self, text: &str, edits: &[Edit]) -> Result<String, Broken> {
        let meant = edits
            .iter()
            .try_fold(self.parse(text)?, Node::edited)
            .ok_or_else(|| shape(edits))?;
        let (mark, body) = match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(body) => (&text[..BYTE_ORDER_MARK.len_utf8()], body),
            None => ("", text),
        };
        let windows = ends_lines_with_crlf(body);
        let body = if windows {
            body.replace("\r\n", "\n")
        } else {
            body.to_owned()
        };
        let edited = match self {
            Self::Json => json::edit(&body, edits)?,
            Self::Toml => toml::edit(&body, edits)?,
            Self::Yaml => yaml::edit(&body, edits)?,
        };
        let edited = if windows {
            edited.replace('\n', "\r\n")
        } else {
            edited
        };
        self.checked(format!("{mark}{edited}"), &meant)
    }

    /// `edited`, if it means what it should.
    fn checked(self, edited: String, meant: &Node) -> Result<String, Broken> {
        match self.parse(&edited) {
            Ok(node) if node.means(meant) => Ok(edited),
            _ => Err(Broken::NotEditable),
        }
    }
}

/// Whether every line does.
fn ends_lines_with_crlf(text: &str) -> bool {
    let lines = text.matches('\n').count();
    lines > 0 && text.matches("\r\n").count() == lines
}

fn shape(edits: &[Edit]) -> Broken {
    let path = edits.iter().map(|edit| match edit {
        Edit::Set(path, _) | Edit::Unset(path) | Edit::Append(path, _) | Edit::Drop(path, _) => {
            path
        }
    });
    Broken::Shape {
        place: path.flatten().next().cloned().unwrap_or_default(),
        expected: "an object of objects",
    }
}

/// Line and column of a byte, both from 1.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (
        before.matches('\n').count().saturating_add(1),
        line.chars().count().saturating_add(1),
    )
}

#[cfg(test)]
mod tests;
