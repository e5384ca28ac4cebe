//! A seed is worth something while it still reaches what it is named for.

use std::fs;
use std::path::Path;

use fuzz::context::check_context;
use fuzz::front_door::FrontDoor;
use fuzz::keys::{check_document, check_event, check_presented};
// What instrumented code calls.
use libfuzzer_sys as _;

#[test]
fn every_seed_of_the_front_door_is_answered_with_the_status_in_its_name() {
    let door = FrontDoor::new();
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/front_door");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(seeds).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let answer = door.serve(&fs::read(&path).unwrap()).expect(name);
        if answer.status.as_str() != &name[..3] {
            wrong.push(format!("{name}: {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The seeds of a target, with their file names.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

#[test]
fn every_seed_of_a_document_is_accepted_or_refused_as_its_name_says() {
    for (name, input) in seeds("key_document") {
        let accepted = check_document(std::str::from_utf8(&input).unwrap());
        assert_eq!(accepted, name.starts_with("accepted"), "{name}");
    }
}

#[test]
fn one_seed_is_the_key() {
    let seeds = seeds("presented_key");
    let accepted: Vec<&String> = seeds
        .iter()
        .filter(|(_, input)| check_presented(std::str::from_utf8(input).unwrap()))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(accepted, ["accepted"]);
}

#[test]
fn every_seed_of_a_context_names_a_holder_or_nobody_as_its_name_says() {
    for (name, input) in seeds("gateway_context") {
        assert_eq!(check_context(&input), name.starts_with("holder"), "{name}");
    }
}

#[test]
fn every_seed_of_an_event_is_json() {
    let seeds = seeds("gateway_event");
    assert!(!seeds.is_empty());
    for (name, input) in seeds {
        assert!(check_event(&input), "{name}");
    }
}
