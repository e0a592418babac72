//! `edulac search WORDS`: where something is.

use edulac_catalogue::{Hit, search};
use edulac_engine::Workspace;
use serde::Serialize;

use super::describe;
use crate::args::{Format, Search};
use crate::error::Error;
use crate::exit::Status;
use crate::page::Page;
use crate::printer::Printer;
use crate::words::counted;

/// What was found, for programs.
#[derive(Serialize)]
struct Found<'a> {
    release: &'a str,
    asked: &'a str,
    found: usize,
    hits: &'a [Hit],
}

pub(super) async fn run(
    workspace: &Workspace,
    args: &Search,
    printer: &Printer,
) -> Result<Status, Error> {
    let semantics = describe::meaning(workspace, args.at.release.as_deref()).await?;
    let asked = args.words.join(" ");
    let hits = search(&semantics, &asked);
    let shown = match args.limit {
        0 => hits.len(),
        limit => hits.len().min(limit),
    };
    match printer.format() {
        Format::Json => printer.json(&Found {
            release: &semantics.meaning.release,
            asked: &asked,
            found: hits.len(),
            hits: &hits[..shown],
        })?,
        Format::Text | Format::Csv if hits.is_empty() => {
            printer.result(&format!(
                "nothing in release {} has “{asked}”",
                semantics.meaning.release
            ))?;
            printer.hint("`edulac tables` lists all tables; `config/synonyms.yaml` holds the words that mean the same");
        }
        Format::Text | Format::Csv => {
            printer.result(&told(&hits[..shown], printer.results_width()))?;
            if shown < hits.len() {
                let rest = counted(hits.len() - shown, "more result");
                printer.hint(&format!(
                    "{rest}: `--limit 0` shows all, another word narrows them"
                ));
            }
            if let Some(hit) = hits
                .iter()
                .find(|hit| ["table", "column"].contains(&hit.kind.as_str()))
            {
                printer.hint(&format!("`edulac describe {}` says more", hit.name));
            }
        }
    }
    Ok(Status::Done)
}

fn told(hits: &[Hit], width: Option<usize>) -> String {
    let mut page = Page::new(width);
    for hit in hits {
        page.plain(&format!("{}  {}", hit.kind, hit.name));
        if hit.text != hit.name {
            page.line(&hit.text);
        }
        page.line(&format!("found: {}", why(hit)));
        if !hit.also.is_empty() {
            let tables = hit.also.iter().filter_map(|name| name.split_once('.'));
            let tables: Vec<&str> = tables.map(|(table, _)| table).collect();
            page.line(&format!("also in {}", tables.join(", ")));
        }
    }
    page.finish()
}

/// Each word with the place where it is, and the word that stands there for it.
fn why(hit: &Hit) -> String {
    let reasons = hit.because.iter().map(|reason| match reason.synonym {
        true => format!(
            "“{}” as “{}” in its {}",
            reason.asked, reason.found, reason.place
        ),
        false => format!("“{}” in its {}", reason.found, reason.place),
    });
    reasons.collect::<Vec<_>>().join(", ")
}
