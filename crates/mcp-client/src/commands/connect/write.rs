//! Writes a plan's file.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::Path;

use super::plan::{Plan, State};
use crate::clients::{ConnectError, Scope, read};
use crate::files::{self, NewFile};

/// Replaces the file as a whole, unless it has changed since it was read. A link stays a link.
pub(super) fn write(plan: &mut Plan) -> Result<(), ConnectError> {
    let not_written = |cause: io::Error| {
        let file = plan.file.clone();
        ConnectError::NotWritten { file, cause }
    };
    let made = match plan.scope {
        Scope::User => NewFile::Private,
        Scope::Project => NewFile::Shared,
    };
    let target = match plan.old {
        Some(_) => fs::canonicalize(&plan.file).map_err(not_written)?,
        None => plan.file.clone(),
    };
    if let Some(folder) = target.parent() {
        make(folder, made).map_err(not_written)?;
    }
    if read(&plan.file)? != plan.old {
        return Err(ConnectError::Contended(plan.file.clone()));
    }
    files::replace(&target, &plan.new, made).map_err(not_written)?;
    plan.state = State::Written;
    Ok(())
}

/// Makes the folders on the way. Those of a user are for nobody else.
fn make(folder: &Path, made: NewFile) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if made == NewFile::Private {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    #[cfg(not(unix))]
    let _ = made;
    builder.create(folder)
}
