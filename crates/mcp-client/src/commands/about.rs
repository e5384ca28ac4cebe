//! `completions` and `man`: what clap's own crates make of the command line.

use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli::Cli;
use crate::error::Error;
use crate::output::Printer;

/// A page is read on terminals of 80 columns, and is indented.
const PAGE_COLUMNS: usize = 73;

pub(crate) fn completions(shell: Shell, output: &mut Printer<'_>) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::definition(), "mcp-client", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash {
        // clap_complete 4.6 spells a program's hyphen in two ways, so that nothing below the first command was found.
        script = script.replace("mcp__subcmd__client", "mcp__client");
    }
    output.text(&script)
}

/// One page with every command.
pub(crate) fn man(output: &mut Printer<'_>) -> Result<(), Error> {
    let program = Cli::definition();
    let man = Man::new(program.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)
        .and_then(|()| man.render_name_section(&mut page))
        .and_then(|()| man.render_synopsis_section(&mut page))
        .and_then(|()| man.render_description_section(&mut page))
        .and_then(|()| man.render_options_section(&mut page))
        .map_err(Error::Output)?;
    let mut rest = Roff::new();
    rest.control("SH", ["COMMANDS"]);
    commands(&program, "mcp\\-client", &mut rest);
    if let Some(help) = program.get_after_help() {
        rest.control("SH", ["ENVIRONMENT, EXIT CODES, EXAMPLES"]);
        verbatim(&help.to_string(), &mut rest);
    }
    rest.to_writer(&mut page).map_err(Error::Output)?;
    output.text(&String::from_utf8_lossy(&page))
}

/// The help of every command, without the options that all have.
fn commands(parent: &clap::Command, path: &str, page: &mut Roff) {
    for command in parent.get_subcommands() {
        if command.get_name() == "help" {
            continue;
        }
        let path = format!("{path} {}", command.get_name());
        let group = command.has_subcommands();
        let more = command.get_after_help();
        if !group || more.is_some() {
            page.control("SS", [path.as_str()]);
        }
        if !group {
            verbatim(&options(command), page);
        }
        if let Some(more) = more {
            // As it is written: examples are there to be copied.
            verbatim(&format!("\n{more}"), page);
        }
        commands(command, &path, page);
    }
}

/// What is there for this command alone.
fn options(command: &clap::Command) -> String {
    let mut command = command
        .clone()
        .mut_args(|arg| match arg.get_help_heading() {
            Some("Global options") => arg.hide(true),
            _ if arg.get_id() == "help" => arg.hide(true),
            _ => arg,
        })
        .after_help(None::<&str>)
        .term_width(PAGE_COLUMNS);
    command.render_help().to_string()
}

/// Text whose lines stay as they are.
fn verbatim(text: &str, page: &mut Roff) {
    page.control("nf", []);
    for line in text.lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
}
