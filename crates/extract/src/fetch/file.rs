//! A file of this machine, with its companions when it is a shapefile.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use url::Url;

use super::names::body_name;
use super::{Fetch, FetchedPart, Net, local};
use crate::error::{Error, Origin};
use crate::progress::Event;

/// What a shapefile needs beside its `.shp`.
const COMPANIONS: [&str; 4] = ["dbf", "shx", "prj", "cpg"];

/// Takes a file, given by a path relative to the root of the project or a `file:` address.
pub(super) async fn fetch(fetch: &Fetch<'_>, net: &Net, url: &str) -> Result<FetchedPart, Error> {
    let origin = Origin::new(fetch.source, url);
    net.check_thawed(&origin)?;
    let asked = path_of(url);
    let path = net.in_root(&asked);
    if !path.is_file() {
        return Err(Error::NoFile {
            origin,
            path: asked,
        });
    }
    let mut files = Vec::new();
    for path in with_companions(path)? {
        let name = body_name(None, &path.to_string_lossy());
        let to = fetch.staging.join(&name);
        let digest = local::copy(fetch.source, path, to).await?;
        files.push(digest.body_file(name));
    }
    let bytes = files.iter().map(|file| file.bytes).sum();
    net.tell(
        fetch.source,
        Event::Received {
            part: None,
            bytes,
            total: Some(bytes),
        },
    );
    Ok(FetchedPart {
        part: None,
        origin,
        status: None,
        headers: BTreeMap::new(),
        upstream: None,
        content: fetch.settle(None, files)?,
    })
}

pub(super) fn path_of(url: &str) -> PathBuf {
    // `file:` with a host or three slashes is an address; `file:config/x` is a path with a label.
    let Some(path) = url.strip_prefix("file:") else {
        return PathBuf::from(url);
    };
    Url::parse(url)
        .ok()
        .filter(|_| path.starts_with('/'))
        .and_then(|address| address.to_file_path().ok())
        .unwrap_or_else(|| PathBuf::from(path))
}

/// The file and, for a `.shp`, what stands beside it under the same name, whatever the case of the extensions.
fn with_companions(main: PathBuf) -> Result<Vec<PathBuf>, Error> {
    let mut files = vec![main];
    let main = &files[0];
    let Some(folder) = main.parent().filter(|_| has_extension(main, "shp")) else {
        return Ok(files);
    };
    let mut beside = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        let companion = COMPANIONS.iter().any(|wanted| has_extension(&path, wanted));
        if companion && path.file_stem() == main.file_stem() {
            beside.push(path);
        }
    }
    beside.sort();
    files.extend(beside);
    Ok(files)
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}
