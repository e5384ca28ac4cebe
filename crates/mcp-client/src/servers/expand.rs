//! References to variables in a configuration, as its client reads them.

use std::path::Path;

use super::error::ServersError;
use crate::clients::{Base, Machine, Variables};

/// What references are read with.
pub(super) struct Expander<'e> {
    pub(super) variables: Variables,
    pub(super) machine: &'e Machine<'e>,
    pub(super) file: &'e Path,
    /// What `${workspaceFolder}` stands for.
    pub(super) folder: &'e Path,
    /// Goose: the only variables that count.
    pub(super) allowed: Option<Vec<String>>,
    /// The names of those that were read.
    pub(super) used: Vec<String>,
}

impl Expander<'_> {
    /// `text` with the values of what it refers to.
    pub(super) fn expand(&mut self, text: &str) -> Result<String, ServersError> {
        let (mut expanded, mut rest) = (String::new(), text);
        while let Some(start) = rest.find(['$', '{']) {
            let (before, reference) = rest.split_at(start);
            expanded.push_str(before);
            let (value, after) = self.reference(reference)?;
            expanded.push_str(&value);
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }

    /// The value of the reference that `text` begins with, and what follows it. What is none stands for itself.
    fn reference<'t>(&mut self, text: &'t str) -> Result<(String, &'t str), ServersError> {
        let itself = || {
            let end = text.chars().next().map_or(0, char::len_utf8);
            let (first, rest) = text.split_at(end);
            (first.to_owned(), rest)
        };
        let open = match self.variables {
            Variables::OpenCode => "{",
            Variables::Name | Variables::None => return Ok(itself()),
            _ => "${",
        };
        if let Some((inner, after)) = text
            .strip_prefix(open)
            .and_then(|rest| rest.split_once('}'))
        {
            return match self.braced(inner)? {
                Some(value) => Ok((value, after)),
                None => Ok(itself()),
            };
        }
        let bare = text
            .strip_prefix('$')
            .filter(|_| self.variables == Variables::Dollar);
        let Some(rest) = bare else {
            return Ok(itself());
        };
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        if name.is_empty() {
            return Ok(itself());
        }
        Ok((self.variable(name, None)?, after))
    }

    /// What is between the braces; `None` if it is no reference.
    fn braced(&mut self, inner: &str) -> Result<Option<String>, ServersError> {
        let editor = matches!(self.variables, Variables::Env | Variables::Input);
        if let Some(name) = inner.strip_prefix("env:").filter(|_| editor) {
            return self.variable(name.trim(), None).map(Some);
        }
        if let Some(id) = inner
            .strip_prefix("input:")
            .filter(|_| self.variables == Variables::Input)
        {
            return self.input(id).map(Some);
        }
        match (self.variables, inner) {
            (Variables::OpenCode, _) => match inner.split_once(':') {
                Some(("env", name)) => self.variable(name.trim(), None).map(Some),
                Some(("file", _)) => Err(self.unsupported(inner)),
                _ => Ok(None),
            },
            (_, "userHome") if editor => self.path(self.machine.base(Base::Home).ok().as_deref()),
            (_, "workspaceFolder") if editor => self.path(Some(self.folder)),
            (_, "workspaceFolderBasename") if editor => {
                self.path(self.folder.file_name().map(Path::new))
            }
            (_, "pathSeparator" | "/") if editor => Ok(Some(std::path::MAIN_SEPARATOR.to_string())),
            _ if editor => Err(self.unsupported(inner)),
            _ => {
                let (name, default) = match inner.split_once(":-") {
                    Some((name, default)) => (name, Some(default)),
                    None => (inner, None),
                };
                self.variable(name.trim(), default).map(Some)
            }
        }
    }

    /// The value of a variable that a configuration has by its name.
    pub(super) fn named(&mut self, name: &str) -> Result<String, ServersError> {
        self.variable(name, None)
    }

    fn variable(&mut self, name: &str, default: Option<&str>) -> Result<String, ServersError> {
        let unset = |why| ServersError::Unset {
            name: name.to_owned(),
            file: self.file.to_owned(),
            why,
        };
        if self
            .allowed
            .as_ref()
            .is_some_and(|allowed| !allowed.iter().any(|one| one == name))
        {
            return Err(unset(
                "it is not among `env_keys`, so Goose does not read it",
            ));
        }
        let value = (self.machine.variable)(name).filter(|value| !value.is_empty());
        match (value, default) {
            (Some(value), _) => {
                self.used.push(name.to_owned());
                Ok(value
                    .to_string_lossy()
                    .trim_end_matches(['\r', '\n'])
                    .to_owned())
            }
            (None, Some(default)) => Ok(default.to_owned()),
            (None, None) => Err(unset("it is not set")),
        }
    }

    /// VS Code asks for inputs and keeps them: here they come from a variable.
    fn input(&mut self, id: &str) -> Result<String, ServersError> {
        let name = id.to_ascii_uppercase();
        let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let variable = format!("MCP_INPUT_{name}");
        self.variable(&variable, None)
            .map_err(|_| ServersError::Input {
                id: id.to_owned(),
                variable,
                file: self.file.to_owned(),
            })
    }

    fn path(&self, path: Option<&Path>) -> Result<Option<String>, ServersError> {
        Ok(path.map(|path| path.display().to_string()))
    }

    fn unsupported(&self, reference: &str) -> ServersError {
        ServersError::Unsupported {
            reference: reference.to_owned(),
            file: self.file.to_owned(),
        }
    }
}
