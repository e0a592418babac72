//! A page for people: titles, wrapped lines, fields and tables, in the columns of a terminal.

use edulac_engine::Row;
use serde_json::Value;

use crate::table::{Align, Table};

/// Columns of a page where there is no terminal.
const WIDTH: usize = 100;

/// Spaces before what stands under a title.
const INDENT: &str = "  ";

/// A page in the making.
pub(crate) struct Page {
    out: String,
    width: usize,
}

impl Page {
    /// A page of so many columns.
    pub(crate) fn new(width: Option<usize>) -> Self {
        Self {
            out: String::new(),
            width: width.unwrap_or(WIDTH),
        }
    }

    /// Columns under a title.
    pub(crate) fn inner_width(&self) -> usize {
        self.width.saturating_sub(INDENT.len())
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// A line at the margin; nothing for an empty one.
    pub(crate) fn plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.out += text;
            self.out.push('\n');
        }
    }

    /// The title of a part, after an empty line.
    pub(crate) fn title(&mut self, text: &str) {
        self.out.push('\n');
        self.plain(text);
    }

    /// A sentence under a title, wrapped.
    pub(crate) fn line(&mut self, text: &str) {
        self.hanging("", text);
    }

    /// A sentence after a first word, wrapped beside it.
    pub(crate) fn hanging(&mut self, first: &str, text: &str) {
        let margin = INDENT.len() + first.chars().count();
        let room = self.width.saturating_sub(margin).max(20);
        let mut lead = format!("{INDENT}{first}");
        for line in wrapped(text, room) {
            self.plain(format!("{lead}{line}").trim_end());
            lead = " ".repeat(margin);
        }
    }

    /// A table under a title, no wider than the page.
    pub(crate) fn table(&mut self, table: &Table) {
        let (text, _) = table.render_within(self.inner_width());
        for line in text.lines() {
            self.plain(&format!("{INDENT}{line}"));
        }
    }

    /// The columns of a row that are wanted, a line each; those that are null together at the end.
    pub(crate) fn fields(&mut self, title: &str, row: &Row, wanted: impl Fn(&str) -> bool) {
        let of = || row.iter().filter(|(column, _)| wanted(column));
        if of().next().is_none() {
            return;
        }
        self.title(title);
        let known = || of().filter(|(_, value)| !value.is_null());
        let longest = known()
            .map(|(column, _)| column.chars().count())
            .max()
            .unwrap_or(0);
        for (column, cell) in known() {
            self.hanging(&format!("{column:longest$}  "), &value(cell));
        }
        let unknown: Vec<&str> = of()
            .filter(|(_, value)| value.is_null())
            .map(|(column, _)| column.as_str())
            .collect();
        if !unknown.is_empty() {
            self.line(&format!("null: {}", unknown.join(", ")));
        }
    }

    /// Rows as a table, less some columns and those that are null in all rows; nothing without rows.
    pub(crate) fn rows(&mut self, title: &str, rows: &[Row], but: &[&str]) {
        let Some(first) = rows.first() else {
            return;
        };
        self.title(title);
        let is_told = |column: &&String| {
            let filled = rows
                .iter()
                .any(|row| row.get(column.as_str()).is_some_and(|cell| !cell.is_null()));
            !but.contains(&column.as_str()) && filled
        };
        let columns: Vec<&String> = first.keys().filter(is_told).collect();
        self.table(&table_of(&columns, rows));
    }
}

/// Rows as a table of these columns.
pub(crate) fn table_of(columns: &[&String], rows: &[Row]) -> Table {
    let align = |column: &str| {
        let mut cells = rows.iter().filter_map(|row| row.get(column));
        match cells.all(|cell| cell.is_number() || cell.is_null()) {
            true => Align::Right,
            false => Align::Left,
        }
    };
    let mut table = Table::new(
        columns
            .iter()
            .map(|column| (column.as_str(), align(column))),
    );
    for row in rows {
        table.row(
            columns
                .iter()
                .map(|column| row.get(column.as_str()).map(value).unwrap_or_default()),
        );
    }
    table
}

/// Beyond it a number is no coordinate in degrees, and one decimal is enough.
const LARGEST_DEGREE: f64 = 180.0;

/// A cell for people: degrees and small numbers to seven decimals, larger ones to one, texts on one line.
pub(crate) fn value(cell: &Value) -> String {
    match cell {
        Value::Null => "null".to_owned(),
        Value::String(text) => text.replace(['\n', '\r', '\t'], " "),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => {
                let decimals = if float.abs() > LARGEST_DEGREE { 1 } else { 7 };
                let text = format!("{float:.decimals$}");
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// A column of a row for people; none where it is null or not there.
pub(crate) fn word(row: &Row, column: &str) -> Option<String> {
    row.get(column).filter(|cell| !cell.is_null()).map(value)
}

/// A text in lines of so many columns, broken between words; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(last) = lines.last_mut() else {
            continue;
        };
        let length = last.chars().count() + 1 + word.chars().count();
        if last.is_empty() {
            last.push_str(word);
        } else if length <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{value, wrapped};

    #[test]
    fn sentences_are_broken_between_words() {
        assert_eq!(wrapped("un deux trois", 7), ["un deux", "trois"]);
        assert_eq!(wrapped("anticonstitutionnel", 7), ["anticonstitutionnel"]);
        assert_eq!(wrapped("", 7), [""]);
    }

    #[test]
    fn numbers_have_no_idle_zeros() {
        assert_eq!(value(&serde_json::json!(104.0)), "104");
        assert_eq!(value(&serde_json::json!(-1.682_134_25)), "-1.6821343");
        assert_eq!(value(&serde_json::json!(1_285.883_999)), "1285.9");
        assert_eq!(value(&serde_json::json!(12)), "12");
    }
}
