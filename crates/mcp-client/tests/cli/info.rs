//! `info`.

use serde_json::json;

use crate::program::run;
use crate::server::Server;
use crate::stub;

#[tokio::test]
async fn introduces_the_server_in_either_era() {
    let endpoint = Server::default().stateless().await;
    for (era, version) in [("modern", "2026-07-28"), ("legacy", "2025-11-25")] {
        let finished = run(&endpoint, &["info", "--protocol", era]).await;
        assert_eq!(
            finished.exits(0).quiet().stdout,
            format!(
                "\
endpoint      {endpoint}
server        fixture 1.2.3 (A fixture)
protocol      {version} ({era})
capabilities  prompts, tools
instructions
  Ask for one thing at a time.
"
            )
        );
    }
}

#[tokio::test]
async fn auto_prefers_the_modern_era() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["info", "--json"]).await;
    let info = finished.exits(0).quiet().json();
    assert_eq!(info["era"], "modern");
    assert_eq!(info["endpoint"], endpoint);
    assert_eq!(info["protocolVersion"], "2026-07-28");
    assert_eq!(info["serverInfo"]["name"], "fixture");
    assert_eq!(info["capabilities"], json!({"prompts": {}, "tools": {}}));
    assert_eq!(info["introduction"]["supportedVersions"][0], "2024-11-05");
}

#[tokio::test]
async fn a_server_without_a_name_is_fine() {
    let endpoint = stub::modern(|_| json!({"result": {}})).await;
    let finished = run(&endpoint, &["info"]).await.exits(0).quiet();
    assert!(finished.stdout.contains("server        unnamed\n"));
}
