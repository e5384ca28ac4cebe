//! `WWW-Authenticate`: how a server wants to be asked (RFC 9110, section 11.6.1).

use http::{HeaderMap, header};
use http_auth::ChallengeParser;

/// The longest value that is kept, in bytes. What is longer is left out.
const LONGEST: usize = 2048;

/// One challenge, in a stranger's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// In lower case.
    pub(crate) scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// All that can be read, in the server's order.
    pub(crate) fn all(headers: &HeaderMap) -> Vec<Self> {
        let values = headers.get_all(header::WWW_AUTHENTICATE).iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        texts.flat_map(read).collect()
    }

    pub(crate) fn is_bearer(&self) -> bool {
        self.scheme == "bearer"
    }

    /// The value of a parameter, by its name in lower case.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Where the metadata of the protected resource is (RFC 9728, section 5.1): this server takes OAuth tokens.
    pub(crate) fn resource_metadata(&self) -> Option<&str> {
        self.parameter("resource_metadata")
    }
}

fn read(text: &str) -> Vec<Challenge> {
    let challenges = ChallengeParser::new(text).map_while(Result::ok);
    challenges
        .map(|challenge| Challenge {
            scheme: challenge.scheme.to_ascii_lowercase(),
            parameters: challenge
                .params
                .into_iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_unescaped()))
                .filter(|(_, value)| value.len() <= LONGEST)
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read_with_their_parameters() {
        let text =
            r#"Basic realm="x, y", Bearer error="invalid_token", RESOURCE_METADATA="https://a/b""#;
        let [basic, bearer] = &read(text)[..] else {
            panic!("two challenges")
        };
        assert_eq!(basic.parameter("realm"), Some("x, y"));
        assert!(bearer.is_bearer());
        assert_eq!(bearer.resource_metadata(), Some("https://a/b"));
        assert_eq!(bearer.parameter("scope"), None);
    }

    #[test]
    fn what_is_no_challenge_is_left_out() {
        for text in ["", "=", "mcp_0123, \"", "Bearer scope=\"unfinished"] {
            assert!(
                read(text).iter().all(|found| found.parameters.is_empty()),
                "{text}"
            );
        }
    }
}
