//! What goes over the wire, for people: a line for each exchange (`-v`), or all of it (`--dump-wire`).

use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::output::Aside;
use crate::secrets::Secrets;

/// The longest part of a body that is shown, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// How much is said of each exchange.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detail {
    #[default]
    Nothing,
    /// A line for each request and each answer.
    Lines,
    /// Headers and bodies.
    Wire,
}

/// Says on standard error what is sent and received, with every secret blanked out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    detail: Detail,
    aside: Aside,
}

impl Trace {
    pub(crate) fn new(detail: Detail, aside: Aside) -> Self {
        Self { detail, aside }
    }

    /// What must not be shown.
    pub(crate) fn secrets(&self) -> Secrets {
        self.aside.secrets()
    }

    pub(crate) fn request(&self, method: &Method, url: &str, headers: &HeaderMap, body: &[u8]) {
        if self.detail >= Detail::Lines {
            self.aside
                .line(&format!("> {method} {url}{}", subject(body)));
        }
        self.headers('>', headers);
        self.body('>', body);
    }

    pub(crate) fn answer(&self, status: StatusCode, headers: &HeaderMap, milliseconds: f64) {
        if self.detail >= Detail::Lines {
            let kind = headers.get(http::header::CONTENT_TYPE).map(shown);
            let kind = kind.unwrap_or_else(|| "no content type".to_owned());
            self.aside
                .line(&format!("< {status}, {kind}, {milliseconds:.1} ms"));
        }
        self.headers('<', headers);
    }

    /// An exchange without an answer.
    pub(crate) fn failure(&self, reason: &dyn std::fmt::Display) {
        if self.detail >= Detail::Lines {
            self.aside.line(&format!("< {reason}"));
        }
    }

    /// A body, or one event of a stream.
    pub(crate) fn received(&self, body: &[u8]) {
        self.body('<', body);
    }

    fn headers(&self, direction: char, headers: &HeaderMap) {
        if self.detail < Detail::Wire {
            return;
        }
        for (name, value) in headers {
            self.aside
                .line(&format!("{direction} {name}: {}", shown(value)));
        }
    }

    fn body(&self, direction: char, body: &[u8]) {
        if self.detail < Detail::Wire || body.is_empty() {
            return;
        }
        // Cut in two, a secret would not be known any more.
        let body = String::from_utf8_lossy(body);
        let body = self.secrets().conceal(&body).into_owned().into_bytes();
        let start = body.get(..LONGEST_BODY).unwrap_or(&body);
        for line in String::from_utf8_lossy(start).lines() {
            self.aside.line(&format!("{direction} {line}"));
        }
        let rest = body.len() - start.len();
        if rest > 0 {
            self.aside
                .line(&format!("{direction} … and {rest} bytes more"));
        }
    }
}

/// A header's value, unless it is marked as a secret.
fn shown(value: &HeaderValue) -> String {
    match value.is_sensitive() {
        true => "[secret]".to_owned(),
        false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
    }
}

/// The method in a request's body, and what it is about.
fn subject(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    let message = super::Message::read(text).ok();
    let method = message.and_then(|message| message.method().map(ToOwned::to_owned));
    method
        .map(|method| format!(" {method}"))
        .unwrap_or_default()
}
