//! Standard input, a line at a time.

use std::io::{self, BufRead, Read};
use std::thread;

use tokio::sync::mpsc;

/// The longest line that is taken, in bytes.
pub(super) const LONGEST: u64 = 16 << 20;

/// What stands on a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Text(String),
    NotUtf8,
    TooLong,
}

/// The lines, as they come. Nothing is read ahead but one.
pub(super) fn lines() -> mpsc::Receiver<Line> {
    let (sender, lines) = mpsc::channel(1);
    // Standard input cannot be read without blocking, and the thread must not hold up the end: nobody waits for it.
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(Some(line)) = next(&mut input, LONGEST) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    lines
}

/// The next line that is not empty, with at most `longest` bytes.
fn next(input: &mut impl BufRead, longest: u64) -> io::Result<Option<Line>> {
    loop {
        let mut bytes = Vec::new();
        input
            .by_ref()
            .take(longest + 1)
            .read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.len() as u64 > longest && !bytes.ends_with(b"\n") {
            input.skip_until(b'\n')?;
            return Ok(Some(Line::TooLong));
        }
        match String::from_utf8(bytes) {
            Err(_) => return Ok(Some(Line::NotUtf8)),
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => return Ok(Some(Line::Text(text.trim().to_owned()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_within_their_limit() {
        let mut input: &[u8] = b"{}\r\n\n  \n12345678\n123456789\n\xff\n12345678";
        let mut lines = Vec::new();
        while let Some(line) = next(&mut input, 8).unwrap() {
            lines.push(line);
        }
        let text = |text: &str| Line::Text(text.to_owned());
        assert_eq!(
            lines,
            [
                text("{}"),
                text("12345678"),
                Line::TooLong,
                Line::NotUtf8,
                text("12345678")
            ]
        );
    }
}
