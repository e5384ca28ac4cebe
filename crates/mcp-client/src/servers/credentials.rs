//! Variables that hold credentials of something else, by the names that they have everywhere.

/// A name, or the beginning of one with a `*`; and the hosts that it is for.
const KNOWN: [(&str, &[&str]); 20] = [
    ("AWS_*", &[]),
    ("AZURE_*", &[]),
    ("ARM_CLIENT_SECRET", &[]),
    ("GOOGLE_APPLICATION_CREDENTIALS", &[]),
    ("GOOGLE_API_KEY", &["googleapis.com"]),
    ("GEMINI_API_KEY", &["googleapis.com"]),
    ("GITHUB_*", &["github.com", "githubcopilot.com"]),
    ("GH_TOKEN", &["github.com", "githubcopilot.com"]),
    ("GITLAB_TOKEN", &["gitlab.com"]),
    ("CI_JOB_TOKEN", &[]),
    ("ACTIONS_*", &[]),
    ("NPM_TOKEN", &[]),
    ("NODE_AUTH_TOKEN", &[]),
    ("CARGO_*", &[]),
    ("DOCKER_*", &[]),
    ("KUBECONFIG", &[]),
    ("SSH_*", &[]),
    ("VAULT_TOKEN", &[]),
    ("ANTHROPIC_*", &["anthropic.com"]),
    ("OPENAI_*", &["openai.com"]),
];

/// Whether the variable `name` has no business at `host`.
pub(super) fn is_foreign(name: &str, host: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let matches = |known: &str| match known.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == known,
    };
    let at_home = |domain: &&str| {
        host == *domain
            || host
                .strip_suffix(domain)
                .is_some_and(|rest| rest.ends_with('.'))
    };
    KNOWN
        .iter()
        .any(|(known, hosts)| matches(known) && !hosts.iter().any(at_home))
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn a_credential_goes_home_and_nowhere_else() {
        assert!(is_foreign("AWS_SECRET_ACCESS_KEY", "evil.example"));
        assert!(is_foreign("aws_session_token", "mcp.amazonaws.com"));
        assert!(is_foreign("GITHUB_TOKEN", "github.com.evil.example"));
        assert!(is_foreign("GITHUB_TOKEN", "notgithub.com"));
        assert!(!is_foreign("GITHUB_TOKEN", "api.githubcopilot.com"));
        assert!(!is_foreign("MCP_API_KEY", "evil.example"));
    }
}
