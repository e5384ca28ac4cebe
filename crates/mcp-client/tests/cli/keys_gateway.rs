//! `keys … --reset-gateway-cache`: what happens after a change, against stand-ins for both services.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::keys::Folder;
use crate::program::{Finished, Program, program};
use crate::stub;

const ONE_KEY: &str = r#"{"v":1,"keys":[{"id":"old","sha256":"3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9"}]}"#;

/// Stands for no answer at all.
const SILENT: u16 = 0;

/// A secret that takes every change, and an API Gateway that answers `status`.
#[derive(Clone)]
struct Aws {
    status: u16,
    /// What was asked, in order.
    calls: Arc<Mutex<Vec<String>>>,
    url: String,
}

impl Aws {
    async fn with(status: u16) -> Self {
        let mut aws = Self {
            status,
            calls: Arc::default(),
            url: String::new(),
        };
        let (secrets, gateway) = (aws.clone(), aws.clone());
        let router = Router::new()
            .route("/", any(async move |headers| secrets.secret(&headers)))
            .fallback(delete(async move |request| gateway.reset(request).await));
        let url = stub::serve(router).await;
        aws.url = url.trim_end_matches("/mcp").to_owned();
        aws
    }

    fn note(&self, call: &str) {
        self.calls.lock().unwrap().push(call.to_owned());
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    fn secret(&self, headers: &HeaderMap) -> Response {
        let target = headers["x-amz-target"].to_str().unwrap();
        let action = target.strip_prefix("secretsmanager.").unwrap();
        self.note(action);
        stub::json_answer(
            &json!({"VersionId": "0123456789abcdef0123456789abcdef", "SecretString": ONE_KEY}),
        )
    }

    async fn reset(&self, request: Request<Body>) -> Response {
        self.note(request.uri().path());
        match self.status {
            SILENT => std::future::pending().await,
            204 => StatusCode::NO_CONTENT.into_response(),
            status => {
                let code = [("x-amzn-errortype", "SomeException")];
                let body = r#"{"message":"the service's words"}"#;
                (StatusCode::from_u16(status).unwrap(), code, body).into_response()
            }
        }
    }

    async fn run(&self, arguments: &[&str]) -> Finished {
        self.program(arguments).run().await
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let arguments = [&["keys"], arguments, &["--secret-id", "mcp/keys"]].concat();
        program(&arguments)
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "a")
            .env("AWS_SECRET_ACCESS_KEY", "b")
            .env("AWS_MAX_ATTEMPTS", "1")
            .env("AWS_ENDPOINT_URL", &self.url)
    }
}

const CHANGES: [&[&str]; 4] = [
    &["create", "--id", "ci"],
    &["rotate", "old"],
    &["disable", "old"],
    &["revoke", "old"],
];
const PATH: &str = "/v2/apis/a1b2/stages/%24default/cache/authorizers";

#[tokio::test]
async fn every_change_is_followed_by_the_reset() {
    for change in CHANGES {
        let aws = Aws::with(204).await;
        let arguments = [change, &["--reset-gateway-cache", "a1b2"]].concat();
        let finished = aws.run(&arguments).await.exits(0);
        finished.complains(&["reset the authorizers' cache of API a1b2, stage $default\n"]);
        assert_eq!(
            aws.calls(),
            [
                "GetSecretValue",
                "PutSecretValue",
                "UpdateSecretVersionStage",
                PATH
            ],
            "{change:?}"
        );
    }
}

#[tokio::test]
async fn nothing_is_reset_unless_told() {
    let aws = Aws::with(204).await;
    aws.run(&["revoke", "old"]).await.exits(0).quiet();
    assert!(!aws.calls().contains(&PATH.to_owned()));
}

#[tokio::test]
async fn a_change_that_fails_is_not_followed_by_a_reset() {
    let aws = Aws::with(204).await;
    let arguments = ["revoke", "none", "--reset-gateway-cache", "a1b2"];
    aws.run(&arguments).await.exits(64);
    assert_eq!(aws.calls(), ["GetSecretValue"]);
}

#[tokio::test]
async fn json_names_the_cache() {
    let aws = Aws::with(204).await;
    let reset = ["--reset-gateway-cache", "a1b2", "--stage", "prod", "--json"];
    for change in CHANGES {
        let arguments = [change, &reset].concat();
        let document = aws.run(&arguments).await.exits(0).quiet().json();
        let cache = json!({"api_id": "a1b2", "stage": "prod"});
        assert_eq!(document["reset_gateway_cache"], cache, "{change:?}");
    }
    assert!(aws.calls().contains(&PATH.replace("%24default", "prod")));
}

#[tokio::test]
async fn a_failed_reset_says_that_the_change_is_stored_and_loses_no_key() {
    for (status, code) in [(403, 77), (404, 69), (429, 75), (500, 69)] {
        for change in CHANGES {
            let aws = Aws::with(status).await;
            let arguments = [change, &["--reset-gateway-cache", "a1b2"]].concat();
            let finished = aws.run(&arguments).await.exits(code);
            let finished = finished.complains(&[
                "error: the change is stored, and the authorizers' cache of API a1b2, stage $default was not reset",
                "SomeException: the service's words",
                "hint: aws apigatewayv2 reset-authorizers-cache --api-id a1b2 --stage-name '$default'\n",
            ]);
            assert!(!finished.stderr.contains("mcp_ci"));
            let makes = matches!(change, ["create" | "rotate", ..]);
            let keys = finished.stdout.matches("mcp_").count();
            assert_eq!(keys, usize::from(makes), "{change:?}: {finished:#?}");
        }
    }
}

#[tokio::test]
async fn a_new_key_is_printed_before_the_reset_is_answered() {
    for change in [CHANGES[0], CHANGES[1]] {
        let aws = Aws::with(SILENT).await;
        let arguments = [change, &["--reset-gateway-cache", "a1b2"]].concat();
        let line = aws.program(&arguments).first_line().await;
        assert!(line.starts_with("mcp_"), "{change:?}");
    }
}

#[tokio::test]
async fn a_failed_reset_as_json_is_an_error_of_its_own_kind() {
    let aws = Aws::with(403).await;
    let arguments = [
        "create",
        "--id",
        "ci",
        "--json",
        "--reset-gateway-cache",
        "a1b2",
    ];
    let finished = aws.run(&arguments).await.exits(77);
    assert_eq!(finished.error()["kind"], "cache_not_reset");
    assert!(
        finished.json()["key"]
            .as_str()
            .unwrap()
            .starts_with("mcp_ci_")
    );
}

#[tokio::test]
async fn a_key_that_nobody_read_is_reported_and_the_cache_is_reset() {
    for (status, complaint) in [(204, "could not be printed"), (403, "was not reset")] {
        let aws = Aws::with(status).await;
        let arguments = ["rotate", "old", "--reset-gateway-cache", "a1b2"];
        let finished = aws.program(&arguments).run_unread().await.exits(74);
        finished.complains(&["`old-r2` was stored, and could not be printed", complaint]);
        assert!(aws.calls().contains(&PATH.to_owned()));
    }
}

#[tokio::test]
async fn a_file_has_no_gateway() {
    let folder = Folder::with(ONE_KEY);
    for change in CHANGES {
        let arguments = [change, &["--reset-gateway-cache", "a1b2"]].concat();
        let finished = folder.run(&arguments).await.exits(64);
        let finished = finished.complains(&["--reset-gateway-cache needs a secret", "hint: leave"]);
        assert_eq!(finished.stdout, "");
        assert_eq!(folder.text(), ONE_KEY);
    }
}

#[tokio::test]
async fn mistakes_are_found_before_the_change() {
    let aws = Aws::with(204).await;
    for (options, complaint) in [
        (&["--reset-gateway-cache", "a/b"][..], "letters and digits"),
        (&["--reset-gateway-cache", ""], "letters and digits"),
        (
            &["--reset-gateway-cache", "a", "--stage", "$x"],
            "$default, or up to 128",
        ),
        (&["--stage", "prod"], "--reset-gateway-cache <API_ID>"),
    ] {
        let arguments = [&["revoke", "old"], options].concat();
        aws.run(&arguments).await.exits(64).complains(&[complaint]);
    }
    let reading = ["list", "--reset-gateway-cache", "a1b2"];
    aws.run(&reading).await.exits(64);
    assert!(aws.calls().is_empty());
}
