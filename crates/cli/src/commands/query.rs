//! `edulac query SQL`.

use edulac_engine::Workspace;
use futures::TryStreamExt;

use crate::args::Query;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::show;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Query,
    printer: &Printer,
) -> Result<Status, Error> {
    let release = args.at.release.as_deref();
    let result = edulac_engine::query(workspace, &args.sql, release).await?;
    let batches = result
        .batches
        .map_err(|error| edulac_engine::Error::Query(error.into()));
    show::rows(printer, &result.schema, batches, args.limit).await?;
    Ok(Status::Done)
}
