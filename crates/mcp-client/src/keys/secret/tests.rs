//! The race for the label, with a secret in memory.

use std::cell::{Cell, RefCell};

use api_keys::{KeyId, Timestamp, generate};

use super::*;

/// A secret whose other administrators act whenever ours is about to promote.
struct Fake {
    versions: RefCell<Vec<String>>,
    current: Cell<usize>,
    /// So many times somebody else is faster.
    rivals: Cell<u32>,
    /// The next promotion works, and its answer gets lost.
    loses_answer: Cell<bool>,
    /// Every promotion is refused, though nobody was faster.
    refuses: bool,
}

impl Fake {
    fn new(rivals: u32) -> Self {
        Self {
            versions: RefCell::new(vec![KeyDocument::empty().to_json()]),
            current: Cell::new(0),
            rivals: Cell::new(rivals),
            loses_answer: Cell::new(false),
            refuses: false,
        }
    }

    fn keys(&self) -> KeyDocument {
        KeyDocument::parse(&self.versions.borrow()[self.current.get()]).unwrap()
    }

    fn push(&self, text: String) -> usize {
        self.versions.borrow_mut().push(text);
        self.versions.borrow().len() - 1
    }

    fn let_a_rival_act(&self) {
        let mut keys = self.keys();
        insert(&mut keys, &format!("rival-{}", self.rivals.get())).unwrap();
        self.current.set(self.push(keys.to_json()));
        self.rivals.set(self.rivals.get() - 1);
    }
}

impl Versioned for Fake {
    fn location(&self) -> Location {
        Location::SecretId("fake".to_owned())
    }

    async fn current(&self) -> Result<Version, KeysError> {
        let id = self.current.get();
        let text = self.versions.borrow()[id].clone();
        Ok(Version {
            id: id.to_string(),
            text,
        })
    }

    async fn draft(&self, text: String) -> Result<String, KeysError> {
        Ok(self.push(text).to_string())
    }

    async fn promote(&self, draft: &str, base: &str) -> Result<Promotion, KeysError> {
        if self.rivals.get() > 0 {
            self.let_a_rival_act();
        }
        let refused = Promotion::Refused("label not found".to_owned());
        if self.refuses || base != self.current.get().to_string() {
            return Ok(refused);
        }
        self.current.set(draft.parse().unwrap());
        match self.loses_answer.take() {
            true => Ok(refused),
            false => Ok(Promotion::Done),
        }
    }
}

fn insert(keys: &mut KeyDocument, id: &str) -> Result<(), KeysError> {
    let id: KeyId = id.parse().unwrap();
    let new = generate(&id, Timestamp::UNIX_EPOCH).unwrap();
    Ok(keys.insert(new.record)?)
}

async fn create(secret: &Fake) -> Result<Change<()>, KeysError> {
    change(secret, |keys| insert(keys, "ours")).await
}

fn ids(secret: &Fake) -> Vec<String> {
    let keys = secret.keys();
    keys.records()
        .iter()
        .map(|key| key.id().to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn whoever_loses_applies_the_edit_to_what_the_winner_left() {
    let secret = Fake::new(3);
    create(&secret).await.unwrap();
    assert_eq!(ids(&secret), ["rival-3", "rival-2", "rival-1", "ours"]);
}

#[tokio::test(start_paused = true)]
async fn losing_every_time_is_an_error_and_changes_nothing() {
    let secret = Fake::new(1000);
    let error = create(&secret).await.unwrap_err();
    assert!(matches!(error, KeysError::Overtaken { .. }), "{error}");
    assert!(!ids(&secret).contains(&"ours".to_owned()));
    assert_eq!(1000 - secret.rivals.get(), ATTEMPTS);
}

#[tokio::test]
async fn a_lost_answer_is_not_a_lost_race() {
    let secret = Fake::new(0);
    secret.loses_answer.set(true);
    create(&secret).await.unwrap();
    assert_eq!(ids(&secret), ["ours"]);
}

#[tokio::test]
async fn a_refusal_that_nobody_caused_is_not_repeated() {
    let secret = Fake {
        refuses: true,
        ..Fake::new(0)
    };
    let error = create(&secret).await.unwrap_err();
    assert!(matches!(error, KeysError::Unreachable { .. }), "{error}");
    assert_eq!(secret.versions.borrow().len(), 2);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_writes_nothing() {
    let secret = Fake::new(0);
    change(&secret, |_keys| Ok(())).await.unwrap();
    assert_eq!(secret.versions.borrow().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_a_rival_took_meanwhile_is_refused() {
    let secret = Fake::new(1);
    let outcome = change(&secret, |keys| insert(keys, "rival-1")).await;
    assert!(matches!(outcome, Err(KeysError::Edit(_))));
    assert_eq!(ids(&secret), ["rival-1"]);
}

#[tokio::test]
async fn a_bare_key_becomes_a_document_and_stays_valid() {
    let bare = "0123456789abcdef0123456789abcdef";
    let secret = Fake::new(0);
    secret.current.set(secret.push(bare.to_owned()));
    assert!(read(&secret).await.unwrap().bare);
    assert!(create(&secret).await.unwrap().converted);
    let keys = secret.keys();
    let owner = keys.authenticate(bare, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(owner.id(), "default");
    assert_eq!(ids(&secret), ["default", "ours"]);
    assert!(!read(&secret).await.unwrap().bare);
}
