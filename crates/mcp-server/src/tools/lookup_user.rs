//! `lookup_user`: a user from the bundled directory.

use std::collections::BTreeMap;

use garde::Validate;
use rmcp::handler::server::wrapper::Json;
use rmcp::{tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ToolError;
use crate::parameters::Parameters;
use crate::server::Server;

/// The users that ship with the server, by id.
#[derive(Debug, Clone)]
pub struct UserDirectory {
    users: BTreeMap<String, User>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct User {
    /// The user's id.
    id: String,
    /// Full name.
    name: String,
    /// E-mail address.
    email: String,
    /// Role in the team.
    role: String,
}

impl UserDirectory {
    /// The directory in `data/users.json`, compiled into the program.
    ///
    /// # Errors
    /// When the file is not a JSON array of users, or two users share an id.
    pub fn bundled() -> Result<Self, serde_json::Error> {
        Self::parse(include_str!("../../data/users.json"))
    }

    fn parse(json: &str) -> Result<Self, serde_json::Error> {
        let list: Vec<User> = serde_json::from_str(json)?;
        let mut users = BTreeMap::new();
        for user in list {
            if let Some(twin) = users.insert(user.id.clone(), user) {
                return Err(serde::de::Error::custom(format!(
                    "two users have the id `{}`",
                    twin.id
                )));
            }
        }
        Ok(Self { users })
    }

    fn find(&self, id: &str) -> Result<&User, UnknownUser> {
        self.users.get(id).ok_or_else(|| UnknownUser(id.to_owned()))
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no user with the id `{0}`")]
struct UnknownUser(String);

#[derive(Debug, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The user's id, for example `u-1001`.
    #[garde(length(chars, min = 1, max = 64))]
    user_id: String,
}

#[tool_router(router = lookup_user_tool, vis = "pub(super)")]
impl Server {
    /// Look up a user by id: name, e-mail address and role.
    #[tool(
        title = "Look up a user",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn lookup_user(
        &self,
        Parameters(arguments): Parameters<Arguments>,
    ) -> Result<Json<User>, ToolError> {
        Ok(Json(self.users().find(&arguments.user_id)?.clone()))
    }
}

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
