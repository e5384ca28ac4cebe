//! A key that nobody would get is not made.

use std::process::Stdio;

use crate::keys::Folder;
use crate::program::{Program, program_with_closed_output};

fn with_closed_output(folder: &Folder, arguments: &[&str]) -> Program {
    let arguments = [&["keys"], arguments].concat();
    let program = program_with_closed_output(&arguments);
    program.env("MCP_API_KEYS_FILE", folder.path.to_str().unwrap())
}

const MAKING: [&[&str]; 3] = [
    &["create", "--id", "new"],
    &["create", "--id", "new", "--json"],
    &["rotate", "ci"],
];

#[tokio::test]
async fn with_a_closed_standard_output_nothing_is_stored() {
    for making in MAKING {
        let folder = Folder::new();
        folder.run(&["create", "--id", "ci"]).await.exits(0);
        let before = folder.text();
        let finished = with_closed_output(&folder, making).run().await.exits(74);
        finished.complains(&["standard output", "nothing was changed"]);
        assert_eq!(folder.text(), before);
    }
}

#[tokio::test]
async fn with_the_null_device_as_standard_output_nothing_is_stored() {
    for making in MAKING {
        let folder = Folder::new();
        folder.run(&["create", "--id", "ci"]).await.exits(0);
        let before = folder.text();
        let finished = folder.program(making).run_into(Stdio::null()).await;
        finished.exits(74).complains(&["standard output"]);
        assert_eq!(folder.text(), before);
    }
}

#[tokio::test]
async fn what_makes_no_key_needs_no_reader() {
    let folder = Folder::new();
    folder.run(&["create", "--id", "ci"]).await.exits(0);
    with_closed_output(&folder, &["list"]).run().await.exits(0);
    with_closed_output(&folder, &["disable", "ci"])
        .run()
        .await
        .exits(0);
    let revoke = folder.program(&["revoke", "ci"]);
    revoke.run_into(Stdio::null()).await.exits(0);
    assert!(folder.ids().is_empty());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_key_that_could_not_be_written_is_reported() {
    let folder = Folder::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let create = folder.program(&["create", "--id", "ci"]);
    let finished = create.run_into(full.unwrap().into()).await.exits(74);
    finished.complains(&[
        "`ci` was stored, and could not be printed",
        "keys revoke ci",
    ]);
    assert_eq!(folder.ids(), ["ci"]);
}
