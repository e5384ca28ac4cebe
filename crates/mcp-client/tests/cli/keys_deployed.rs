//! The key that came with a deployment: no document holds it, and a secret can say that it does not count.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::post;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::keys::{BARE, Folder};
use crate::program::{Finished, Program, program};
use crate::stub;

/// A secret in memory, as much of it as one administrator at a time needs.
#[derive(Clone)]
struct Secret {
    versions: Arc<Mutex<Vec<String>>>,
    url: String,
}

impl Secret {
    async fn with(text: &str) -> Self {
        let versions = Arc::new(Mutex::new(vec![text.to_owned()]));
        let store = Arc::clone(&versions);
        let answer = post(async move |headers: HeaderMap, body: String| {
            let target = headers["x-amz-target"].to_str().unwrap().to_owned();
            let call: Value = serde_json::from_str(&body).unwrap();
            stub::json_answer(&answer(&mut store.lock().unwrap(), &target, &call))
        });
        let url = stub::serve(Router::new().route("/", answer)).await;
        let url = url.trim_end_matches("/mcp").to_owned();
        Self { versions, url }
    }

    /// What is current: the version written last, as nobody else writes.
    fn document(&self) -> Value {
        serde_json::from_str(self.versions.lock().unwrap().last().unwrap()).unwrap()
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let arguments = [&["keys"], arguments, &["--secret-id", "mcp/keys"]].concat();
        program(&arguments)
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "a")
            .env("AWS_SECRET_ACCESS_KEY", "b")
            .env("AWS_ENDPOINT_URL", &self.url)
    }

    async fn run(&self, arguments: &[&str]) -> Finished {
        self.program(arguments).run().await
    }

    async fn check(&self, arguments: &[&str]) -> Finished {
        let arguments = [&["check"], arguments].concat();
        let finished = self.program(&arguments).key(BARE).run().await;
        finished.exits(77)
    }
}

fn answer(versions: &mut Vec<String>, target: &str, call: &Value) -> Value {
    let id = |number: usize| format!("{number:032}");
    match target {
        "secretsmanager.GetSecretValue" => {
            json!({"VersionId": id(versions.len()), "SecretString": versions.last()})
        }
        "secretsmanager.PutSecretValue" => {
            versions.push(call["SecretString"].as_str().unwrap().to_owned());
            json!({"VersionId": id(versions.len())})
        }
        "secretsmanager.UpdateSecretVersionStage" => json!({}),
        other => panic!("{other}"),
    }
}

const ONE: &str = r#"{"v":1,"keys":[{"id":"ci","sha256":"1111111111111111111111111111111111111111111111111111111111111111"}]}"#;
const UNSEEN: &str =
    "a key deployed with API_KEY (id `deployed`) would count too, and cannot be seen from here";
const DISABLED: &str = "no key deployed with API_KEY counts: `deployed` is disabled";

#[tokio::test]
async fn a_key_that_is_not_in_the_secret_may_be_deployed() {
    let secret = Secret::with(ONE).await;
    let finished = secret.check(&[]).await;
    let expected = format!("not in the secret mcp/keys; {UNSEEN}\n");
    assert_eq!(finished.stdout, expected);
    finished.complains(&["the key is not in the secret", "mcp-client info --endpoint"]);
    let finished = secret.check(&["--json"]).await;
    let document = finished.json();
    assert_eq!(document["deployed_key"], "unseen");
    assert_eq!(
        (&document["accepted"], &document["key"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(finished.error()["kind"], "not_accepted");
}

#[tokio::test]
async fn disabled_it_is_not_accepted_whichever_it_is() {
    let secret = Secret::with(ONE).await;
    let finished = secret.run(&["disable", "deployed"]).await.exits(0).quiet();
    let begin = "disabled the key `deployed` in the secret mcp/keys\nin force everywhere by ";
    assert!(finished.stdout.starts_with(begin), "{finished:#?}");
    assert_eq!(secret.document()["deployed"], "disabled");
    assert_eq!(secret.document()["keys"][0]["id"], "ci");
    let finished = secret.check(&[]).await;
    assert_eq!(
        finished.stdout,
        format!("not in the secret mcp/keys; {DISABLED}\n")
    );
    finished.complains(&["error: the key is not accepted\n"]);
    assert_eq!(
        secret.check(&["--json"]).await.json()["deployed_key"],
        "disabled"
    );
    let enabled = secret.run(&["enable", "deployed", "--json"]).await.exits(0);
    assert_eq!(enabled.json()["state"], "enabled");
    assert_eq!(secret.document().get("deployed"), None);
}

#[tokio::test]
async fn list_says_whether_it_counts() {
    let secret = Secret::with(r#"{"v":1,"keys":[]}"#).await;
    let list = secret.run(&["list"]).await.exits(0).quiet();
    assert_eq!(list.stdout, format!("no keys\n{UNSEEN}\n"));
    let list = secret.run(&["list", "--json"]).await.exits(0).quiet();
    assert_eq!(list.json()["deployed_key"], "unseen");
    secret.run(&["disable", "deployed"]).await.exits(0);
    let list = secret.run(&["list"]).await.exits(0).quiet();
    assert_eq!(list.stdout, format!("no keys\n{DISABLED}\n"));
}

#[tokio::test]
async fn its_id_is_reserved_and_what_else_to_do_is_said() {
    let secret = Secret::with(ONE).await;
    for (arguments, complaints) in [
        (
            &["create", "--id", "deployed"][..],
            ["reserved for the key that comes with", "hint: "],
        ),
        (
            &["rotate", "deployed"],
            ["came with the deployment", "API_KEY out of .env"],
        ),
        (
            &["revoke", "deployed"],
            ["came with the deployment", "keys disable deployed"],
        ),
    ] {
        let finished = secret.run(arguments).await.exits(64);
        assert_eq!(finished.stdout, "");
        finished.complains(&complaints);
        assert_eq!(secret.versions.lock().unwrap().len(), 1, "{arguments:?}");
    }
}

#[tokio::test]
async fn a_file_knows_of_none() {
    let folder = Folder::with(ONE);
    for command in [&["disable", "deployed"], &["enable", "deployed"]] {
        let finished = folder.run(command).await.exits(64);
        finished.complains(&["no deployed key beside a file", "--secret-id"]);
        assert_eq!(folder.text(), ONE);
    }
    let list = folder.run(&["list", "--json"]).await.exits(0);
    assert_eq!(list.json().get("deployed_key"), None);
    let finished = folder.program(&["check"]).key(BARE).run().await.exits(77);
    assert!(finished.stdout.starts_with("no key of the file "));
}
