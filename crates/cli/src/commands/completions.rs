//! `edulac completions SHELL`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;

pub(super) fn run(shell: Shell, printer: &Printer) -> Result<Status, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "edulac", &mut script);
    printer.write(|out| out.write_all(&script))?;
    Ok(Status::Done)
}
