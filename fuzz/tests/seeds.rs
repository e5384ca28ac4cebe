//! A seed is worth something while it still reaches what it is named for.

use std::fs;
use std::path::Path;

use fuzz::front_door::FrontDoor;

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
