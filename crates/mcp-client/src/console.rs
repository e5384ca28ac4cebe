//! What a command may do beside its result: say something, ask somebody, be interrupted.

use tokio_util::sync::CancellationToken;

use crate::http::trace::{Detail, Trace};
use crate::output::{Aside, hanging};

/// The user, as whatever runs meanwhile sees them. The default is nobody.
#[derive(Debug, Clone, Default)]
pub(crate) struct Console {
    pub(crate) aside: Aside,
    /// How much is said of each exchange.
    pub(crate) detail: Detail,
    /// Whether a remark is in place: not where standard error is one document.
    pub(crate) remarks: bool,
    /// Whether somebody sits at a terminal who can be asked.
    pub(crate) interactive: bool,
    /// Whether the user wants to stop.
    pub(crate) interrupt: CancellationToken,
}

impl Console {
    pub(crate) fn trace(&self) -> Trace {
        Trace::new(self.detail, self.aside.clone())
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.detail > Detail::Nothing
    }

    /// Says something that a user should know, but need not act on.
    pub(crate) fn remark(&self, text: &str) {
        if self.remarks {
            self.aside.line(&format!("note: {}", hanging(text)));
        }
    }

    /// Says something if the user wants to know more.
    pub(crate) fn detail(&self, text: &str) {
        if self.is_verbose() {
            self.aside.line(&format!("* {}", hanging(text)));
        }
    }
}
