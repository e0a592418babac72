//! Aligned columns of text.

use std::borrow::Cow;
use std::fmt::Write;

/// Spaces between columns.
const GAP: &str = "  ";

/// Words are not cut shorter than this to make a table narrower.
const LEAST_WORD: usize = 12;

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
        self.lines(&self.widths())
    }

    /// The table in so many columns of a terminal, and how many of its own columns had no place: long words are cut
    /// first, then the last columns left out.
    pub(crate) fn render_within(&self, width: usize) -> (String, usize) {
        let mut widths = self.widths();
        let total = |widths: &[usize]| {
            let gaps = GAP.len() * widths.len().saturating_sub(1);
            widths.iter().sum::<usize>() + gaps
        };
        while total(&widths) > width {
            let words = widths.iter_mut().zip(&self.columns);
            let words = words.filter(|(_, (_, align))| *align == Align::Left);
            let longest = words.map(|(width, _)| width).max_by_key(|width| **width);
            match longest.filter(|width| **width > LEAST_WORD) {
                Some(width) => *width -= 1,
                None => break,
            }
        }
        while total(&widths) > width && widths.len() > 1 {
            widths.pop();
        }
        (self.lines(&widths), self.columns.len() - widths.len())
    }

    /// The longest cell of each column.
    fn widths(&self) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        let width = |(at, (title, _)): (usize, &(String, Align))| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            let longest = cells.map(|cell| length(cell)).max().unwrap_or(0);
            longest.max(length(title))
        };
        columns.map(width).collect()
    }

    fn lines(&self, widths: &[usize]) -> String {
        let titles: Vec<&str> = self
            .columns
            .iter()
            .map(|(title, _)| title.as_str())
            .collect();
        let mut out = String::new();
        self.line(&mut out, &titles, widths);
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            self.line(&mut out, &cells, widths);
        }
        out
    }

    fn line(&self, out: &mut String, cells: &[&str], widths: &[usize]) {
        let mut line = String::new();
        for ((cell, width), (_, align)) in cells.iter().zip(widths).zip(&self.columns) {
            if !line.is_empty() {
                line += GAP;
            }
            let cell = shortened(cell, *width);
            let padding = width.saturating_sub(length(&cell));
            let _ = match align {
                Align::Left => write!(line, "{cell}{:padding$}", ""),
                Align::Right => write!(line, "{:padding$}{cell}", ""),
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// A text, and not all of it when it is longer.
pub(crate) fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    if text.char_indices().nth(longest).is_none() {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
    short.push('…');
    Cow::Owned(short)
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

    #[test]
    fn what_is_too_wide_loses_the_ends_of_words_and_then_columns() {
        let mut table = Table::new([
            ("uai", Align::Left),
            ("nom", Align::Left),
            ("élèves", Align::Right),
            ("adresse", Align::Left),
        ]);
        let row = [
            "0990001P",
            "École élémentaire de la Grande Plage",
            "123",
            "12 rue de l'Océan",
        ];
        table.row(row);
        assert_eq!(table.render_within(100), (table.render(), 0));
        let (text, left_out) = table.render_within(50);
        assert_eq!(left_out, 0);
        insta::assert_snapshot!("cut_words", text);
        let (text, left_out) = table.render_within(30);
        assert_eq!(left_out, 1);
        insta::assert_snapshot!("left_out_columns", text);
    }
}
