//! The records of runs in the archive: `runs/<run id>.json`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::Workspace;
use crate::error::{Error, Result};
use crate::fingerprint::hash;
use crate::record::RunRecord;

/// The time in the id of a run, in UTC.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// The records, read one by one from the newest on.
pub(crate) fn newest_first(
    workspace: &Workspace,
) -> Result<impl Iterator<Item = Result<RunRecord>> + use<>> {
    let paths = paths(&folder(workspace)?)?;
    Ok(paths.into_iter().rev().map(|path| read(&path)))
}

/// The newest run.
pub(crate) fn last(workspace: &Workspace) -> Result<Option<RunRecord>> {
    paths(&folder(workspace)?)?
        .last()
        .map(|path| read(path))
        .transpose()
}

/// The run of that id, or the newest one.
pub(crate) fn find(workspace: &Workspace, id: Option<&str>) -> Result<RunRecord> {
    let folder = folder(workspace)?;
    let Some(newest) = last(workspace)? else {
        return Err(Error::NoRun {
            archive: workspace.archive()?,
        });
    };
    let Some(id) = id else {
        return Ok(newest);
    };
    let path = folder.join(format!("{id}.json"));
    if is_plain(id) && path.exists() {
        return read(&path);
    }
    Err(Error::UnknownRun {
        run: id.to_owned(),
        last: newest.run,
    })
}

/// `20261123T101112Z-ab12cd34`: the order of ids is that of time, so that one given within the second of the newest
/// run, or after the clock was set back, bears the second after it.
pub(crate) fn next_id(workspace: &Workspace, started: DateTime<Utc>) -> Result<String> {
    let paths = paths(&folder(workspace)?)?;
    let name = paths.last().and_then(|path| path.file_stem()?.to_str());
    let newest = name.and_then(time);
    let at = newest.map_or(started, |newest| {
        started.max(newest + TimeDelta::seconds(1))
    });
    let unique = format!("{} {}", started.to_rfc3339(), std::process::id());
    let hash: String = hash(unique.as_bytes()).chars().take(8).collect();
    Ok(format!("{}-{hash}", at.format(TIME)))
}

/// The time in the id of a run; none when it is none.
pub(crate) fn time(run: &str) -> Option<DateTime<Utc>> {
    let (time, _) = run.split_once('-')?;
    Some(NaiveDateTime::parse_from_str(time, TIME).ok()?.and_utc())
}

/// Keeps the record of a run.
pub(crate) fn write(workspace: &Workspace, record: &RunRecord) -> Result<()> {
    let folder = folder(workspace)?;
    fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
    let path = folder.join(format!("{}.json", record.run));
    let mut text = serde_json::to_vec_pretty(record).map_err(|source| Error::Record {
        path: path.clone(),
        source,
    })?;
    text.push(b'\n');
    // A reader never sees half a record.
    let part = folder.join(format!("{}.part", record.run));
    fs::write(&part, text).map_err(Error::io(&part))?;
    fs::rename(&part, &path).map_err(Error::io(path))
}

fn folder(workspace: &Workspace) -> Result<PathBuf> {
    Ok(workspace.archive()?.join("runs"))
}

fn is_plain(id: &str) -> bool {
    id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// The records, by the order of their names, which is that of time.
fn paths(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(folder)(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io(folder))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<RunRecord> {
    let text = fs::read(path).map_err(Error::io(path))?;
    serde_json::from_slice(&text).map_err(|source| Error::Record {
        path: path.to_owned(),
        source,
    })
}
