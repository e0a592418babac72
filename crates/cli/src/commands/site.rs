//! `edulac site`: the static site of a lake, in the lake or in a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use edulac_engine::Workspace;
use edulac_site::{FOLDER, LIST, Site};
use serde_json::json;

use crate::args::{Format, Site as Args};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::words::counted;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Args,
    printer: &Printer,
) -> Result<Status, Error> {
    // Before the work.
    let former = args.out.as_deref().map(former).transpose()?;
    let site = edulac_site::site(workspace).await?;
    let (place, written) = match (&args.out, former) {
        (Some(folder), Some(former)) => {
            (folder.display().to_string(), write(&site, folder, &former)?)
        }
        _ => {
            let lake = workspace.lake()?;
            let below =
                |(path, text): (&String, &String)| (format!("{FOLDER}/{path}"), text.clone());
            let documents = site.files.iter().map(below).collect();
            let place = format!("{}/{FOLDER}", workspace.profile.lake.trim_end_matches('/'));
            (place, lake.derive(FOLDER, &documents).await?)
        }
    };
    let bytes: usize = site.files.values().map(String::len).sum();
    match printer.format() {
        Format::Json => printer.json(&json!({
            "site": place,
            "release": site.release,
            "files": site.files.len(),
            "written": written,
            "bytes": bytes,
            "establishments": site.establishments,
            "without_position": site.without_position,
            "buildings": site.buildings,
        }))?,
        Format::Text | Format::Csv => printer.result(&format!(
            "site of release {}: {}, {written} of them written, {:.1} MB\n{} on the map and {} without a position, {}\nopen {place}/index.html\n",
            site.release,
            counted(site.files.len(), "file"),
            bytes as f64 / 1e6,
            counted(count(site.establishments - site.without_position), "establishment"),
            site.without_position,
            counted(count(site.buildings), "linked building"),
        ))?,
    }
    Ok(Status::Done)
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The files of the site that stands in a folder, none in a new or empty one.
fn former(folder: &Path) -> Result<Vec<String>, Error> {
    let list = folder.join(LIST);
    match fs::read_to_string(&list) {
        Ok(text) => return Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(Error::Read { path: list, source }),
    }
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => {
            let path = folder.to_owned();
            return Err(Error::Read { path, source });
        }
    };
    match entries.next() {
        None => Ok(Vec::new()),
        Some(_) => Err(Error::NoSite {
            path: folder.to_owned(),
        }),
    }
}

/// Writes what differs, then deletes what only the former site had. Returns how many files were written.
fn write(site: &Site, folder: &Path, former: &[String]) -> Result<usize, Error> {
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Write { path, source }
    };
    let mut written = 0;
    for (name, text) in &site.files {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
            continue;
        }
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(fail(parent))?;
        fs::write(&path, text).map_err(fail(&path))?;
        written += 1;
    }
    let gone = |name: &&String| is_below(name) && !site.files.contains_key(*name);
    for path in former.iter().filter(gone).map(|name| folder.join(name)) {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(Error::Write { path, source });
            }
            _ => {}
        }
    }
    Ok(written)
}

/// A list that somebody changed deletes nothing outside of the folder.
fn is_below(name: &str) -> bool {
    let path = PathBuf::from(name);
    path.components()
        .all(|part| matches!(part, std::path::Component::Normal(_)))
}
