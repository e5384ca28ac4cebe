//! Documents that must agree with the program.

use std::collections::BTreeSet;

use mcp_server::config::SETTINGS;

#[test]
fn the_example_environment_names_every_setting_with_its_default() {
    let example = include_str!("../../../../.env.example");
    let entries: BTreeSet<&str> = example
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| {
            line.split_once('=')
                .is_some_and(|(name, _)| is_variable(name))
        })
        .collect();
    for setting in SETTINGS {
        let entry = format!("{}={}", setting.name, setting.default);
        assert!(
            entries.contains(entry.as_str()),
            ".env.example has no line `# {entry}`"
        );
    }
    let named: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| Some(entry.split_once('=')?.0))
        .collect();
    let known: BTreeSet<&str> = SETTINGS
        .iter()
        .map(|setting| setting.name)
        .chain(CLIENT)
        .chain(deployment())
        .collect();
    assert_eq!(named, known);
}

/// The CDK app checks what is set for a function by this file, before it deploys anything.
#[test]
fn the_deployment_has_the_table_of_settings() {
    let table = serde_json::to_string_pretty(SETTINGS).unwrap() + "\n";
    let known = include_str!("../../../../cdk/lib/server-settings.json");
    assert!(
        known == table,
        "cdk/lib/server-settings.json is not the table of settings; renew it from the root of the project: \
         cargo run -p {} -- settings --json > cdk/lib/server-settings.json",
        env!("CARGO_PKG_NAME")
    );
}

/// What `mcp-client` reads.
const CLIENT: [&str; 3] = ["MCP_API_KEY", "MCP_SECRET_ID", "MCP_SERVER_ENDPOINT"];

/// What the CDK app reads and no other program does.
fn deployment() -> impl Iterator<Item = &'static str> {
    let settings = include_str!("../../../../cdk/lib/settings.ts");
    let names = settings
        .split('\'')
        .filter(|word| word.starts_with("MCP_DEPLOY_"));
    names.chain(["API_KEY"])
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}
