//! `edulac mirror`: a copy of a lake.

use edulac_engine::MirrorRequest;
use edulac_lake::Mirrored;
use indicatif::HumanBytes;

use crate::args::{DEFAULT_PROFILE, Format, Global, Mirror};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;

pub(super) async fn run(
    global: &Global,
    args: &Mirror,
    printer: &Printer,
) -> Result<Status, Error> {
    let request = MirrorRequest {
        source: &args.source,
        source_profile: args.source_profile.as_deref(),
        mirror: &args.mirror,
        academies: &args.academies,
        tables: &args.tables,
        release: args.release.as_deref(),
    };
    let is_given = global.profile != DEFAULT_PROFILE;
    let copied = edulac_engine::mirror(&global.root, &global.profile, is_given, &request);
    let copied = Box::pin(copied).await?;
    match printer.format() {
        Format::Json => printer.json(&copied)?,
        Format::Text | Format::Csv => printer.result(&text(&copied, &args.mirror))?,
    }
    Ok(Status::Done)
}

fn text(copied: &Mirrored, place: &str) -> String {
    let mut text = match copied.published {
        true => format!("published release {} in {place}", copied.release),
        false => format!("nothing to do: release {} is in {place}", copied.release),
    };
    if copied.mirror_of.release != copied.release {
        text += &format!(", a copy of {}", copied.mirror_of.release);
    }
    text += &format!("\n  {} tables", copied.tables);
    for (what, of) in copied
        .subset
        .iter()
        .flat_map(|subset| [("académies", &subset.academies), ("tables", &subset.tables)])
    {
        if !of.is_empty() {
            text += &format!(", {what} {}", of.join(", "));
        }
    }
    if copied.published {
        text += &format!(
            "\n  {} files fetched ({}), {} here already",
            copied.fetched_files,
            HumanBytes(copied.fetched_bytes),
            copied.present_files
        );
        if copied.made_files > 0 {
            text += &format!(", {} made here", copied.made_files);
        }
    }
    if !copied.dropped_releases.is_empty() {
        text += &format!(
            "\n  taken away, as in the source: {}",
            copied.dropped_releases.join(", ")
        );
    }
    if copied.removed_files > 0 {
        text += &format!(
            "\n  {} files that no release needs any more taken away",
            copied.removed_files
        );
    }
    text + "\n"
}
