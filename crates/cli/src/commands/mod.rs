//! One module for each command.

pub(crate) mod bench;
mod catalogue;
mod check;
mod completions;
mod contract;
mod describe;
mod diff;
mod explain;
mod export;
mod extracts;
mod history;
mod join;
mod lineage;
mod link;
mod mirror;
mod plan;
mod query;
mod rebuild;
mod rejects;
mod release;
mod run;
mod sample;
mod schema;
mod search;
mod site;
mod tables;
mod test;
mod vacuum;
mod validate;
mod verify;
mod watch;

use edulac_engine::Workspace;

use crate::args::{Command, ContractCommand, Format, Global, LinkCommand, ReleaseCommand};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;

/// Does what the command says.
pub(crate) async fn dispatch(
    global: &Global,
    command: &Command,
    printer: &Printer,
) -> Result<Status, Error> {
    let shows_rows = matches!(
        command,
        Command::Query(_) | Command::Join(_) | Command::Rejects(_) | Command::Diff(_)
    );
    if global.format == Format::Csv && !shows_rows {
        return Err(Error::CsvWithoutRows);
    }
    match command {
        Command::Validate => validate::run(global, printer),
        Command::Contract(ContractCommand::Lint { paths }) => {
            contract::lint(global, paths, printer)
        }
        Command::Contract(ContractCommand::Diff(at)) => {
            contract::diff(&load(global)?, at, printer).await
        }
        Command::Schema { check } => schema::run(global, *check, printer),
        Command::Catalogue => catalogue::run(&load(global)?, printer).await,
        Command::Site(args) => Box::pin(site::run(&load(global)?, args, printer)).await,
        Command::Check { files } => check::run(files, printer),
        Command::Sample(args) => sample::run(args, printer).await,
        Command::Bench(args) => bench::run(global, args, printer),
        Command::Completions { shell } => completions::run(*shell, printer),
        Command::Plan { pipelines } => plan::run(&load(global)?, pipelines, printer).await,
        Command::Watch { pipelines } => watch::run(&load(global)?, pipelines, printer).await,
        Command::Test { pipelines } => test::run(&load(global)?, pipelines, printer).await,
        Command::Run(args) => {
            Box::pin(run::run(&load(global)?, &global.profile, args, printer)).await
        }
        Command::Tables(at) => tables::run(&load(global)?, at, printer).await,
        Command::History { table } => history::run(&load(global)?, table, printer).await,
        Command::Diff(args) => diff::run(&load(global)?, args, printer).await,
        Command::Release(ReleaseCommand::List) => release::list(&load(global)?, printer).await,
        Command::Release(ReleaseCommand::Show { id }) => {
            release::show(&load(global)?, id.as_deref(), printer).await
        }
        Command::Release(ReleaseCommand::Verify(args)) => {
            verify::run(&load(global)?, args, printer).await
        }
        Command::Release(ReleaseCommand::Hold(args)) => {
            release::hold(&load(global)?, args, printer).await
        }
        Command::Vacuum(args) => vacuum::run(&load(global)?, args, printer).await,
        Command::Release(ReleaseCommand::Notes { id }) => {
            release::notes(&load(global)?, id.as_deref(), printer).await
        }
        Command::Release(ReleaseCommand::Paper { id }) => {
            release::paper(&load(global)?, id.as_deref(), printer).await
        }
        Command::Release(ReleaseCommand::Withdraw { id, reason }) => {
            release::withdraw(&load(global)?, id, reason, printer).await
        }
        Command::Query(args) => query::run(&load(global)?, args, printer).await,
        Command::Export(args) => export::run(&load(global)?, args, printer).await,
        Command::Join(args) => join::run(&load(global)?, args, printer).await,
        Command::Extracts(args) => extracts::run(&load(global)?, args, printer).await,
        Command::Mirror(args) => mirror::run(global, args, printer).await,
        Command::Describe(args) => describe::run(&load(global)?, args, printer).await,
        Command::Search(args) => search::run(&load(global)?, args, printer).await,
        Command::Explain(args) => explain::run(&load(global)?, args, printer).await,
        Command::Link(LinkCommand::Report(args)) => {
            link::report(&load(global)?, args, printer).await
        }
        Command::Link(LinkCommand::Review(args)) => {
            link::review(&load(global)?, args, printer).await
        }
        Command::Lineage { of } => lineage::run(&load(global)?, of, printer),
        Command::Rejects(args) => rejects::run(&load(global)?, args, printer).await,
    }
}

/// The project, checked.
fn load(global: &Global) -> Result<Workspace, Error> {
    Workspace::load(&global.root, &global.profile, &global.sets).map_err(Error::Findings)
}
