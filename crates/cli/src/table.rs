//! Aligned columns of text.

use std::fmt::Write;

/// Spaces between columns.
const GAP: &str = "  ";

/// On which side the cells of a column are flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table for people: a line of titles, then lines of cells, no wider than their content.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: impl IntoIterator<Item = (impl Into<String>, Align)>) -> Self {
        let columns = columns.into_iter();
        Self {
            columns: columns
                .map(|(title, align)| (title.into(), align))
                .collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a line; cells beyond the titles are not shown.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Lines of cells.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The table; every line ends with a newline and none with a space.
    pub(crate) fn render(&self) -> String {
        let titles: Vec<&str> = self
            .columns
            .iter()
            .map(|(title, _)| title.as_str())
            .collect();
        let widths: Vec<usize> = titles
            .iter()
            .enumerate()
            .map(|(at, title)| {
                let cells = self.rows.iter().filter_map(|row| row.get(at));
                let longest = cells.map(|cell| length(cell)).max().unwrap_or(0);
                longest.max(length(title))
            })
            .collect();
        let mut out = String::new();
        self.line(&mut out, &titles, &widths);
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            self.line(&mut out, &cells, &widths);
        }
        out
    }

    fn line(&self, out: &mut String, cells: &[&str], widths: &[usize]) {
        let mut line = String::new();
        for ((cell, width), (_, align)) in cells.iter().zip(widths).zip(&self.columns) {
            if !line.is_empty() {
                line += GAP;
            }
            let padding = width.saturating_sub(length(cell));
            let _ = match align {
                Align::Left => write!(line, "{cell}{:padding$}", ""),
                Align::Right => write!(line, "{:padding$}{cell}", ""),
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};

    #[test]
    fn words_are_flush_left_and_numbers_flush_right() {
        let mut table = Table::new([
            ("table", Align::Left),
            ("rows", Align::Right),
            ("status", Align::Left),
        ]);
        table.row(["établissements", "8", "published"]);
        table.row(["ips", "12345", ""]);
        insta::assert_snapshot!(table.render(), @r"
        table            rows  status
        établissements      8  published
        ips             12345
        ");
    }
}
