//! The columns of a source: their names today, and which are kept.

use std::collections::HashSet;

use super::Request;
use crate::error::Error;

/// Columns that we add to those of the source.
pub(super) const OURS: [&str; 4] = ["_source", "_extrait", "_partie", "_ligne"];

/// The column of the shapes of GeoJSON and shapefiles.
pub(super) const GEOMETRY: &str = "geometry";

/// The columns that are kept, in the order of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    /// Its place in the source, and its name today.
    kept: Vec<(usize, String)>,
}

impl Columns {
    /// From the names as the source has them. `reserved` are names of other columns to come.
    ///
    /// Blanks around a name go; a column without a name is `colonne_<its number>`, and the second of one name is
    /// `<name>_2`.
    pub(super) fn new(
        request: &Request,
        headers: &[String],
        reserved: &[&str],
    ) -> Result<Self, Error> {
        let options = &request.options;
        let taken = || OURS.iter().chain(reserved).copied();
        let mut kept: Vec<(usize, String)> = Vec::new();
        let headers = distinct(headers, taken());
        for (index, header) in headers.iter().enumerate() {
            let name = today(request, header);
            let before = kept.iter().find(|(_, earlier)| *earlier == name);
            let first = before
                .map(|(earlier, _)| headers[*earlier].as_str())
                .or_else(|| taken().find(|taken| *taken == name));
            if let Some(first) = first {
                return Err(Error::RenameConflict {
                    origin: request.origin.clone(),
                    column: name,
                    first: first.to_owned(),
                    second: header.clone(),
                });
            }
            kept.push((index, name));
        }
        kept.retain(|(_, name)| !options.volatile.contains(name));
        Ok(Self { kept })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.kept.iter().map(|(_, name)| name)
    }

    /// The places in the source of the columns that are kept.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.kept.iter().map(|(place, _)| *place)
    }
}

fn today(request: &Request, header: &String) -> String {
    let renames = &request.options.renames;
    if renames.contains_key(header) {
        return header.clone();
    }
    let renamed = renames.iter().find(|(_, older)| older.contains(header));
    renamed.map_or(header, |(today, _)| today).clone()
}

/// One name for each header, no two the same and none of those `taken`. A name that a header really has is never
/// given to another.
fn distinct<'a>(headers: &[String], taken: impl Iterator<Item = &'a str>) -> Vec<String> {
    let trimmed: Vec<&str> = headers.iter().map(|header| clean(header)).collect();
    let real: HashSet<&str> = trimmed.iter().copied().collect();
    let mut given: HashSet<String> = taken.map(str::to_owned).collect();
    let mut names = Vec::with_capacity(trimmed.len());
    for (index, header) in trimmed.iter().enumerate() {
        let mut name = (*header).to_owned();
        if name.is_empty() {
            name = format!("colonne_{}", index + 1);
        }
        let base = name.clone();
        let mut copy = 2;
        while given.contains(&name) || (name != *header && real.contains(name.as_str())) {
            name = format!("{base}_{copy}");
            copy += 1;
        }
        given.insert(name.clone());
        names.push(name);
    }
    names
}

fn clean(header: &str) -> &str {
    header.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}
