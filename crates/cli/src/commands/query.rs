//! `edulac query SQL`.

use edulac_engine::Workspace;
use edulac_export::About;
use futures::TryStreamExt;

use crate::args::Query;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::show;
use crate::words::counted;

/// Notices told under the rows: more would not be read.
const NOTICES: usize = 4;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Query,
    printer: &Printer,
) -> Result<Status, Error> {
    let release = args.at.release.as_deref();
    let asked = edulac_engine::explained_query(workspace, &args.sql, release);
    let (result, about) = Box::pin(asked).await?;
    let batches = result
        .batches
        .map_err(|error| edulac_engine::Error::Query(error.into()));
    show::rows(printer, &result.schema, batches, args.limit).await?;
    footer(printer, &about);
    Ok(Status::Done)
}

/// What is to be known of the rows, on stderr: rows go on through pipes alone. A query that reads no table has no more to say.
fn footer(printer: &Printer, about: &About) {
    if about.sources.is_empty() && about.notices.is_empty() {
        return;
    }
    for notice in about.notices.iter().take(NOTICES) {
        printer.notice(&notice.id, &notice.text);
    }
    if about.notices.len() > NOTICES {
        let more = counted(about.notices.len() - NOTICES, "more notice");
        printer.hint(&format!(
            "{more}: `edulac describe` of the table tells them all"
        ));
    }
    printer.cite(&about.citation);
}
