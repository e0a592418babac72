//! `edulac`: arguments, printing and exit codes. What is done stands in the other crates.

mod accept;
mod args;
mod commands;
mod error;
mod exit;
mod findings;
mod help;
mod interrupt;
mod logs;
mod match_report;
mod next;
mod page;
mod printer;
mod progress;
mod rows;
mod show;
mod summary;
mod table;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => usage.exit(),
    };
    let printer = Printer::new(&cli.global);
    logs::start(&cli.global, &printer);
    let outcome = std::panic::catch_unwind(|| run(&cli, &printer));
    ExitCode::from(exit::conclude(outcome, &printer))
}

/// Runs the command until its end or an interruption.
fn run(cli: &Cli, printer: &Printer) -> Result<Status, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    let resumes = matches!(
        cli.command,
        args::Command::Run(_) | args::Command::Mirror(_)
    );
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = commands::dispatch(&cli.global, &cli.command, printer) => outcome,
            () = interrupt::wait() => Err(Error::Interrupted { resumes }),
        }
    });
    // A download that is being waited for must not hold the exit back.
    runtime.shutdown_background();
    outcome
}
