//! `completions` and `man`: what clap's own crates make of the command line.

use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Error;
use crate::output::Printer;

pub(crate) fn completions(shell: Shell, output: &mut Printer<'_>) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::definition(), "mcp-client", &mut script);
    output.text(&String::from_utf8_lossy(&script))
}

/// One page with every command.
pub(crate) fn man(output: &mut Printer<'_>) -> Result<(), Error> {
    let mut page = Vec::new();
    let command = Cli::definition().flatten_help(true);
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(Error::Output)?;
    output.text(&String::from_utf8_lossy(&page))
}
