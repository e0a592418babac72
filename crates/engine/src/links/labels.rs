//! CSV files that people write: labels of links, a truth. Every mistake has its line and its remedy.

use std::collections::BTreeMap;
use std::path::Path;

use edulac_model::Uai;
use edulac_yaml::{Diagnostic, Source, Span, did_you_mean, list};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What someone who looked at the place says of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The building is of the establishment.
    Vrai,
    /// It is not.
    Faux,
    /// It cannot be told.
    Indecidable,
}

/// A link that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Label {
    /// The establishment.
    pub uai: String,
    /// Register of the building.
    pub source: String,
    /// Its id there.
    pub id_source: String,
    /// What was seen.
    pub verdict: Verdict,
}

/// The labels of a file, with the place of each.
pub(super) struct Labels {
    pub(super) source: Source,
    /// The release that the file was made from; none when it does not say.
    pub(super) release: Option<String>,
    pub(super) labels: BTreeMap<(String, String, String), (Verdict, Span)>,
    /// Rows without a verdict.
    pub(super) blank: usize,
}

/// A CSV file in memory, whatever its separator (spreadsheets of France write `;`).
pub(super) struct Table {
    pub(super) source: Source,
    titles: Vec<String>,
    rows: Vec<(Span, csv::StringRecord)>,
}

/// Reads a file.
pub(super) fn read_table(path: &Path) -> Result<Table> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Csv {
        path: path.to_owned(),
        source,
    })?;
    let source = Source::new(path.display().to_string(), text);
    let text = source.text.trim_start_matches('\u{feff}');
    let skipped = source.text.len() - text.len();
    let head = text.lines().next().unwrap_or_default();
    let separator = match head.matches(';').count() > head.matches(',').count() {
        true => b';',
        false => b',',
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| {
        let at = error
            .position()
            .map_or(0, |position| skipped + position.byte() as usize);
        let end = source.text[at..]
            .find('\n')
            .map_or(source.text.len(), |end| at + end);
        let found = Diagnostic::error("edulac::csv::record", &source, Span::new(at, end), error.to_string())
            .with_help("give every line as many cells as the first has titles; a cell that holds the separator stands in quotes");
        Error::Files(vec![found])
    };
    let titles = reader.headers().map_err(&unreadable)?;
    let titles = titles.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(&unreadable)?;
        let at = record
            .position()
            .map_or(0, |position| skipped + position.byte() as usize);
        // The reader leaves the second half of a `\r\n` to the record after it.
        let line = source.text[at..].trim_start_matches(['\r', '\n']);
        let start = source.text.len() - line.len();
        let end = source.text[start..]
            .find('\n')
            .map_or(source.text.len(), |end| start + end);
        rows.push((Span::new(start, end), record));
    }
    Ok(Table {
        source,
        titles,
        rows,
    })
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Refuses a file without these columns.
    pub(super) fn need(&self, columns: &[&str]) -> Result<()> {
        let titles = || self.titles.iter().map(String::as_str);
        let missing = columns
            .iter()
            .filter(|column| !titles().any(|title| title == **column));
        let end = self
            .source
            .text
            .find('\n')
            .unwrap_or(self.source.text.len());
        let found: Vec<Diagnostic> = missing
            .map(|column| {
                let message = format!("the column `{column}` is missing");
                let help = match did_you_mean(column, titles()) {
                    Some(near) => format!("give `{near}` its title `{column}` again"),
                    None => format!("the file has {}", list(titles())),
                };
                Diagnostic::error(
                    "edulac::csv::column",
                    &self.source,
                    Span::new(0, end),
                    message,
                )
                .with_help(help)
            })
            .collect();
        match found.is_empty() {
            true => Ok(()),
            false => Err(Error::Files(found)),
        }
    }

    /// A cell; empty when there is no such column.
    pub(super) fn cell(&self, row: usize, column: &str) -> &str {
        let at = self.titles.iter().position(|title| title == column);
        let cell = at.and_then(|at| self.rows.get(row)?.1.get(at));
        cell.unwrap_or_default()
    }

    /// The place of a cell, or of its line.
    pub(super) fn span(&self, row: usize, column: &str) -> Span {
        let Some((line, _)) = self.rows.get(row) else {
            return Span::new(0, 0);
        };
        let cell = self.cell(row, column);
        let text = &self.source.text[line.start..line.end];
        match text.find(cell).filter(|_| !cell.is_empty()) {
            Some(at) => Span::new(line.start + at, line.start + at + cell.len()),
            None => *line,
        }
    }
}

/// Reads labels back: columns `uai`, `source`, `id_source`, `verdict`, and `release` where the file has it. An empty
/// verdict is a link that nobody looked at yet.
pub(super) fn read(path: &Path) -> Result<Labels> {
    let table = read_table(path)?;
    table.need(&["uai", "source", "id_source", "verdict"])?;
    let mut labels: BTreeMap<(String, String, String), (Verdict, Span)> = BTreeMap::new();
    let (mut blank, mut found) = (0, Vec::new());
    let mut release: Option<String> = None;
    let error = |row, column, message: String| {
        Diagnostic::error(
            "edulac::labels::value",
            &table.source,
            table.span(row, column),
            message,
        )
    };
    for row in 0..table.len() {
        let said = table.cell(row, "release");
        match &release {
            _ if said.is_empty() => {}
            None => release = Some(said.to_owned()),
            Some(first) if first != said => {
                let message = format!("this line is of release {said}, those before of {first}");
                found.push(
                    error(row, "release", message)
                        .with_help("read the labels of each release from a file of its own"),
                );
            }
            Some(_) => {}
        }
        let uai = match Uai::parse(table.cell(row, "uai")) {
            Ok(uai) => uai.to_string(),
            Err(wrong) => {
                let message = format!("`{}` is no UAI: {}", table.cell(row, "uai"), wrong.reason());
                found.push(
                    error(row, "uai", message).with_help(
                        "take the UAI of the file that `edulac link review --out` wrote",
                    ),
                );
                continue;
            }
        };
        let verdict = match verdict(table.cell(row, "verdict")) {
            Some(Some(verdict)) => verdict,
            Some(None) => {
                blank += 1;
                continue;
            }
            None => {
                let message = format!("`{}` is no verdict", table.cell(row, "verdict"));
                found.push(error(row, "verdict", message).with_help(
                    "write `vrai`, `faux` or `indecidable`, or nothing where nobody looked yet",
                ));
                continue;
            }
        };
        let cell = |column| table.cell(row, column).to_owned();
        let key = (uai, cell("source"), cell("id_source"));
        let span = table.span(row, "id_source");
        if let Some((other, before)) = labels.insert(key, (verdict, span)) {
            let message = format!(
                "this link is labelled twice, {} and {}",
                word(other),
                word(verdict)
            );
            found.push(
                error(row, "id_source", message)
                    .with_related(&table.source, before, "first here")
                    .with_help("keep one of the two lines"),
            );
        }
    }
    match found.is_empty() {
        true => Ok(Labels {
            source: table.source,
            release,
            labels,
            blank,
        }),
        false => Err(Error::Files(found)),
    }
}

/// A verdict as people write it; some none for an empty cell.
fn verdict(text: &str) -> Option<Option<Verdict>> {
    Some(match text.to_lowercase().as_str() {
        "" => None,
        "vrai" | "v" => Some(Verdict::Vrai),
        "faux" | "f" => Some(Verdict::Faux),
        "indecidable" | "indécidable" | "i" => Some(Verdict::Indecidable),
        _ => return None,
    })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Vrai => "vrai",
        Verdict::Faux => "faux",
        Verdict::Indecidable => "indecidable",
    }
}
