//! `edulac link`: how good the links between establishments and buildings are.

mod measure;
mod report;

use edulac_engine::{LinkReview as Review, ReviewOptions, Share, Workspace};

use crate::args::{Format, LinkReport, LinkReview};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};
use crate::words::counted;

pub(super) async fn report(
    workspace: &Workspace,
    args: &LinkReport,
    printer: &Printer,
) -> Result<Status, Error> {
    let release = args.at.release.as_deref();
    let truth = args.truth.as_deref();
    let report = Box::pin(edulac_engine::link_report(workspace, release, truth)).await?;
    match printer.format() {
        Format::Json => printer.json(&report)?,
        Format::Text | Format::Csv => {
            printer.result(&report::text(&report, &workspace.profile.lake))?;
        }
    }
    Ok(Status::Done)
}

pub(super) async fn review(
    workspace: &Workspace,
    args: &LinkReview,
    printer: &Printer,
) -> Result<Status, Error> {
    if let Some(file) = &args.labels {
        let release = args.at.release.as_deref();
        let measure = Box::pin(edulac_engine::label_links(workspace, file, release)).await?;
        match printer.format() {
            Format::Json => printer.json(&measure)?,
            Format::Text | Format::Csv => printer.result(&measure::text(&measure))?,
        }
        return Ok(Status::Done);
    }
    let options = ReviewOptions {
        release: args.at.release.clone(),
        size: args.size,
        seed: args.seed.clone(),
        out: args.out.clone().unwrap_or_default(),
    };
    let review = Box::pin(edulac_engine::link_review(workspace, &options)).await?;
    match printer.format() {
        Format::Json => printer.json(&review)?,
        Format::Text | Format::Csv => printer.result(&drawn(&review))?,
    }
    if let Some(csv) = review.files.get(1) {
        printer.hint(&format!(
            "fill the column `verdict`, on the page or in the CSV, then read it back with `edulac link review --labels {}`",
            csv.display()
        ));
    }
    Ok(Status::Done)
}

fn drawn(review: &Review) -> String {
    let mut table = Table::new([
        ("method", Align::Left),
        ("status", Align::Left),
        ("position", Align::Left),
        ("links", Align::Right),
        ("drawn", Align::Right),
    ]);
    for drawn in &review.strata {
        let stratum = &drawn.stratum;
        table.row([
            stratum.methode.clone(),
            stratum.statut.clone(),
            stratum
                .position_qualite
                .clone()
                .unwrap_or_else(|| "-".to_owned()),
            stratum.links.to_string(),
            drawn.drawn.to_string(),
        ]);
    }
    let mut out = table.render();
    out += &format!(
        "\n{} of release {}, drawn from the seed `{}`\n",
        counted(review.links as usize, "link"),
        review.release,
        review.seed
    );
    for file in &review.files {
        out += &format!("{}\n", file.display());
    }
    out
}

/// `97.5 %  [93.1, 99.2]  78/80`: the share, its interval, what it was seen on.
fn share(share: &Share) -> [String; 3] {
    let percent = |part: f64| format!("{:.1}", part * 100.0);
    let (of, shown) = (
        format!("{}/{}", share.good, share.of),
        share.share.map(percent),
    );
    let interval = match (share.low, share.high) {
        (Some(low), Some(high)) => format!("{} to {}", percent(low), percent(high)),
        _ => "-".to_owned(),
    };
    [shown.unwrap_or_else(|| "-".to_owned()), interval, of]
}

/// A table of shares, what they are of in its first column.
fn shares(title: &str) -> Table {
    Table::new([
        (title, Align::Left),
        ("%", Align::Right),
        ("95 % interval", Align::Left),
        ("cases", Align::Right),
    ])
}

/// Adds a line to a table of [`shares`].
fn add(table: &mut Table, name: &str, of: &Share) {
    table.row(std::iter::once(name.to_owned()).chain(share(of)));
}
