//! Stand-ins of the profile: the start of an address, and another address or a folder to use instead.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use url::Url;

use crate::error::Error;

/// The stand-ins, longest start first.
#[derive(Debug)]
pub(super) struct StandIns(Vec<StandIn>);

#[derive(Debug)]
struct StandIn {
    start: String,
    target: Target,
}

#[derive(Debug)]
enum Target {
    Address(String),
    Folder(PathBuf),
}

/// Where an address leads once the stand-ins are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Server(Url),
    /// The path as the profile writes it, relative to the root of the project.
    Folder(PathBuf),
}

impl StandIns {
    pub(super) fn new(endpoints: &IndexMap<String, String>) -> Result<Self, Error> {
        let mut stand_ins = Vec::with_capacity(endpoints.len());
        for (start, target) in endpoints {
            let target = target.trim_end_matches('/');
            let target = if target.starts_with("https://") || target.starts_with("http://") {
                Url::parse(target).map_err(|reason| Error::Endpoint {
                    start: start.clone(),
                    target: target.to_owned(),
                    reason,
                })?;
                Target::Address(target.to_owned())
            } else {
                Target::Folder(PathBuf::from(
                    target.strip_prefix("file://").unwrap_or(target),
                ))
            };
            // As the reader of addresses writes it, so that case and default ports do not matter.
            let start = Url::parse(start).map_or_else(|_| start.clone(), String::from);
            stand_ins.push(StandIn {
                start: start.trim_end_matches('/').to_owned(),
                target,
            });
        }
        stand_ins.sort_by_key(|stand_in| std::cmp::Reverse(stand_in.start.len()));
        Ok(Self(stand_ins))
    }

    /// Where to ask for an address. A folder takes the path below the start as it is written in the address
    /// (nothing is decoded), without the query.
    pub(super) fn place(&self, url: &Url) -> Place {
        for stand_in in &self.0 {
            let rest = url.as_str().strip_prefix(stand_in.start.as_str());
            let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            else {
                continue;
            };
            match &stand_in.target {
                Target::Folder(folder) => {
                    let path = rest.split(['?', '#']).next().unwrap_or_default();
                    let path = path.trim_matches('/');
                    return Place::Folder(folder.join(path));
                }
                Target::Address(address) => {
                    if let Ok(url) = Url::parse(&format!("{address}{rest}")) {
                        return Place::Server(url);
                    }
                }
            }
        }
        Place::Server(url.clone())
    }
}

/// The file that answers for a path of a stand-in folder: itself, itself compressed by gzip, or the
/// `index.json` of a folder.
pub(super) fn answer(path: &Path) -> Option<PathBuf> {
    let mut compressed = path.as_os_str().to_owned();
    compressed.push(".gz");
    [
        path.to_owned(),
        PathBuf::from(compressed),
        path.join("index.json"),
    ]
    .into_iter()
    .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> Place {
        let endpoints = [
            ("https://data.example", "sample/portal/"),
            ("https://data.example/api/closed", "http://127.0.0.1:8080/x"),
            ("HTTPS://Files.Example:443/", "file:///srv/files"),
        ];
        let endpoints = endpoints.map(|(start, target)| (start.to_owned(), target.to_owned()));
        let stand_ins = StandIns::new(&IndexMap::from(endpoints)).unwrap();
        stand_ins.place(&Url::parse(url).unwrap())
    }

    #[test]
    fn the_longest_start_stands_in() {
        for (url, path) in [
            ("https://data.example/api/a?select=x", "sample/portal/api/a"),
            ("https://data.example/", "sample/portal/"),
            ("https://data.example/a/../../etc/", "sample/portal/etc"),
            ("https://data.example/%2e%2e/etc", "sample/portal/etc"),
            ("https://data.example/..%2fetc", "sample/portal/..%2fetc"),
            ("https://files.example/a.csv", "/srv/files/a.csv"),
        ] {
            assert_eq!(place(url), Place::Folder(path.into()), "{url}");
        }
        let other = Url::parse("http://127.0.0.1:8080/x/1?b=c").unwrap();
        let asked = place("https://data.example/api/closed/1?b=c");
        assert_eq!(asked, Place::Server(other));
    }

    #[test]
    fn another_address_is_left_alone() {
        for url in [
            "https://data.example.org/api",
            "http://data.example/api",
            "https://data.examples/",
        ] {
            assert_eq!(place(url), Place::Server(Url::parse(url).unwrap()));
        }
    }
}
