//! The line of titles, and what stands before it.

use std::collections::BTreeSet;

use edulac_model::{Uai, fold};

use super::{RawTable, Titled};
use crate::own::text::width_of_most;

/// Share of the cells of an ordinary row that a line of titles has at least.
const FILLED: f64 = 0.7;

/// The columns under their titles; none without rows.
pub(super) fn find(raw: RawTable) -> Option<Titled> {
    let mut remarks = raw.remarks;
    let width = width_of_most(&raw.rows);
    let whole = raw.rows.iter().filter(|(_, row)| row.len() == width);
    let mut counts: Vec<usize> = whole
        .map(|(_, row)| filled(row))
        .filter(|n| *n > 0)
        .collect();
    counts.sort_unstable();
    let ordinary = *counts.get(counts.len() / 2)?;
    let is_titles =
        |row: &[String]| row.len() == width && filled(row) as f64 >= FILLED * ordinary as f64;
    let start = raw.rows.iter().position(|(_, row)| is_titles(row))?;
    let (line, first) = &raw.rows[start];
    let before = raw.rows[..start]
        .iter()
        .filter(|(_, row)| filled(row) > 0)
        .count();
    if before > 0 {
        remarks.push(format!(
            "{before} lines before the titles left out, which are on line {line}"
        ));
    }
    let without_titles = first.iter().any(|cell| Uai::parse(cell).is_ok());
    let (titles, rows) = match without_titles {
        true => {
            remarks.push("no line of titles: the columns are numbered".to_owned());
            (vec![String::new(); width], &raw.rows[start..])
        }
        false => (first.clone(), &raw.rows[start + 1..]),
    };
    let used: Vec<usize> = (0..width)
        .filter(|at| {
            let has_title = !titles[*at].trim().is_empty();
            has_title
                || rows
                    .iter()
                    .any(|(_, row)| row.get(*at).is_some_and(|c| !c.trim().is_empty()))
        })
        .collect();
    let (mut lines, mut columns) = (Vec::new(), vec![Vec::new(); used.len()]);
    let (mut blank, mut longer) = (0, 0);
    for (line, row) in rows {
        if filled(row) == 0 {
            blank += 1;
            continue;
        }
        longer += usize::from(row.iter().skip(width).any(|cell| !cell.trim().is_empty()));
        lines.push(*line);
        for (column, at) in columns.iter_mut().zip(&used) {
            let cell = row.get(*at).map(|cell| cell.trim());
            column.push(cell.filter(|cell| !cell.is_empty()).map(str::to_owned));
        }
    }
    for (count, what) in [
        (blank, "blank rows left out"),
        (
            longer,
            "rows with more cells than there are titles: what is beyond is left out",
        ),
    ] {
        if count > 0 {
            remarks.push(format!("{count} {what}"));
        }
    }
    let titles: Vec<String> = used.iter().map(|at| one_line(&titles[*at])).collect();
    let names = names(&titles, &used, &mut remarks);
    let titles = titles.into_iter().zip(&names);
    let titles = titles.map(|(title, name)| {
        if title.is_empty() {
            name.clone()
        } else {
            title
        }
    });
    (!lines.is_empty()).then_some(Titled {
        titles: titles.collect(),
        names,
        lines,
        columns,
        remarks,
    })
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.trim().is_empty()).count()
}

fn one_line(title: &str) -> String {
    let words: Vec<&str> = title
        .trim_start_matches('\u{feff}')
        .split_whitespace()
        .collect();
    words.join(" ")
}

/// Names as those of the lake, each once.
fn names(titles: &[String], places: &[usize], remarks: &mut Vec<String>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut repeated = Vec::new();
    let mut names = Vec::new();
    for (title, place) in titles.iter().zip(places) {
        let plain = plain(title);
        let base = match plain.starts_with(|c: char| c.is_ascii_lowercase()) {
            true => plain,
            false => format!(
                "colonne_{}",
                if plain.is_empty() {
                    (place + 1).to_string()
                } else {
                    plain
                }
            ),
        };
        let mut name = base.clone();
        let mut number = 1;
        while !taken.insert(name.clone()) {
            number += 1;
            name = format!("{base}_{number}");
        }
        if number > 1 {
            repeated.push(format!("`{title}` is `{name}`"));
        }
        names.push(name);
    }
    if !repeated.is_empty() {
        remarks.push(format!(
            "titles given twice: the second {}",
            repeated.join(", ")
        ));
    }
    names
}

/// Lower-case letters without accents, digits and `_`.
pub(crate) fn plain(title: &str) -> String {
    let mut name = String::new();
    for letter in fold(title).chars() {
        match letter.is_ascii_alphanumeric() {
            true => name.push(letter),
            false if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            false => {}
        }
    }
    name.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn titles_become_names_that_sql_takes() {
        for (title, name) in [
            ("Numéro de l'école", "numero_de_l_ecole"),
            ("  IPS (2022-23) % ", "ips_2022_23"),
            ("Cœur", "coeur"),
            ("—", ""),
        ] {
            assert_eq!(plain(title), name);
        }
    }
}
