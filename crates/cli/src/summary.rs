//! The record of a run as people read it.

use std::fmt::Write;

use edulac_engine::record::{Outcome, RunRecord, SourceRecord, TableRecord, TableStatus};

use crate::table::{Align, Table};
use crate::words::counted;

/// The whole summary: sources, tables, what the contracts and guards say, how it ended.
pub(crate) fn text(record: &RunRecord, lake: &str) -> String {
    let mut out = format!(
        "run {}, profile {}: {}\n",
        record.run,
        record.profile,
        record.pipelines.join(", ")
    );
    for part in [sources(record), tables(record), findings(record)] {
        if !part.is_empty() {
            out.push('\n');
            out += &part;
        }
    }
    out.push('\n');
    out += &ending(record, lake);
    out
}

/// Two commands to go on with; none when there is nothing to look at.
pub(crate) fn what_next(record: &RunRecord) -> Option<String> {
    let released = match &record.outcome {
        Outcome::Published { .. } => true,
        Outcome::NothingToDo { release } => release.is_some(),
        Outcome::Held | Outcome::Failed { .. } => false,
    };
    if !released {
        return None;
    }
    let largest = record
        .tables
        .iter()
        .filter(|table| table.version.is_some())
        .max_by_key(|table| (table.accepted, std::cmp::Reverse(&table.table)))?;
    Some(format!(
        "next: edulac query \"select * from {} limit 5\"\n      edulac tables\n",
        largest.table
    ))
}

fn sources(record: &RunRecord) -> String {
    let mut table = Table::new([
        ("source", Align::Left),
        ("records", Align::Right),
        ("unreadable", Align::Right),
        ("empty", Align::Right),
        ("extract", Align::Left),
    ]);
    for source in &record.sources {
        table.row([
            source.source.clone(),
            source.records.to_string(),
            source.unreadable.to_string(),
            source.empty.to_string(),
            extract(source),
        ]);
    }
    rendered(&table)
}

fn extract(source: &SourceRecord) -> String {
    match source.unchanged {
        true => format!("{}, unchanged", source.extract),
        false => source.extract.clone(),
    }
}

fn tables(record: &RunRecord) -> String {
    let numbers = [
        "read", "accepted", "rejected", "added", "removed", "changed", "version",
    ];
    let columns = [("table", Align::Left)]
        .into_iter()
        .chain(numbers.map(|title| (title, Align::Right)))
        .chain([("status", Align::Left)]);
    let mut table = Table::new(columns);
    for row in &record.tables {
        table.row([
            row.table.clone(),
            row.read.to_string(),
            row.accepted.to_string(),
            row.rejected.to_string(),
            row.added.to_string(),
            row.removed.to_string(),
            row.changed.to_string(),
            row.version
                .map_or_else(|| "-".to_owned(), |version| version.to_string()),
            status(row).to_owned(),
        ]);
    }
    rendered(&table)
}

fn rendered(table: &Table) -> String {
    if table.len() == 0 {
        String::new()
    } else {
        table.render()
    }
}

fn status(table: &TableRecord) -> &'static str {
    match table.status {
        TableStatus::Published => "published",
        TableStatus::Unchanged => "unchanged",
        TableStatus::Held => "held",
    }
}

/// What holds tables back first, then what is only to be known.
fn findings(record: &RunRecord) -> String {
    let mut out = String::new();
    for (blocking, word) in [(true, "held"), (false, "note")] {
        for table in &record.tables {
            for finding in table
                .findings
                .iter()
                .filter(|finding| finding.blocking == blocking)
            {
                let message = finding.message.replace('\n', "\n  ");
                let _ = writeln!(out, "{word}: {} ({}): {message}", table.table, finding.rule);
            }
            if !blocking && table.remarks > 0 {
                let _ = writeln!(
                    out,
                    "{word}: {}: {} with a value unread or breaking a lesser rule",
                    table.table,
                    number(table.remarks, "accepted row")
                );
            }
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

    use super::{text, what_next};

    fn source(name: &str, records: u64, unreadable: u64, unchanged: bool) -> SourceRecord {
        SourceRecord {
            source: name.to_owned(),
            extract: "20261124T060000Z-5f0c2a9e".to_owned(),
            unchanged,
            parsed: records - unreadable,
            unreadable,
            empty: 2,
            records,
        }
    }

    fn table(name: &str, status: TableStatus, read: u64, rejected: u64) -> TableRecord {
        TableRecord {
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
            blocking: true,
            message: "the table would go from 140000 rows to 131072".to_owned(),
        });
        let mut new = table("etablissements", TableStatus::Published, 68_956, 7);
        new.version = None;
        new.remarks = 31;
        new.findings.push(FindingRecord {
            rule: "nom.nullValues".to_owned(),
            kind: FindingKind::Contract,
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
    fn nothing_to_do_is_said_and_the_largest_table_proposed() {
        let tables = vec![
            table("communes", TableStatus::Unchanged, 36_612, 0),
            table("etablissements", TableStatus::Unchanged, 68_949, 0),
        ];
        let outcome = Outcome::NothingToDo {
            release: Some("2026-11-23.0".to_owned()),
        };
        let record = record(outcome, tables);
        insta::assert_snapshot!(text(&record, "./lake-france") + &what_next(&record).unwrap());
    }

    #[test]
    fn what_was_not_published_has_no_next() {
        let record = record(
            Outcome::Held,
            vec![table("communes", TableStatus::Held, 10, 10)],
        );
        assert_eq!(what_next(&record), None);
        insta::assert_snapshot!(text(&record, "./lake-france").lines().last().unwrap());
    }
}
