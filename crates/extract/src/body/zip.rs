//! Members of a zip, as streams. Their names choose a member and are never a path of ours.

use std::fs::File;
use std::io::{BufRead, BufReader};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{BUFFER, Body, Bounded};
use crate::error::Error;

/// Members named in an error.
const SHOWN: usize = 8;

/// Which member to read: by pattern, or by extension when there is none.
pub(crate) struct Pick {
    pattern: Option<String>,
    extensions: Vec<String>,
}

impl Pick {
    pub(crate) fn new(pattern: Option<&str>, extensions: &[&str]) -> Self {
        Self {
            pattern: pattern.map(str::to_owned),
            extensions: extensions.iter().map(|&e| e.to_owned()).collect(),
        }
    }

    /// The place of the only name that answers.
    pub(crate) fn one<'n>(
        &self,
        body: &Body<'_>,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<usize, Error> {
        let names: Vec<&str> = names.collect();
        let mut taken = (0..names.len()).filter(|&place| self.takes(names[place]));
        match (taken.next(), taken.count()) {
            (Some(place), 0) => Ok(place),
            (first, others) => Err(Error::Member {
                origin: body.origin.clone(),
                wanted: self.wanted(),
                matches: usize::from(first.is_some()) + others,
                members: names.into_iter().take(SHOWN).map(str::to_owned).collect(),
            }),
        }
    }

    fn takes(&self, name: &str) -> bool {
        let base = name.rsplit('/').next().unwrap_or(name);
        match &self.pattern {
            Some(pattern) => matches(pattern, name) || matches(pattern, base),
            None => {
                let lower = base.to_lowercase();
                self.extensions.iter().any(|extension| {
                    lower.ends_with(&format!(".{extension}"))
                        || ["gz", "xz", "bz2"]
                            .iter()
                            .any(|packed| lower.ends_with(&format!(".{extension}.{packed}")))
                })
            }
        }
    }

    fn wanted(&self) -> String {
        match &self.pattern {
            Some(pattern) => pattern.clone(),
            None => {
                let all: Vec<_> = self.extensions.iter().map(|e| format!("*.{e}")).collect();
                all.join(" ")
            }
        }
    }
}

/// A zip open for reading.
pub(crate) struct Zip<'a> {
    body: Body<'a>,
    archive: ZipArchive<BufReader<File>>,
    limit: u64,
}

/// Opens a zip and hands it to `use_it`.
pub(crate) fn with_zip<T>(
    body: &Body<'_>,
    file: File,
    use_it: impl FnOnce(&mut Zip<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let bytes = file.metadata().map_err(Error::io(body.path))?.len();
    let archive = ZipArchive::new(BufReader::with_capacity(BUFFER, file))
        .map_err(|cause| failed(body, cause))?;
    use_it(&mut Zip {
        body: *body,
        archive,
        limit: body.limits.expanded(bytes),
    })
}

impl Zip<'_> {
    /// The only member that answers; directories and the droppings of macOS never do.
    pub(crate) fn pick(&self, pick: &Pick) -> Result<usize, Error> {
        let is_file = |name: &str| !name.ends_with('/') && !name.starts_with("__MACOSX/");
        let files: Vec<_> = self.names().filter(|(_, name)| is_file(name)).collect();
        let names = files.iter().map(|(_, name)| *name);
        Ok(files[pick.one(&self.body, names)?].0)
    }

    /// The member with exactly this name, whatever its case.
    pub(crate) fn named(&self, wanted: &str) -> Option<usize> {
        self.names()
            .find(|(_, name)| name.eq_ignore_ascii_case(wanted))
            .map(|(index, _)| index)
    }

    pub(crate) fn name(&self, index: usize) -> &str {
        self.archive.name_for_index(index).unwrap_or_default()
    }

    /// Reads one member.
    pub(crate) fn with_member<T>(
        &mut self,
        index: usize,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let member = self
            .archive
            .by_index(index)
            .map_err(|cause| failed(&self.body, cause))?;
        let mut stream = BufReader::with_capacity(BUFFER, Bounded::new(member, self.limit));
        read(&mut stream)
    }

    fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        (0..self.archive.len())
            .filter_map(|index| Some((index, self.archive.name_for_index(index)?)))
    }
}

fn failed(body: &Body<'_>, cause: ZipError) -> Error {
    Error::Zip {
        origin: body.origin.clone(),
        cause,
    }
}

/// Whether a name answers to a pattern of `*` (any characters) and `?` (one), whatever the case.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let (mut p, mut n) = (0, 0);
    // Where to come back to: the last star, and the first character that it has not taken yet.
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, n));
                p += 1;
            }
            Some(&c) if c == '?' || c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match retry {
                Some((star, taken)) => {
                    retry = Some((star, taken + 1));
                    p = star + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_takes_any_characters_and_a_question_mark_one() {
        for (pattern, name, expected) in [
            ("*.csv", "RNB_35.csv", true),
            ("RNB_??.csv", "RNB_2A.csv", true),
            ("RNB_?.csv", "RNB_2A.csv", false),
            ("*/batiment.shp", "1_DONNEES/D012/BATIMENT.shp", true),
            ("*a*b", "aXbXb", true),
            ("*a*b", "aXbXc", false),
            ("", "", true),
            ("", "x", false),
            ("**", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} on {name}");
        }
    }
}
