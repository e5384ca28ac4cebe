//! What is compared with what.

use std::{error::Error, rc::Rc};

use api_keys::{KeyDocument, KeyRecord, NewKey, Timestamp, generate};

use crate::measure::Class;

/// What a pair is there for.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Must not be told apart.
    Real,
    /// Must be told apart, or the instrument is blind.
    Leaky,
    /// Tells nothing but what the caller sent or is told by the answer.
    Information,
}

/// Two classes of calls.
pub(crate) struct Pair {
    /// Both classes in words.
    pub(crate) name: &'static str,
    /// What it is there for.
    pub(crate) kind: Kind,
    /// The classes in the order of the name.
    pub(crate) classes: [Class; 2],
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Keys in the documents that are measured.
const KEYS: usize = 50;
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Every pair, the leaky ones last.
pub(crate) fn all() -> Result<Vec<Pair>> {
    let mut pairs = generated()?;
    pairs.extend(bare()?);
    pairs.extend(leaky());
    Ok(pairs)
}

/// Keys of our own form against documents of [`KEYS`].
///
/// Where the outcome differs and nothing else may, the same texts are presented to two documents, one of which lists
/// them: texts of their own would differ in how they are read, by less than a nanosecond.
fn generated() -> Result<Vec<Pair>> {
    let (keys, others) = (new_keys(KEYS)?, new_keys(KEYS)?);
    let known: Vec<String> = keys.iter().map(|new| new.key.expose().to_owned()).collect();
    let (listed, unlisted) = (States::of(keys)?, States::of(others)?);
    let at = |index: usize| known.get(index..=index).unwrap_or_default().to_vec();
    let position = |name, second: usize| Pair {
        name,
        kind: Kind::Real,
        classes: [0, second].map(|index| authenticating(&listed.valid, at(index))),
    };
    let outcome = |name, kind, documents: [&Rc<KeyDocument>; 2]| Pair {
        name,
        kind,
        classes: documents.map(|document| authenticating(document, known.clone())),
    };
    Ok(vec![
        position("the first of 50 keys / the last", KEYS - 1),
        position("the first of 50 keys / one in the middle", KEYS / 2),
        outcome(
            "a disabled key / an unknown one",
            Kind::Real,
            [&listed.disabled, &unlisted.disabled],
        ),
        outcome(
            "an ended key / an unknown one",
            Kind::Real,
            [&listed.ended, &unlisted.ended],
        ),
        Pair {
            name: "a valid key / an unknown one, until it is known which",
            kind: Kind::Real,
            classes: [&listed.valid, &unlisted.valid]
                .map(|document| locating(document, known.clone())),
        },
        outcome(
            "a valid key / an unknown one, and whose it is",
            Kind::Information,
            [&listed.valid, &unlisted.valid],
        ),
    ])
}

/// The same keys in three states.
struct States {
    valid: Rc<KeyDocument>,
    disabled: Rc<KeyDocument>,
    ended: Rc<KeyDocument>,
}

impl States {
    fn of(keys: Vec<NewKey>) -> Result<Self> {
        let mut valid = KeyDocument::empty();
        let (mut disabled, mut ended) = (KeyDocument::empty(), KeyDocument::empty());
        for NewKey { record, .. } in keys {
            let id = record.id().to_owned();
            ended.insert(record.clone().with_not_after(NOW))?;
            disabled.insert(record.clone())?;
            disabled.disable(&id)?;
            valid.insert(record)?;
        }
        Ok(Self {
            valid: Rc::new(valid),
            disabled: Rc::new(disabled),
            ended: Rc::new(ended),
        })
    }
}

/// Bare keys, of which a caller may try any.
fn bare() -> Result<Vec<Pair>> {
    let secret = text(64, 'a');
    let near = format!("{}b", text(63, 'a'));
    let far = text(64, 'b');
    let document = Rc::new(KeyDocument::parse(&secret)?);
    let many = Rc::new(document_of(
        (0..KEYS).map(|n| format!("{n:02}{}", text(62, 'a'))),
    )?);
    let almost: Vec<String> = (0..KEYS)
        .map(|n| format!("{n:02}{}b", text(61, 'a')))
        .collect();
    let unlike: Vec<String> = (0..KEYS)
        .map(|n| format!("{}{n:02}", text(62, 'b')))
        .collect();
    let short = Rc::new(KeyDocument::parse(&text(32, 'a'))?);
    let long = Rc::new(KeyDocument::parse(&text(512, 'a'))?);
    let one =
        |document: &Rc<KeyDocument>, input: &String| authenticating(document, vec![input.clone()]);
    Ok(vec![
        Pair {
            name: "all but the last letter of the key / nothing of it",
            kind: Kind::Real,
            classes: [one(&document, &near), one(&document, &far)],
        },
        Pair {
            name: "all but the last letter of one of 50 keys / nothing",
            kind: Kind::Real,
            classes: [authenticating(&many, almost), authenticating(&many, unlike)],
        },
        Pair {
            name: "32 bytes against a key of 32 / against one of 512",
            kind: Kind::Real,
            classes: [one(&short, &text(32, 'b')), one(&long, &text(32, 'b'))],
        },
        Pair {
            name: "64 presented bytes / 119 (two SHA-256 blocks each)",
            kind: Kind::Information,
            classes: [
                one(&document, &text(64, 'b')),
                one(&document, &text(119, 'b')),
            ],
        },
        Pair {
            name: "32 presented bytes / 512 (one SHA-256 block / nine)",
            kind: Kind::Information,
            classes: [
                one(&document, &text(32, 'b')),
                one(&document, &text(512, 'b')),
            ],
        },
    ])
}

/// What the real check must not be: comparisons of the keys themselves that end early.
fn leaky() -> Vec<Pair> {
    let listed: Rc<Vec<String>> = Rc::new(
        (0..KEYS)
            .map(|n| format!("{n:02}{}", text(62, 'a')))
            .collect(),
    );
    let of_list = |index: usize| Class {
        check: {
            let listed = Rc::clone(&listed);
            Box::new(move |presented| listed.iter().any(|key| key == presented))
        },
        inputs: listed.get(index..=index).unwrap_or_default().to_vec(),
    };
    let of_letters = |input: String| Class {
        check: {
            let secret = text(64, 'a');
            Box::new(move |presented| {
                let mut letters = secret.bytes().zip(presented.bytes());
                letters.all(|(one, other)| std::hint::black_box(one) == other)
            })
        },
        inputs: vec![input],
    };
    vec![
        Pair {
            name: "leaky `==` over 50 keys: the first / the last",
            kind: Kind::Leaky,
            classes: [of_list(0), of_list(KEYS - 1)],
        },
        Pair {
            name: "leaky letter by letter: all but the last / nothing",
            kind: Kind::Leaky,
            classes: [
                of_letters(format!("{}b", text(63, 'a'))),
                of_letters(text(64, 'b')),
            ],
        },
    ]
}

/// Calls of the real check. The result is dropped within the measured time.
fn authenticating(document: &Rc<KeyDocument>, inputs: Vec<String>) -> Class {
    let document = Rc::clone(document);
    Class {
        check: Box::new(move |presented| document.authenticate(presented, NOW).is_ok()),
        inputs,
    }
}

/// Calls of its first part, which ends before the answers differ.
fn locating(document: &Rc<KeyDocument>, inputs: Vec<String>) -> Class {
    let document = Rc::clone(document);
    Class {
        check: Box::new(move |presented| document.locate(presented, NOW) != 0),
        inputs,
    }
}

fn new_keys(count: usize) -> Result<Vec<NewKey>> {
    (0..count)
        .map(|n| Ok(generate(&format!("key-{n:02}").parse()?, NOW)?))
        .collect()
}

/// A document of bare keys, which can otherwise hold one only.
fn document_of(keys: impl Iterator<Item = String>) -> Result<KeyDocument> {
    let mut document = KeyDocument::empty();
    for (n, key) in keys.enumerate() {
        let id = format!("key-{n:02}");
        let single = KeyDocument::parse(&key)?.to_json().replace("default", &id);
        let record: KeyRecord = KeyDocument::parse(&single)?.revoke(&id)?;
        document.insert(record)?;
    }
    Ok(document)
}

fn text(length: usize, letter: char) -> String {
    std::iter::repeat_n(letter, length).collect()
}
