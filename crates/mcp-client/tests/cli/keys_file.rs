//! The file itself: who may read it, what a change replaces, and changes at the same time.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use futures_util::future::join_all;

use crate::keys::Folder;
use crate::program::{Finished, program};

async fn create(folder: &Folder, id: &str) -> Finished {
    folder.run(&["create", "--id", id]).await
}

fn mode(folder: &Folder) -> u32 {
    fs::metadata(&folder.path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_new_file_is_private_and_an_existing_one_keeps_its_mode() {
    let folder = Folder::new();
    create(&folder, "one").await.exits(0);
    assert_eq!(mode(&folder), 0o600);
    fs::set_permissions(&folder.path, Permissions::from_mode(0o640)).unwrap();
    create(&folder, "two").await.exits(0);
    assert_eq!(mode(&folder), 0o640);
}

#[tokio::test]
async fn a_change_replaces_the_file_and_leaves_nothing_but_the_lock() {
    let folder = Folder::new();
    create(&folder, "one").await.exits(0);
    let before = fs::metadata(&folder.path).unwrap().ino();
    create(&folder, "two").await.exits(0);
    assert_ne!(fs::metadata(&folder.path).unwrap().ino(), before);
    let entries = fs::read_dir(folder.path.parent().unwrap()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".keys.json.lock", "keys.json"]);
}

#[tokio::test]
async fn what_changes_nothing_writes_nothing() {
    let folder = Folder::new();
    create(&folder, "ci").await.exits(0);
    folder.run(&["disable", "ci"]).await.exits(0);
    let before = fs::metadata(&folder.path).unwrap().ino();
    folder.run(&["disable", "ci"]).await.exits(0);
    create(&folder, "ci").await.exits(64);
    assert_eq!(fs::metadata(&folder.path).unwrap().ino(), before);
}

#[tokio::test]
async fn a_link_stays_a_link() {
    let folder = Folder::new();
    let real = folder.path.with_file_name("real.json");
    fs::write(&real, r#"{"v":1,"keys":[]}"#).unwrap();
    symlink(&real, &folder.path).unwrap();
    create(&folder, "ci").await.exits(0);
    assert!(fs::symlink_metadata(&folder.path).unwrap().is_symlink());
    assert_eq!(folder.ids(), ["ci"]);
}

#[tokio::test]
async fn a_link_to_nothing_is_refused_and_stays() {
    let folder = Folder::new();
    let real = folder.path.with_file_name("real.json");
    symlink(&real, &folder.path).unwrap();
    let finished = create(&folder, "ci").await.exits(73);
    finished.complains(&["is a link to nothing", "real.json", "hint: "]);
    assert!(fs::symlink_metadata(&folder.path).unwrap().is_symlink());
    assert!(!real.exists());
}

#[tokio::test]
async fn a_file_without_a_folder_in_its_name_is_in_this_one() {
    let folder = Folder::new();
    let here = folder.path.parent().unwrap();
    let create = program(&["keys", "create", "--id", "ci", "--file", "keys.json"]);
    create.folder(here).run().await.exits(0);
    assert_eq!(folder.ids(), ["ci"]);
}

#[tokio::test]
async fn eight_processes_at_once_lose_nothing() {
    let folder = &Folder::new();
    let administrators = (0..8).map(|who| async move {
        let mut keys = Vec::new();
        for turn in 0..5 {
            let finished = create(folder, &format!("a{who}-{turn}")).await.exits(0);
            keys.push(finished.stdout.trim_end().to_owned());
        }
        keys
    });
    let keys = join_all(administrators).await.concat();
    let document = folder.document();
    assert_eq!(document.records().len(), 40);
    for key in keys {
        assert!(
            document
                .authenticate(&key, api_keys::Timestamp::now())
                .is_ok()
        );
    }
}

#[tokio::test]
async fn a_lock_that_is_not_released_is_reported() {
    let folder = Folder::with(r#"{"v":1,"keys":[]}"#);
    let lock = File::create(folder.path.with_file_name(".keys.json.lock")).unwrap();
    lock.lock().unwrap();
    let finished = folder
        .run(&["create", "--id", "ci", "--timeout", "0.1"])
        .await
        .exits(75);
    let finished = finished.complains(&["another process is changing the file", "--timeout"]);
    assert_eq!(finished.stdout, "");
    folder.run(&["list"]).await.exits(0);
    drop(lock);
    create(&folder, "ci").await.exits(0);
}

fn pipe(path: PathBuf) -> PathBuf {
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    path
}

/// What `command` says of a file, within a time that no read without an end keeps.
async fn in_time(command: &[&str], path: &Path) -> Finished {
    let arguments = [&["keys", "--file", path.to_str().unwrap()], command].concat();
    let run = program(&arguments).run();
    let finished = tokio::time::timeout(Duration::from_secs(10), run).await;
    finished.unwrap_or_else(|_| panic!("{arguments:?} does not end"))
}

#[tokio::test]
async fn only_a_regular_file_is_read_and_nothing_is_left_beside_another() {
    let folder = Folder::new();
    let pipe = pipe(folder.path.clone());
    for path in [&pipe, Path::new("/dev/null"), Path::new("/dev/zero")] {
        for command in [&["list"][..], &["create", "--id", "ci"], &["revoke", "ci"]] {
            let finished = in_time(command, path).await.exits(69);
            let finished = finished.complains(&["expected a regular file", "hint: "]);
            assert_eq!(finished.stdout, "");
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!path.with_file_name(format!(".{name}.lock")).exists());
    }
}

#[tokio::test]
async fn a_change_that_is_refused_leaves_no_lock() {
    let folder = Folder::new();
    let refused = ["create", "--id", "ci", "--tools", "a b"];
    folder.run(&refused).await.exits(64);
    let here = fs::read_dir(folder.path.parent().unwrap()).unwrap();
    assert_eq!(here.count(), 0);
}

#[tokio::test]
async fn a_lock_that_is_a_pipe_holds_nobody_up() {
    let folder = Folder::new();
    pipe(folder.path.with_file_name(".keys.json.lock"));
    let finished = in_time(&["create", "--id", "ci"], &folder.path).await;
    finished.exits(73).complains(&["cannot write the file"]);
}
