//! `prompts list` and `prompts get`.

use crate::program::run;
use crate::server::Server;

#[tokio::test]
async fn lists_every_page() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["prompts", "list"]).await;
    insta::assert_snapshot!(finished.exits(0).quiet().stdout);
    let finished = run(&endpoint, &["prompts", "list", "--json"]).await;
    let list = finished.exits(0).json();
    assert_eq!(list["prompts"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn gets_a_prompt_with_arguments_that_stay_text() {
    let endpoint = Server::default().stateless().await;
    let arguments = ["prompts", "get", "greeting", "--arg", "name=42"];
    let finished = run(&endpoint, &arguments).await.exits(0).quiet();
    assert_eq!(finished.stdout, "user:\nGreet 42.\n\nassistant:\nGladly.\n");
    let finished = run(&endpoint, &[&arguments[..], &["--json"]].concat()).await;
    let result = finished.exits(0).json();
    assert_eq!(result["messages"][0]["content"]["text"], "Greet 42.");
}

#[tokio::test]
async fn a_missing_argument_is_the_servers_error() {
    let endpoint = Server::default().stateless().await;
    run(&endpoint, &["prompts", "get", "greeting"])
        .await
        .exits(76)
        .complains(&["getting prompt `greeting`", "`name` is missing", "hint: "]);
}
