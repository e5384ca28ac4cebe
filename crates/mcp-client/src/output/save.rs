//! Binary content as files.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::console::Console;
use crate::error::Error;
use crate::reply::Reply;

/// Writes each image, audio and blob of the array in `member` into `folder`, under names of our own, and says which.
/// Nothing that is there is replaced.
pub(crate) fn contents(
    result: &Reply,
    member: &str,
    folder: &Path,
    console: &Console,
) -> Result<(), Error> {
    let elements = result.member(member).and_then(|content| content.elements());
    let mut number = 0;
    for element in elements.unwrap_or_default() {
        let element = &element.value();
        // A prompt's message has its content inside, an embedded resource its blob.
        let block = if element["content"].is_object() {
            &element["content"]
        } else {
            element
        };
        let block = if block["resource"].is_object() {
            &block["resource"]
        } else {
            block
        };
        let Some(base64) = block["data"].as_str().or(block["blob"].as_str()) else {
            continue;
        };
        number += 1;
        let (path, size) = one(base64, block, folder, number).map_err(|cause| Error::NotSaved {
            folder: folder.to_owned(),
            cause,
        })?;
        console
            .aside
            .line(&format!("saved {} ({size} bytes)", path.display()));
    }
    if number == 0 {
        console.remark("there is no binary content to save");
    }
    Ok(())
}

fn one(base64: &str, block: &Value, folder: &Path, number: usize) -> io::Result<(PathBuf, usize)> {
    let bytes = STANDARD.decode(base64).map_err(io::Error::other)?;
    std::fs::create_dir_all(folder)?;
    let extension = extension(block["mimeType"].as_str().unwrap_or_default());
    for attempt in 0..1000 {
        let name = match attempt {
            0 => format!("content-{number}.{extension}"),
            _ => format!("content-{number}-{attempt}.{extension}"),
        };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(&bytes)?;
                return Ok((path, bytes.len()));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other(
        "a thousand files of that name are there already",
    ))
}

/// The extension of a media type that is known not to be run by anything. The name is never the server's.
fn extension(mime_type: &str) -> &'static str {
    match mime_type.split(';').next().unwrap_or_default().trim() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "audio/wav" | "audio/x-wav" => "wav",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "video/mp4" => "mp4",
        "application/pdf" => "pdf",
        "application/json" => "json",
        "text/plain" => "txt",
        "text/csv" => "csv",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    #[test]
    fn binary_content_becomes_files_and_nothing_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().join("new");
        let result = json!({"content": [
            {"type": "text", "text": "no file"},
            {"type": "image", "data": "QUJDRA==", "mimeType": "image/png"},
            {"type": "resource", "resource": {"uri": "file:///../../etc/x", "blob": "QUI=", "mimeType": "text/html"}},
        ]});
        let result = Reply::new(to_raw_value(&result).unwrap());
        for _ in 0..2 {
            contents(&result, "content", &into, &Console::default()).unwrap();
        }
        let read = |name: &str| std::fs::read(into.join(name)).unwrap();
        assert_eq!(read("content-1.png"), b"ABCD");
        assert_eq!(read("content-1-1.png"), b"ABCD");
        assert_eq!(read("content-2.bin"), b"AB");
        assert_eq!(std::fs::read_dir(&into).unwrap().count(), 4);
    }

    #[test]
    fn what_is_no_base64_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let result = json!({"content": [{"type": "image", "data": "§"}]});
        let result = Reply::new(to_raw_value(&result).unwrap());
        let error = contents(&result, "content", folder.path(), &Console::default()).unwrap_err();
        assert!(matches!(error, Error::NotSaved { .. }));
    }
}
