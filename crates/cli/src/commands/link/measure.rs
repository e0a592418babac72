//! What labels measured, for people.

use edulac_engine::LinkMeasure;

use super::{add, share, shares};
use crate::table::{Align, Table};

pub(super) fn text(measure: &LinkMeasure) -> String {
    let mut out = format!(
        "measured on labels of release {}: {} vrai, {} faux, {} indecidable (left out), {} not looked at\n\n",
        measure.release, measure.vrai, measure.faux, measure.indecidable, measure.blank
    );
    let mut table = shares("accepted links that are true");
    for part in &measure.by_method {
        add(
            &mut table,
            &format!("{} ({} links)", part.name, part.links),
            &part.share,
        );
    }
    add(&mut table, "all, weighted by strata", &measure.precision);
    out += &table.render();
    out.push('\n');
    let mut table = shares("links that are true, by status");
    for part in &measure.by_status {
        add(
            &mut table,
            &format!("{} ({} links)", part.name, part.links),
            &part.share,
        );
    }
    out += &table.render();
    out.push('\n');
    let mut table = Table::new([
        ("score", Align::Left),
        ("mean", Align::Right),
        ("% true", Align::Right),
        ("95 % interval", Align::Left),
        ("cases", Align::Right),
    ]);
    for bin in &measure.calibration {
        let mean = bin
            .score
            .map_or_else(|| "-".to_owned(), |mean| format!("{mean:.2}"));
        let range = format!("{:.1} to {:.1}", bin.from, bin.to);
        table.row([range, mean].into_iter().chain(share(&bin.share)));
    }
    out += &table.render();
    if measure.accepted_unseen > 0 {
        out += &format!(
            "\n{} accepted links are of strata without any label: the precision says nothing of them\n",
            measure.accepted_unseen
        );
    }
    out
}
