//! `edulac run --frozen --release`: a release made again from the archive and compared.

use std::sync::Arc;

use edulac_engine::{FileFate, Rebuilt, RebuiltTable, Workspace};
use edulac_model::ErrorClass;
use indicatif::HumanBytes;

use crate::args::Format;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::table::{Align, Table};
use crate::words::counted;

/// The newest release.
const LATEST: &str = "latest";

/// Differing files of a table that are shown; `--format json` has all.
const FILES_SHOWN: usize = 6;

pub(super) async fn run(
    workspace: &Workspace,
    release: &str,
    printer: &Printer,
) -> Result<Status, Error> {
    let id = Some(release).filter(|id| *id != LATEST);
    let progress = Arc::new(Progress::new(printer.bars()));
    let rebuilt = edulac_engine::rebuild(workspace, id, Arc::clone(&progress) as Arc<_>).await;
    progress.finish();
    let rebuilt = rebuilt?;
    match printer.format() {
        Format::Json => printer.json(&rebuilt)?,
        Format::Text | Format::Csv => printer.result(&text(&rebuilt))?,
    }
    Ok(match rebuilt.identical {
        true => Status::Done,
        false => Status::Wanting(ErrorClass::Data),
    })
}

fn text(rebuilt: &Rebuilt) -> String {
    let Rebuilt {
        release, tables, ..
    } = rebuilt;
    let different: Vec<&RebuiltTable> = tables.iter().filter(|table| !table.identical).collect();
    let same = tables.iter().filter(|table| table.identical);
    let (mut files, mut bytes) = (0, 0);
    for table in same.clone() {
        files += table.files;
        bytes += table.bytes;
    }
    let mut text = format!(
        "release {release}: {} of {} made again from the archive, {} ({}) byte for byte the same\n",
        same.count(),
        counted(tables.len(), "table"),
        counted(files, "file"),
        HumanBytes(bytes)
    );
    let runs = match rebuilt.runs.as_slice() {
        [] => String::new(),
        runs => format!(" of {}", runs.join(", ")),
    };
    text += &format!("  read: {}{runs}\n", counted(rebuilt.extracts, "extract"));
    for input in &rebuilt.from_lake {
        text += &format!(
            "  read as release {} has it: {}\n",
            input.release, input.table
        );
    }
    for table in different {
        text += &differs(table);
    }
    text
}

/// Why a table differs, and its files.
fn differs(table: &RebuiltTable) -> String {
    let RebuiltTable {
        table,
        differing,
        why,
        ..
    } = table;
    let why: Vec<String> = why.iter().map(ToString::to_string).collect();
    let verb = match differing.is_empty() {
        true => "cannot be made again",
        false => "differs",
    };
    let mut text = format!("{table} {verb}: {}\n", why.join("; "));
    let mut files = Table::new([("  file", Align::Left), ("what", Align::Left)]);
    for file in differing.iter().take(FILES_SHOWN) {
        let what = match file.fate {
            FileFate::NotMade => "not made again",
            FileFate::Altered => "made with other bytes",
            FileFate::New => "made, and not of the release",
        };
        files.row([format!("  {}", file.path), what.to_owned()]);
    }
    if files.len() > 0 {
        text += &files.render();
    }
    if let Some(more @ 1..) = differing.len().checked_sub(FILES_SHOWN) {
        text += &format!("  … and {} more\n", counted(more, "file"));
    }
    text
}
