//! A match report for people.

use std::fmt::Write;
use std::path::Path;

use edulac_join::{InputReport, LevelReport, PairReport, Report, SideReport};

use crate::words::counted;

/// Most reasons of a side, and most notices, that people are shown; JSON has them all.
const SHOWN: usize = 8;

/// The report as text; `to` and `unmatched` are the files that were written.
pub(crate) fn text(report: &Report, to: Option<&Path>, unmatched: Option<&Path>) -> String {
    let mut out = String::new();
    for input in &report.inputs {
        of_input(&mut out, input);
    }
    for pair in &report.pairs {
        of_pair(&mut out, pair);
    }
    if let Some(level) = &report.level {
        of_level(&mut out, level);
    }
    let rows = counted(usize::try_from(report.rows).unwrap_or(usize::MAX), "row");
    out.push('\n');
    match to {
        Some(file) => line(
            &mut out,
            &format!("{rows} of release {} in {}", report.release, file.display()),
        ),
        None => line(&mut out, &format!("{rows} of release {}", report.release)),
    }
    if let Some(file) = unmatched {
        line(
            &mut out,
            &format!("rows without match in {}", file.display()),
        );
    }
    for notice in &report.despite {
        line(
            &mut out,
            &format!("despite the notice {}: {}", notice.id, notice.text),
        );
    }
    for notice in report.notices.iter().take(SHOWN) {
        line(&mut out, &format!("notice {}: {}", notice.id, notice.text));
    }
    if report.notices.len() > SHOWN {
        let more = report.notices.len() - SHOWN;
        line(
            &mut out,
            &format!("… {more} more notices: `--format json` shows all"),
        );
    }
    line(&mut out, &report.citation);
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn of_input(out: &mut String, input: &InputReport) {
    let of = match input.rows == input.all_rows {
        true => String::new(),
        false => format!(" of {}", input.all_rows),
    };
    let _ = writeln!(out, "{}: {}{of} rows", input.input, input.rows);
    for text in input.evidence.iter().chain(&input.notes) {
        let _ = writeln!(out, "  {text}");
    }
}

fn of_pair(out: &mut String, pair: &PairReport) {
    let keys: Vec<String> = pair
        .keys
        .iter()
        .map(|key| format!("{} ({} = {})", key.kind, key.left, key.right))
        .collect();
    let _ = writeln!(
        out,
        "\n{} with {}, by {}",
        pair.left,
        pair.right,
        keys.join(" and ")
    );
    for note in &pair.notes {
        let _ = writeln!(out, "  {note}");
    }
    of_side(out, &pair.left, &pair.right, &pair.of_left);
    of_side(out, &pair.right, &pair.left, &pair.of_right);
    for without in &pair.without_value {
        let _ = writeln!(
            out,
            "  {} matched rows without value: `{}` says `{}`",
            without.rows, without.column, without.says
        );
    }
    if pair.shared > 0 {
        let _ = writeln!(
            out,
            "  {} rows of `{}` share a row of `{}` with another: do not sum its measures over them",
            pair.shared, pair.left, pair.right
        );
    }
}

fn of_side(out: &mut String, of: &str, other: &str, side: &SideReport) {
    let _ = writeln!(
        out,
        "  {of}: {} read, {} matched, {} without a row of {other}",
        side.read, side.matched, side.unmatched
    );
    for reason in side.reasons.iter().take(SHOWN) {
        let detail = reason.detail.as_ref().map(|detail| format!(" ({detail})"));
        let example = reason
            .example
            .as_ref()
            .map(|example| format!(", as {example}"));
        let _ = writeln!(
            out,
            "    {:>6}  {}{}{}",
            reason.rows,
            reason.reason,
            detail.unwrap_or_default(),
            example.unwrap_or_default()
        );
    }
    let more: u64 = side
        .reasons
        .iter()
        .skip(SHOWN)
        .map(|reason| reason.rows)
        .sum();
    if more > 0 {
        let _ = writeln!(
            out,
            "    {more:>6}  other reasons: `--format json` shows all"
        );
    }
}

fn of_level(out: &mut String, level: &LevelReport) {
    let _ = writeln!(out, "\nby {}", level.level);
    for input in &level.inputs {
        let _ = writeln!(
            out,
            "  {}: {} rows, {} of them without a known territory, by {}",
            input.name, input.rows, input.unknown, input.by
        );
        for measure in &input.measures {
            let _ = writeln!(out, "    {measure}");
        }
        for left_out in &input.left_out {
            let _ = writeln!(out, "    left out, {left_out}");
        }
    }
    let _ = writeln!(
        out,
        "  {} small cells: {} (`petit_effectif`)",
        level.small_cells, level.small
    );
}
