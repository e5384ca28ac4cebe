//! `completions` and `man`, as a shell and `man` have them.

use std::process::Command;

use crate::program::program;

/// What a real bash offers for a command line whose last word is not finished.
fn completed(script: &str, line: &[&str]) -> Vec<String> {
    let driver = r#"
        eval "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _mcp__client "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", driver, "bash", script, "mcp-client"])
        .args(line);
    let output = bash.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let words = String::from_utf8(output.stdout).unwrap();
    words.lines().map(ToOwned::to_owned).collect()
}

#[tokio::test]
async fn bash_completes_commands_below_the_first_and_their_options() {
    let script = program(&["completions", "bash"]).run().await.exits(0);
    for (line, expected) in [
        (&["too"][..], "tools"),
        (&["tools", "ca"], "call"),
        (&["connect", "cursor", "--sco"], "--scope"),
        (&["connect", "cursor", "--scope", "pro"], "project"),
        (&["connect", "windsu"], "windsurf"),
    ] {
        assert_eq!(completed(&script.stdout, line), [expected], "{line:?}");
    }
}

#[tokio::test]
async fn the_manual_has_every_command_and_keeps_its_tables() {
    let page = program(&["man"]).run().await.exits(0).quiet().stdout;
    for expected in [
        ".SS \"mcp\\-client tools call\"\n",
        ".SS \"mcp\\-client keys rotate\"\n",
        "\n  77  refused: 401 or 403\n",
        "\\-\\-concurrency <NUMBER>",
    ] {
        assert!(page.contains(expected), "{expected:?}\n{page}");
    }
    // Pages of their own, which nobody installs.
    assert!(!page.contains("mcp\\-client\\-tools(1)"), "{page}");
}
