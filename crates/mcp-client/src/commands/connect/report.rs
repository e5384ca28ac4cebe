//! What people and programs read of it.

use std::path::Path;

use serde::Serialize;
use similar::TextDiff;

use super::LeftOut;
use super::conceal::without_secrets;
use super::plan::{Plan, State};
use crate::cli::{ConnectArgs, Format};
use crate::clients::{Scope, Server, Syntax};
use crate::console::Console;
use crate::error::Error;
use crate::output::{Printer, printable};

pub(super) struct Report<'r, 'w> {
    args: &'r ConnectArgs,
    server: &'r Server,
    console: &'r Console,
    output: &'r mut Printer<'w>,
}

#[derive(Serialize)]
struct Document<'d> {
    clients: Vec<Entry<'d>>,
    left_out: Vec<Omission<'d>>,
}

#[derive(Serialize)]
struct Entry<'d> {
    client: &'d str,
    title: &'d str,
    scope: &'d str,
    file: String,
    /// `printed`, `unchanged`, `written` or `removed`.
    state: &'d str,
    format: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
    notes: Vec<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    unverified: &'d str,
}

#[derive(Serialize)]
struct Omission<'d> {
    client: &'d str,
    scope: &'d str,
    reason: &'d str,
}

impl<'r, 'w> Report<'r, 'w> {
    pub(super) fn new(
        args: &'r ConnectArgs,
        server: &'r Server,
        console: &'r Console,
        output: &'r mut Printer<'w>,
    ) -> Self {
        Self {
            args,
            server,
            console,
            output,
        }
    }

    /// Before a file is written: the difference, for people.
    pub(super) fn announce(&mut self, plan: &Plan) {
        if self.args.write && self.output.format() == Format::Text && plan.state == State::Pending {
            let diff = self.difference(plan);
            self.console.aside.line(diff.trim_end());
        }
    }

    pub(super) fn finish(&mut self, plans: &[Plan], left_out: &[LeftOut]) -> Result<(), Error> {
        if self.output.format() == Format::Json {
            let clients = plans.iter().map(|plan| self.entry(plan)).collect();
            let left_out = left_out.iter().map(|out| Omission {
                client: out.client.id,
                scope: out.scope.name(),
                reason: out.reason,
            });
            return self.output.document(&Document {
                clients,
                left_out: left_out.collect(),
            });
        }
        let blocks: Vec<_> = plans.iter().map(|plan| self.block(plan)).collect();
        let between = if self.shows_entries() { "\n" } else { "" };
        let text = self.output.without_keys(&blocks.join(between));
        self.output.text(&printable(&text))?;
        for plan in plans {
            for note in self.notes(plan) {
                let note = format!("{}: {note}", plan.client.title);
                self.console.remark(&note);
            }
        }
        for line in omissions(left_out) {
            self.console.remark(&line);
        }
        if plans.is_empty() {
            self.console
                .remark("no client is here: name one, as `mcp-client connect --help` lists them");
        }
        Ok(())
    }

    fn shows_entries(&self) -> bool {
        !self.args.write
    }

    fn block(&self, plan: &Plan) -> String {
        let (client, file) = (plan.client.title, plan.file.display());
        let heading = format!("{client}, {}: {file}\n", plan.scope.name());
        match (plan.state, self.args.remove) {
            (State::Written, true) => format!("{client}: removed from {file}\n"),
            (State::Written, false) => format!("{client}: written to {file}\n"),
            (_, true) if plan.state == State::Unchanged => {
                format!(
                    "{client}: nothing to change, {file} has no `{}`\n",
                    self.server.name
                )
            }
            (_, true) => heading + &self.difference(plan),
            (State::Unchanged, false) if self.args.write => {
                format!("{client}: nothing to change in {file}\n")
            }
            (_, false) => {
                let link = plan.link.as_ref();
                let link = link.map(|link| format!("install link: {link}\n"));
                heading + &plan.entry + &link.unwrap_or_default()
            }
        }
    }

    fn entry<'d>(&self, plan: &'d Plan) -> Entry<'d> {
        let printed = self.shows_entries() && !self.args.remove;
        let changes = plan.state != State::Unchanged && (self.args.write || self.args.remove);
        Entry {
            client: plan.client.id,
            title: plan.client.title,
            scope: plan.scope.name(),
            file: plan.file.display().to_string(),
            state: match (plan.state, self.args.remove) {
                (State::Written, true) => "removed",
                (State::Written, false) => "written",
                (State::Unchanged, _) if !printed => "unchanged",
                _ => "printed",
            },
            format: match plan.client.syntax {
                Syntax::Json => "json",
                Syntax::Toml => "toml",
                Syntax::Yaml => "yaml",
            },
            entry: printed.then_some(plan.entry.as_str()),
            link: plan.link.as_deref(),
            diff: changes.then(|| self.difference(plan)),
            notes: self.notes(plan),
            unverified: plan.client.unverified,
        }
    }

    /// What a user still has to know or do.
    fn notes(&self, plan: &Plan) -> Vec<String> {
        if self.args.remove {
            return Vec::new();
        }
        let mut notes = vec![plan.client.note.to_owned()];
        if self.server.needs_key_file(plan.client, plan.scope)
            && let (Some(file), Some(variable)) = (&self.server.key_file, &self.server.variable)
        {
            notes.push(key_file(file, variable));
        }
        if plan.scope == Scope::Project && plan.client.form == crate::clients::Form::Proxy {
            notes.push(
                "a project's file names no file of yours: the client must be started with the variable"
                    .to_owned(),
            );
        }
        if plan.file.is_symlink() {
            notes.push(format!(
                "{} is a link: what it points to changes",
                plan.file.display()
            ));
        }
        if !plan.client.unverified.is_empty() {
            notes.push(format!("unverified: {}", plan.client.unverified));
        }
        notes
    }

    fn difference(&self, plan: &Plan) -> String {
        let old = plan.old.as_deref().unwrap_or_default();
        let file = plan.file.display().to_string();
        let before = if plan.old.is_some() {
            &file
        } else {
            "/dev/null"
        };
        let diff = TextDiff::from_lines(old, &plan.new);
        let diff = diff.unified_diff().header(before, &file).to_string();
        let new = plan.client.syntax.parse(&plan.new);
        let documents: Vec<_> = std::iter::once(&plan.document)
            .chain(new.as_ref())
            .collect();
        let diff = without_secrets(&diff, &documents);
        printable(&self.output.without_keys(&diff))
    }
}

/// A line for each reason.
fn omissions(left_out: &[LeftOut]) -> Vec<String> {
    let mut lines: Vec<(Scope, &str, String)> = Vec::new();
    for LeftOut {
        client,
        scope,
        reason,
    } in left_out
    {
        match lines
            .iter_mut()
            .find(|line| line.0 == *scope && line.1 == *reason)
        {
            Some((_, _, clients)) => clients.extend([", ", client.id]),
            None => lines.push((*scope, reason, client.id.to_owned())),
        }
    }
    let line = |(scope, reason, clients): (Scope, &str, String)| {
        format!("left out, {}: {clients}: {reason}", scope.name())
    };
    lines.into_iter().map(line).collect()
}

/// How to put the key where the proxy reads it.
fn key_file(file: &Path, variable: &str) -> String {
    let quoted = |path: &Path| {
        let path = path.display().to_string();
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        match path.chars().all(plain) {
            true => path,
            false => format!("'{}'", path.replace('\'', r"'\''")),
        }
    };
    let folder = file.parent().unwrap_or(file);
    format!(
        "it passes no variable on, so the key comes from a file that you make: (umask 077; mkdir -p {}; printenv {variable} > {})",
        quoted(folder),
        quoted(file)
    )
}
