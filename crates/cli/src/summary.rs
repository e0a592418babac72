//! The record of a run as people read it.

use std::fmt::Write;

use edulac_engine::Concern;
use edulac_engine::record::{
    AbsentSource, FindingRecord, Outcome, RunRecord, SourceRecord, TableRecord, TableStatus,
};

use crate::table::{Align, Table};
use crate::words::counted;

/// The whole summary: sources, tables, what the contracts and guards say, how it ended.
pub(crate) fn text(record: &RunRecord, lake: &str) -> String {
    let mut out = heading(record);
    for part in [
        sources(record),
        tables(record),
        drifts(record) + &findings(record),
    ] {
        if !part.is_empty() {
            out.push('\n');
            out += &part;
        }
    }
    out.push('\n');
    out += &ending(record, lake);
    out
}

/// The summary of a run that changed nothing: numbers that nobody needs again are left out.
pub(crate) fn short_text(record: &RunRecord, lake: &str) -> String {
    if record.pipelines.is_empty() {
        return "nothing to do: no pipeline is due\n".to_owned();
    }
    let changed = record.sources.iter().filter(|source| !source.unchanged);
    let changed: Vec<&str> = changed.map(|source| source.source.as_str()).collect();
    let mut out = heading(record);
    out += &format!(
        "{} read, {} as before",
        counted(record.sources.len(), "source"),
        counted(record.tables.len(), "table")
    );
    if !changed.is_empty() {
        out += &format!(
            "; changed without effect on the tables: {}",
            changed.join(", ")
        );
    }
    out.push('\n');
    out += &drifts(record);
    out += &findings(record);
    out + &ending(record, lake)
}

fn heading(record: &RunRecord) -> String {
    format!(
        "run {}, profile {}: {}\n",
        record.run,
        record.profile,
        record.pipelines.join(", ")
    )
}

fn sources(record: &RunRecord) -> String {
    let counts = record
        .sources
        .iter()
        .map(|source| vec![source.records, source.unreadable, source.empty]);
    let names = record.sources.iter().map(|source| source.source.clone());
    let ends = record.sources.iter().map(extract);
    counted_rows(
        "source",
        &["records", "unreadable", "empty"],
        "content of",
        names.zip(counts).zip(ends),
    )
}

/// What has become of the sources: columns that came, went or changed, content that is too old, sources that could not
/// be had.
fn drifts(record: &RunRecord) -> String {
    let mut out = String::new();
    for source in &record.sources {
        for drift in &source.drift {
            let _ = writeln!(out, "drift: {} ({}): {drift}", source.source, source.place);
        }
        if let Some(allowed) = source.stale_after_days {
            let _ = writeln!(
                out,
                "stale: {} ({}): its content is of {}, {} days ago; {allowed} are allowed",
                source.source, source.place, source.as_of, source.age_days
            );
        }
    }
    out += &absent(record);
    out += &reuses(&record.reuses);
    for failure in &record.failures {
        let error = failure.error.replace('\n', "\n  ");
        let _ = writeln!(out, "failed: {error}");
    }
    out
}

/// Those who use what goes or changes, to be told by whoever publishes.
pub(crate) fn reuses(concerns: &[Concern]) -> String {
    let line = |concern: &Concern| {
        format!(
            "reuse: {} ({}) uses `{}`: {}\n",
            concern.title,
            concern.author,
            concern.table,
            concern.changes.join("; ")
        )
    };
    concerns.iter().map(line).collect()
}

/// Tables that are not there, each told once with the sources that stay without rows.
fn absent(record: &RunRecord) -> String {
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for AbsentSource {
        source,
        table,
        version,
    } in &record.absent
    {
        let why = match version {
            None => format!("`{table}` is not in the lake"),
            Some(version) => format!(
                "`{table}` of the last release stands under version {version} of its contract"
            ),
        };
        match told.iter_mut().find(|(other, _)| *other == why) {
            Some((_, sources)) => sources.push(source),
            None => told.push((why, vec![source])),
        }
    }
    told.iter()
        .map(|(why, sources)| format!("absent: {why}: no rows in {}\n", sources.join(", ")))
        .collect()
}

fn extract(source: &SourceRecord) -> String {
    let age = match source.age_days {
        0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    let unchanged = if source.unchanged { ", unchanged" } else { "" };
    format!("{} ({age}){unchanged}", source.as_of)
}

fn tables(record: &RunRecord) -> String {
    let counts = record.tables.iter().map(|row| {
        vec![
            row.read,
            row.accepted,
            row.rejected,
            row.added,
            row.removed,
            row.changed,
        ]
    });
    let names = record.tables.iter().map(|row| row.table.clone());
    let ends = record.tables.iter().map(|row| match row.version {
        Some(version) => format!("{}, version {version}", status(row)),
        None => status(row).to_owned(),
    });
    counted_rows(
        "table",
        &[
            "read", "accepted", "rejected", "added", "removed", "changed",
        ],
        "status",
        names.zip(counts).zip(ends),
    )
}

/// A table of counts between a name and a text. The first count always shows, others when one of them is not zero.
fn counted_rows(
    name: &str,
    counts: &[&str],
    end: &str,
    rows: impl Iterator<Item = ((String, Vec<u64>), String)>,
) -> String {
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    let is_shown = |at: usize| {
        at == 0
            || rows
                .iter()
                .any(|((_, counts), _)| counts.get(at).is_some_and(|count| *count > 0))
    };
    let shown: Vec<usize> = (0..counts.len()).filter(|at| is_shown(*at)).collect();
    let titles = shown.iter().filter_map(|at| counts.get(*at));
    let columns = std::iter::once((name, Align::Left))
        .chain(titles.map(|title| (*title, Align::Right)))
        .chain([(end, Align::Left)]);
    let mut table = Table::new(columns);
    for ((name, counts), end) in &rows {
        let counts = shown.iter().filter_map(|at| counts.get(*at));
        let cells = std::iter::once(name.clone()).chain(counts.map(u64::to_string));
        table.row(cells.chain([end.clone()]));
    }
    table.render()
}

fn status(table: &TableRecord) -> &'static str {
    match table.status {
        TableStatus::Published => "published",
        TableStatus::Unchanged => "unchanged",
        TableStatus::Held => "held",
    }
}

/// What holds tables back first, then what is only to be known. What is the same of several tables is told once.
fn findings(record: &RunRecord) -> String {
    let mut out = String::new();
    for (blocking, word) in [(true, "held"), (false, "note")] {
        let mut told: Vec<(&FindingRecord, Vec<&str>)> = Vec::new();
        for table in &record.tables {
            let findings = table.findings.iter();
            // A failure is told with its source.
            let findings = findings.filter(|f| f.blocking == blocking && f.rule != "source");
            for finding in findings {
                let same = told.iter_mut().find(|(other, _)| *other == finding);
                match same {
                    Some((_, tables)) => tables.push(&table.table),
                    None => told.push((finding, vec![&table.table])),
                }
            }
        }
        for (finding, tables) in told {
            let message = finding.message.replace('\n', "\n  ");
            let tables = tables.join(", ");
            let _ = writeln!(out, "{word}: {tables} ({}): {message}", finding.rule);
        }
        for table in record
            .tables
            .iter()
            .filter(|table| !blocking && table.remarks > 0)
        {
            let _ = writeln!(
                out,
                "{word}: {}: {} accepted with a value unread, repaired or breaking a lesser rule",
                table.table,
                counted(table.remarks as usize, "row")
            );
        }
    }
    let rejected: u64 = record.tables.iter().map(|table| table.rejected).sum();
    if rejected > 0 {
        let _ = writeln!(
            out,
            "{} rejected: edulac rejects --run {}",
            number(rejected, "row"),
            record.run
        );
    }
    out
}

fn number(count: u64, thing: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), thing)
}

fn ending(record: &RunRecord, lake: &str) -> String {
    let held = record
        .tables
        .iter()
        .filter(|table| table.status == TableStatus::Held);
    let held: Vec<&str> = held.map(|table| table.table.as_str()).collect();
    match &record.outcome {
        Outcome::Published { release } if held.is_empty() => {
            format!("published release {release} in {lake}\n")
        }
        Outcome::Published { release } => format!(
            "published release {release} in {lake}\nkept at their last version: {}\n",
            held.join(", ")
        ),
        Outcome::NothingToDo {
            release: Some(release),
        } => {
            format!("nothing to do: release {release} in {lake} is up to date\n")
        }
        Outcome::NothingToDo { release: None } => format!("nothing to do: {lake} stays empty\n"),
        Outcome::Held => format!("nothing published in {lake}: held: {}\n", held.join(", ")),
        Outcome::Failed { error } => format!("failed: {error}\n"),
    }
}

#[cfg(test)]
mod tests {
    use edulac_engine::record::{
        FindingKind, FindingRecord, Outcome, RunRecord, SourceRecord, TableRecord, TableStatus,
    };

    use std::collections::BTreeMap;

    use super::{short_text, text};
    use crate::next::what_next;

    fn source(name: &str, records: u64, unreadable: u64, unchanged: bool) -> SourceRecord {
        SourceRecord {
            source: name.to_owned(),
            extract: "20261124T060000Z-5f0c2a9e".to_owned(),
            unchanged,
            parsed: records - unreadable,
            unreadable,
            empty: 2,
            records,
            as_of: "2026-11-20".to_owned(),
            age_days: 4,
            stale_after_days: None,
            drift: Vec::new(),
            place: "pipelines/etablissements.yaml:8".to_owned(),
        }
    }

    fn table(name: &str, status: TableStatus, read: u64, rejected: u64) -> TableRecord {
        TableRecord {
            made_by: String::new(),
            input: None,
            written: None,
            table: name.to_owned(),
            status,
            read,
            accepted: read - rejected,
            rejected,
            remarks: 0,
            added: 12,
            removed: 1,
            changed: 340,
            version: Some(3),
            fingerprint: None,
            causes: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn record(outcome: Outcome, tables: Vec<TableRecord>) -> RunRecord {
        RunRecord {
            frozen: false,
            lake: String::new(),
            base: None,
            run: "20261124T061500Z-ab12cd34".to_owned(),
            started_at: String::new(),
            finished_at: String::new(),
            profile: "france".to_owned(),
            pipelines: vec!["territoires".to_owned(), "etablissements".to_owned()],
            outcome,
            sources: vec![
                source("territoires.contours_communes", 36_612, 0, true),
                source("etablissements.annuaire", 68_959, 3, false),
            ],
            failures: Vec::new(),
            absent: Vec::new(),
            reuses: Vec::new(),
            steps: Vec::new(),
            tables,
        }
    }

    #[test]
    fn a_release_with_a_held_table_is_told_with_what_holds_it() {
        let mut held = table("etablissements_batiments", TableStatus::Held, 131_072, 0);
        held.findings.push(FindingRecord {
            rule: "garde".to_owned(),
            kind: FindingKind::Guard,
            accepted: None,
            blocking: true,
            message: "the table would go from 140000 rows to 131072".to_owned(),
        });
        let mut new = table("etablissements", TableStatus::Published, 68_956, 7);
        new.version = None;
        new.remarks = 31;
        new.findings.push(FindingRecord {
            rule: "nom.nullValues".to_owned(),
            kind: FindingKind::Contract,
            accepted: None,
            blocking: false,
            message: "2 rows without a name, 0 expected".to_owned(),
        });
        let tables = vec![
            table("communes", TableStatus::Unchanged, 36_612, 0),
            new,
            held,
        ];
        let release = "2026-11-24.0".to_owned();
        let text = text(
            &record(Outcome::Published { release }, tables),
            "./lake-france",
        );
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_run_that_changed_nothing_is_told_in_a_few_lines() {
        let tables = vec![
            table("communes", TableStatus::Unchanged, 36_612, 0),
            table("etablissements", TableStatus::Unchanged, 68_949, 0),
        ];
        let outcome = Outcome::NothingToDo {
            release: Some("2026-11-23.0".to_owned()),
        };
        let mut record = record(outcome, tables);
        insta::assert_snapshot!(short_text(&record, "./lake-france"));
        for source in &mut record.sources {
            source.unchanged = true;
        }
        let text = short_text(&record, "./lake-france");
        assert!(
            text.contains("2 sources read, 2 tables as before\n"),
            "{text}"
        );
    }

    #[test]
    fn columns_of_zeros_are_left_out() {
        let mut new = table("communes", TableStatus::Published, 31, 0);
        (new.removed, new.changed) = (0, 0);
        let release = "2026-11-24.0".to_owned();
        let text = text(&record(Outcome::Published { release }, vec![new]), "./lake");
        assert!(
            text.contains("table     read  accepted  added  status\n"),
            "{text}"
        );
    }

    #[test]
    fn what_was_not_published_has_no_next() {
        let record = record(
            Outcome::Held,
            vec![table("communes", TableStatus::Held, 10, 10)],
        );
        assert_eq!(what_next(&record, "sample", &BTreeMap::new()), None);
        insta::assert_snapshot!(text(&record, "./lake-france").lines().last().unwrap());
    }
}
