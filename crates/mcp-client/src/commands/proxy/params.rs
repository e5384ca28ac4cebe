//! Members of JSON objects, as they were written.

use serde_json::value::RawValue;

use crate::members::Members;

/// The member of that name, if `object` is one that has it.
pub(super) fn member(object: Option<&RawValue>, name: &str) -> Option<Box<RawValue>> {
    let members: Members = serde_json::from_str(object?.get()).ok()?;
    members.get(name).map(ToOwned::to_owned)
}

/// The member of that name, if it is text.
pub(super) fn text(object: Option<&RawValue>, name: &str) -> Option<String> {
    serde_json::from_str(member(object, name)?.get()).ok()
}
