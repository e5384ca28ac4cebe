//! Users: the directory that ships with the server.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The users that ship with the server, by id.
#[derive(Debug, Clone)]
pub struct UserDirectory {
    users: BTreeMap<String, User>,
}

/// One user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The user's id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Role in the team.
    pub role: String,
}

/// Why a file is no user directory.
#[derive(Debug, thiserror::Error)]
pub enum InvalidUsers {
    /// It is not a JSON array of users.
    #[error("expected a JSON array of users: {0}")]
    NotUsers(#[from] serde_json::Error),
    /// Two users share an id.
    #[error("two users have the id `{0}`")]
    Twins(String),
}

impl UserDirectory {
    /// The directory in `data/users.json`, compiled into the program.
    ///
    /// # Errors
    /// [`InvalidUsers`], which only a change of the file can cause.
    pub fn bundled() -> Result<Self, InvalidUsers> {
        Self::parse(include_str!("../../data/users.json"))
    }

    fn parse(json: &str) -> Result<Self, InvalidUsers> {
        let list: Vec<User> = serde_json::from_str(json)?;
        let mut users = BTreeMap::new();
        for user in list {
            if let Some(twin) = users.insert(user.id.clone(), user) {
                return Err(InvalidUsers::Twins(twin.id));
            }
        }
        Ok(Self { users })
    }

    pub(crate) fn find(&self, id: &str) -> Result<&User, UnknownUser> {
        self.users.get(id).ok_or_else(|| UnknownUser(id.to_owned()))
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no user with the id `{0}`")]
pub(crate) struct UnknownUser(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_file_is_valid_and_not_empty() {
        let directory = UserDirectory::bundled().unwrap();
        assert!(directory.find("u-1001").is_ok());
    }

    #[test]
    fn an_unknown_id_is_named() {
        let error = UserDirectory::bundled()
            .unwrap()
            .find("nobody")
            .unwrap_err();
        assert_eq!(error.to_string(), "no user with the id `nobody`");
    }

    #[test]
    fn a_duplicate_id_is_refused() {
        let user = r#"{"id":"a","name":"A","email":"a@example.com","role":"x"}"#;
        let error = UserDirectory::parse(&format!("[{user},{user}]")).unwrap_err();
        assert!(
            error.to_string().contains("two users have the id `a`"),
            "{error}"
        );
    }
}
