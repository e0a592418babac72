//! `edulac release verify`: everything that releases name, read.

use edulac_engine::Workspace;
use edulac_lake::{Damage, DamageProblem, Verified, Verifier};
use edulac_model::ErrorClass;
use indicatif::HumanBytes;

use super::tables;
use crate::args::{Format, ReleaseVerify};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};
use crate::words::counted;

/// Characters of a hash that are shown.
const DIGITS: usize = 12;

pub(super) async fn run(
    workspace: &Workspace,
    args: &ReleaseVerify,
    printer: &Printer,
) -> Result<Status, Error> {
    let lake = workspace.lake()?;
    let shown = &workspace.profile.lake;
    let entries = lake.releases().await?;
    let gone = lake.gone().await?;
    let entries = match (&args.id, args.all) {
        (_, true) => entries
            .into_iter()
            .filter(|entry| !gone.contains_key(&entry.id))
            .collect(),
        (Some(id), _) => match entries.iter().position(|entry| entry.id == *id) {
            Some(place) => {
                lake.check_there(id).await?;
                vec![entries[place].clone()]
            }
            // It says which there are.
            None => {
                tables::release(&lake, Some(id), shown).await?;
                Vec::new()
            }
        },
        (None, _) => entries.into_iter().next_back().into_iter().collect(),
    };
    if entries.is_empty() {
        return Err(Error::NoRelease {
            lake: shown.clone(),
        });
    }
    let mut verifier = Verifier::new(&lake);
    let mut found: Vec<Verified> = Vec::new();
    for entry in &entries {
        found.push(verifier.verify(entry).await?);
    }
    match printer.format() {
        Format::Json => printer.json(&found)?,
        Format::Text | Format::Csv => {
            let text: Vec<String> = found.iter().map(text).collect();
            printer.result(&text.concat())?;
        }
    }
    if found.iter().all(|verified| verified.damage.is_empty()) {
        return Ok(Status::Done);
    }
    printer.hint(
        "put back each of these files from a mirror or a backup of the lake, at the same path, then verify again; their \
         names and hashes are in `files.txt` of the release",
    );
    Ok(Status::Wanting(ErrorClass::Data))
}

fn text(verified: &Verified) -> String {
    let Verified {
        release,
        files,
        bytes,
        damage,
    } = verified;
    let files = counted(usize::try_from(*files).unwrap_or(usize::MAX), "file");
    let read = HumanBytes(*bytes);
    if damage.is_empty() {
        return format!("release {release}: whole ({files}, {read})\n");
    }
    let mut table = Table::new([("  file", Align::Left), ("what", Align::Left)]);
    for Damage { path, problem, .. } in damage {
        table.row([format!("  {path}"), what(problem)]);
    }
    format!(
        "release {release}: {} damaged of {files}\n{}",
        damage.len(),
        table.render()
    )
}

fn what(problem: &DamageProblem) -> String {
    let short = |hash: &str| hash.chars().take(DIGITS).collect::<String>();
    match problem {
        DamageProblem::Missing => "missing".to_owned(),
        DamageProblem::Truncated { expected, found } => {
            format!("truncated: {found} of {expected} bytes")
        }
        DamageProblem::Altered { expected, found } => format!(
            "altered: its SHA-256 is {}…, not {}…",
            short(found),
            short(expected)
        ),
        DamageProblem::Unreadable { reason } => format!("unreadable: {reason}"),
    }
}
