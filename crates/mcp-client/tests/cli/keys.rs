//! `keys` on a file: what each command does, prints and leaves behind.

use std::fs;
use std::path::PathBuf;

use api_keys::{KeyDocument, Timestamp};
use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Finished, Program, program};

/// A key that was made elsewhere.
pub(crate) const BARE: &str = "0123456789abcdef0123456789abcdef";
/// Its SHA-256.
pub(crate) const BARE_SHA256: &str =
    "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9";

/// A folder with a file for keys, which does not exist yet.
pub(crate) struct Folder {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        Self {
            _folder: folder,
            path,
        }
    }

    pub(crate) fn with(text: &str) -> Self {
        let folder = Self::new();
        fs::write(&folder.path, text).unwrap();
        folder
    }

    pub(crate) fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    pub(crate) fn document(&self) -> KeyDocument {
        KeyDocument::parse(&self.text()).unwrap()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let document = self.document();
        let records = document.records().iter();
        records.map(|record| record.id().to_owned()).collect()
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        let arguments = [&["keys"], arguments].concat();
        program(&arguments).env("MCP_API_KEYS_FILE", self.path.to_str().unwrap())
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Finished {
        self.program(arguments).run().await
    }

    /// Makes a key and returns it.
    async fn create(&self, arguments: &[&str]) -> String {
        let arguments = [&["create", "--id"], arguments].concat();
        let finished = self.run(&arguments).await.exits(0);
        finished.stdout.trim_end().to_owned()
    }

    async fn check(&self, key: &str) -> Finished {
        self.program(&["--json", "check"]).key(key).run().await
    }

    async fn list(&self) -> Value {
        let finished = self.run(&["list", "--json"]).await.exits(0).quiet();
        finished.json()["keys"].clone()
    }
}

/// Keys in every state.
fn states() -> String {
    let sha256 = |digit: &str| digit.repeat(64);
    let keys = json!([
        {"id": "old", "sha256": BARE_SHA256, "not_after": "2020-01-01T00:00:00Z", "note": "Ada's laptop"},
        {"id": "on", "sha256": sha256("1"), "tools": ["ping", "query"], "created": "2026-01-02T03:04:05Z"},
        {"id": "off", "sha256": sha256("2"), "disabled": true, "tools": []},
        {"id": "soon", "sha256": sha256("3"), "not_before": "9000-01-01T00:00:00Z"},
    ]);
    json!({"v": 1, "keys": keys}).to_string()
}

fn is_accepted(folder: &Folder, key: &str) -> bool {
    let now = Timestamp::now();
    folder.document().authenticate(key, now).is_ok()
}

#[tokio::test]
async fn create_prints_the_key_alone_and_stores_its_hash_only() {
    let folder = Folder::new();
    let finished = folder.run(&["create", "--id", "ci"]).await.exits(0);
    let finished = finished.complains(&["made the key `ci`: every tool, without end", "keys.json"]);
    let key = finished.stdout.strip_suffix('\n').unwrap();
    assert!(key.starts_with("mcp_ci_") && !key.contains(char::is_whitespace));
    assert!(!finished.stderr.contains(key));
    assert!(!folder.text().contains(key));
    assert!(is_accepted(&folder, key));
}

#[tokio::test]
async fn create_as_json_is_one_document_with_the_restrictions() {
    let folder = Folder::new();
    let arguments = [
        "create",
        "--id",
        "ada",
        "--tools",
        "query,ping",
        "--expires",
        "9000-01-31",
        "--not-before",
        "2020-02-03T04:05:06+01:00",
        "--note",
        "Ada",
        "--json",
    ];
    let made = folder.run(&arguments).await.exits(0).quiet().json();
    assert_eq!(made["id"], "ada");
    assert_eq!(made["tools"], json!(["ping", "query"]));
    assert_eq!(made["not_after"], "9000-01-31T00:00:00Z");
    assert_eq!(made["not_before"], "2020-02-03T03:05:06Z");
    assert_eq!(made["note"], "Ada");
    assert_eq!(made["state"], "active");
    assert_eq!(made["store"]["file"], folder.path.to_str().unwrap());
    assert!(is_accepted(&folder, made["key"].as_str().unwrap()));
    assert_eq!(made.get("sha256"), None);
}

#[tokio::test]
async fn a_time_from_now_is_counted_from_now() {
    let folder = Folder::new();
    folder.create(&["ci", "--expires", "90d"]).await;
    let document = folder.document();
    let record = &document.records()[0];
    let lifetime = record
        .not_after()
        .unwrap()
        .duration_since(record.created().unwrap());
    assert_eq!(lifetime.as_hours(), 90 * 24);
}

#[tokio::test]
async fn list_shows_states_and_no_hashes() {
    let folder = Folder::with(&states());
    let finished = folder.run(&["list"]).await.exits(0).quiet();
    assert_snapshot!(finished.stdout);
    let list = folder.run(&["list", "--json"]).await.exits(0).quiet();
    for text in [&finished.stdout, &list.stdout] {
        assert!(!text.contains(BARE_SHA256) && !text.contains("1111"));
    }
    assert_eq!(list.json()["bare"], false);
    let on = json!({
        "id": "on", "state": "active", "tools": ["ping", "query"], "created": "2026-01-02T03:04:05Z",
        "not_before": null, "not_after": null, "note": null,
    });
    assert_eq!(list.json()["keys"][1], on);
}

#[tokio::test]
async fn a_document_without_keys_is_listed_too() {
    let folder = Folder::with(r#"{"v":1,"keys":[]}"#);
    let finished = folder.run(&["list"]).await.exits(0).quiet();
    assert_eq!(finished.stdout, "no keys\n");
}

#[tokio::test]
async fn rotate_keeps_the_old_key_for_a_while_and_the_restrictions() {
    let folder = Folder::new();
    let old = folder
        .create(&["ci", "--tools", "ping", "--note", "Build"])
        .await;
    let finished = folder
        .run(&["rotate", "ci", "--keep", "9000-01-01"])
        .await
        .exits(0);
    let finished = finished.complains(&["the old key `ci` is valid until 9000-01-01T00:00:00Z"]);
    let new = finished.stdout.trim_end();
    assert!(new.starts_with("mcp_ci-r2_"));
    assert!(is_accepted(&folder, &old) && is_accepted(&folder, new));
    let list = folder.list().await;
    assert_eq!(list[1]["id"], "ci-r2");
    assert_eq!(list[1]["tools"], json!(["ping"]));
    assert_eq!(list[1]["note"], "Build");
    assert_eq!(list[1]["not_after"], Value::Null);
}

#[tokio::test]
async fn rotate_ends_the_old_key_at_once_if_told_to() {
    let folder = Folder::new();
    let old = folder.create(&["ci"]).await;
    let made = folder
        .run(&["rotate", "ci", "--keep", "0d", "--json"])
        .await
        .exits(0)
        .quiet()
        .json();
    assert_eq!(made["replaces"]["state"], "expired");
    assert!(!is_accepted(&folder, &old));
    assert!(is_accepted(&folder, made["key"].as_str().unwrap()));
}

#[tokio::test]
async fn the_successor_of_a_key_that_ends_does_not_live_for_ever_by_omission() {
    let folder = Folder::new();
    folder.create(&["ci", "--expires", "90d"]).await;
    let before = folder.text();
    folder
        .run(&["rotate", "ci"])
        .await
        .exits(64)
        .complains(&["--expires never"]);
    assert_eq!(folder.text(), before);
    folder
        .run(&["rotate", "ci", "--expires", "30d"])
        .await
        .exits(0);
    folder
        .run(&["rotate", "ci-r2", "--expires", "never"])
        .await
        .exits(0);
    let list = folder.list().await;
    assert!(list[1]["not_after"].is_string());
    assert_eq!(
        (&list[2]["id"], &list[2]["not_after"]),
        (&json!("ci-r3"), &Value::Null)
    );
}

#[tokio::test]
async fn disable_keeps_the_record_and_revoke_does_not() {
    let folder = Folder::new();
    let key = folder.create(&["ci"]).await;
    for _ in 0..2 {
        let finished = folder.run(&["disable", "ci"]).await.exits(0).quiet();
        assert!(
            finished
                .stdout
                .starts_with("disabled the key `ci` in the file ")
        );
        assert!(!is_accepted(&folder, &key));
        assert_eq!(folder.list().await[0]["state"], "disabled");
    }
    let revoked = folder
        .run(&["revoke", "ci", "--json"])
        .await
        .exits(0)
        .quiet()
        .json();
    assert_eq!(
        (&revoked["id"], &revoked["state"]),
        (&json!("ci"), &json!("revoked"))
    );
    assert!(folder.ids().is_empty());
    assert!(!is_accepted(&folder, &key));
}

#[tokio::test]
async fn enable_undoes_disable() {
    let folder = Folder::new();
    let key = folder.create(&["ci"]).await;
    folder.run(&["disable", "ci"]).await.exits(0);
    for _ in 0..2 {
        let finished = folder.run(&["enable", "ci"]).await.exits(0).quiet();
        let begin = "enabled the key `ci` in the file ";
        assert!(finished.stdout.starts_with(begin));
        assert!(is_accepted(&folder, &key));
    }
    let unknown = folder.run(&["enable", "no"]).await.exits(64);
    unknown.complains(&["no key has the id `no`"]);
}

#[tokio::test]
async fn check_tells_whose_key_it_is_and_whether_it_is_accepted() {
    let folder = Folder::new();
    let key = folder.create(&["ci"]).await;
    let checked = folder.check(&key).await.exits(0).quiet().json();
    assert_eq!(
        (&checked["accepted"], &checked["key"]["id"]),
        (&json!(true), &json!("ci"))
    );
    folder.run(&["disable", "ci"]).await.exits(0);
    let refused = folder.check(&key).await.exits(77);
    assert_eq!(refused.error()["kind"], "not_accepted");
    assert_eq!(refused.json()["accepted"], false);
    assert_eq!(refused.json()["key"]["state"], "disabled");
    let unknown = folder.check(BARE).await.exits(77);
    assert_eq!(unknown.json()["key"], Value::Null);
}

#[tokio::test]
async fn check_tells_that_a_key_has_expired() {
    let folder = Folder::with(&states());
    let finished = folder.program(&["check"]).key(BARE).run().await.exits(77);
    let expected = "the key is `old`: expired, every tool, until 2020-01-01T00:00:00Z\n";
    assert_eq!(finished.stdout, expected);
    finished.complains(&["error: the key is not accepted\nhint: "]);
}

#[tokio::test]
async fn check_reads_standard_input_with_or_without_a_line_break() {
    let folder = Folder::new();
    let key = folder.create(&["ci"]).await;
    for text in [key.clone(), format!("{key}\n"), format!("{key}\r\n")] {
        folder.program(&["check"]).stdin(&text).run().await.exits(0);
        let both = folder.program(&["check", "--stdin"]).key(BARE);
        both.stdin(&text).run().await.exits(0);
    }
    for text in [
        format!(" {key}"),
        format!("{key}\n{key}\n"),
        key.repeat(1000),
    ] {
        let finished = folder
            .program(&["check"])
            .stdin(&text)
            .run()
            .await
            .exits(77);
        assert!(!finished.stderr.contains(&key) && !finished.stdout.contains(&key));
    }
    folder
        .program(&["check"])
        .run()
        .await
        .exits(64)
        .complains(&["there is no key to check"]);
}

#[tokio::test]
async fn a_bare_key_goes_on_as_default() {
    for text in [BARE.to_owned(), format!("{BARE}\n")] {
        let folder = Folder::with(&text);
        let list = folder.run(&["list", "--json"]).await.exits(0);
        assert_eq!(list.json()["bare"], true);
        assert_eq!(folder.text(), text, "reading changes nothing");
        let finished = folder.run(&["create", "--id", "ci"]).await.exits(0);
        let finished = finished.complains(&["held one bare key: it stays valid as `default`"]);
        assert!(!finished.stderr.contains(BARE));
        assert_eq!(folder.ids(), ["default", "ci"]);
        assert!(!folder.text().contains(BARE));
        let checked = folder.check(BARE).await.exits(0);
        assert_eq!(checked.json()["key"]["id"], "default");
    }
}
