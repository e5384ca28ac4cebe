//! No key is written, printed or logged by `connect`, in whatever form.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::connect::{Desk, ENDPOINT};
use crate::connect_clients::CLIENTS;
use crate::program::Finished;

const CANARY: &str = "mcp_canary+d41d8cd98f00b204/e9800998ecf8427e";

/// How it could be there: as it is, in percent signs, and in base 64 from each of three places in a text.
fn forms() -> Vec<String> {
    let percent: String = CANARY.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let partly = CANARY.replace('+', "%2B").replace('/', "%2F");
    let mut forms = vec![CANARY.to_owned(), percent, partly.to_lowercase(), partly];
    for skipped in 0..3 {
        let part = &CANARY[skipped..];
        for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(part);
            forms.push(encoded[..encoded.len() - 6].to_owned());
        }
    }
    forms
}

fn check(text: &str, what: &str) {
    for form in forms() {
        assert!(!text.contains(&form), "{what} has {form}: {text}");
    }
}

fn check_run(finished: &Finished, what: &str) {
    check(&finished.stdout, what);
    check(&finished.stderr, what);
}

fn check_files(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        check(path.to_str().unwrap(), "a name");
        match path.is_dir() {
            true => check_files(&path),
            false => check(
                &String::from_utf8_lossy(&fs::read(&path).unwrap()),
                path.to_str().unwrap(),
            ),
        }
    }
}

async fn run(desk: &Desk, arguments: &[&str]) -> Finished {
    desk.program(arguments)
        .endpoint(ENDPOINT)
        .key(CANARY)
        .env("OTHER_KEY", CANARY)
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .run()
        .await
}

#[tokio::test]
async fn the_key_is_written_nowhere() {
    for (id, file, existing) in CLIENTS {
        for form in ["text", "json"] {
            let desk = Desk::new();
            for existing in [None, Some(existing)] {
                if let Some(existing) = existing {
                    desk.write(&format!("home/{file}"), existing);
                }
                for options in [
                    &[][..],
                    &["--write"],
                    &["--write"],
                    &["--write", "--key-variable", "OTHER_KEY"],
                    &["--remove"],
                    &["--remove", "--write"],
                ] {
                    let arguments = [&["connect", id, "--output", form], options].concat();
                    let finished = run(&desk, &arguments).await.exits(0);
                    check_run(&finished, &arguments.join(" "));
                    check_files(&desk.path(""));
                }
            }
        }
    }
}

/// A key in the wrong place is refused before it gets anywhere.
#[tokio::test]
async fn a_key_in_an_option_is_refused_and_not_repeated() {
    let desk = Desk::new();
    let endpoint = format!("https://h.example/mcp?key={CANARY}");
    let file = format!("/run/{CANARY}");
    for (option, value) in [
        ("--endpoint", endpoint.as_str()),
        ("--key-file", &file),
        ("--key-variable", CANARY),
        ("--program", CANARY),
        ("--name", CANARY),
    ] {
        for form in ["text", "json"] {
            let arguments = ["connect", "zed", "--write", option, value, "--output", form];
            let finished = run(&desk, &arguments).await.exits(64);
            check_run(&finished, option);
            check_files(&desk.path(""));
        }
    }
}

/// Other people's keys in the same file are not shown either.
#[tokio::test]
async fn the_keys_of_neighbours_are_not_shown() {
    let desk = Desk::new();
    let json = r#"{
  "assistant": { "apiKey": "sk-neighbour-1" },
  "mcpServers": {
    "a": { "url": "https://a.example/mcp", "headers": { "Authorization": "Bearer neighbour-2" } },
    "b": { "command": "x", "args": ["--api-key", "neighbour-3", "--token=neighbour-4"], "env": { "B": "neighbour-5" } },
    "c": { "url": "https://user:neighbour-6@c.example/mcp?k=neighbour-7", "headers": { "x": "NEIGHBOUR234567" } },
    "d": { "url": "https://d.example/mcp", "headers": { "y": "neighbour-9 ${env:D}", "z": "Bearer ${env:SHOWN}" } },
    "mine": { "url": "https://old.example/mcp", "headers": { "x-api-key": "neighbour-8" } }
  }
}
"#;
    for form in ["text", "json"] {
        desk.write("home/.cursor/mcp.json", json);
        for options in [&["--write"][..], &["--remove"], &["--remove", "--write"]] {
            let arguments = [
                &["connect", "cursor", "--name", "mine", "--output", form],
                options,
            ]
            .concat();
            let finished = run(&desk, &arguments).await.exits(0);
            for stream in [&finished.stdout, &finished.stderr] {
                assert!(
                    !stream.to_lowercase().contains("neighbour"),
                    "{finished:#?}"
                );
            }
        }
    }
    let broken = json.replace("\"b\": {", "\"b\": ");
    desk.write("home/.cursor/mcp.json", &broken);
    let finished = run(&desk, &["connect", "cursor", "--write"])
        .await
        .exits(65);
    assert!(!finished.stderr.contains("neighbour"), "{finished:#?}");
}
