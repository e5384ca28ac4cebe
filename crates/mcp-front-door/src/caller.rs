//! Who is calling: the API key that the authorizer accepted, and the tools it may use.

use std::collections::BTreeSet;
use std::sync::Arc;

use rmcp::handler::server::common::{AsRequestContext, FromContextPart};
use rmcp::model::Extensions;
use rmcp::{ErrorData, RoleServer};

/// The caller of a request, as far as it is known and verified.
///
/// A tool asks for it by taking it as an argument, next to its parameters. Where nobody checks keys, every caller is
/// [anonymous](Self::anonymous) and may use every tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    key_id: Option<Arc<str>>,
    tools: Option<Arc<BTreeSet<String>>>,
}

impl Caller {
    /// A caller that nobody vouched for.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The holder of the key `key_id`, limited to `tools` if there is a list.
    #[must_use]
    pub fn with_key(key_id: &str, tools: Option<BTreeSet<String>>) -> Self {
        Self {
            key_id: Some(key_id.into()),
            tools: tools.map(Arc::new),
        }
    }

    /// The id of the caller's API key: a name, not a secret.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Whether the caller may see and call the tool `name`.
    #[must_use]
    pub fn may_call(&self, name: &str) -> bool {
        self.tools.as_ref().is_none_or(|tools| tools.contains(name))
    }

    /// Whether the caller sees other tools than others do.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.tools.is_some()
    }

    /// The caller of the request with these extensions; anonymous when no front door put one there.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        extensions
            .get::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Self>())
            .cloned()
            .unwrap_or_default()
    }
}

impl<C> FromContextPart<C> for Caller
where
    C: AsRequestContext,
{
    fn from_context_part(context: &mut C) -> Result<Self, ErrorData> {
        let context: &rmcp::service::RequestContext<RoleServer> = context.as_request_context();
        Ok(Self::of(&context.extensions))
    }
}
