//! The release of a mirror: that of the source with what is the mirror's own.

use std::collections::BTreeMap;

use super::{Mirrored, Subset, Work};
use crate::data_file::sha256;
use crate::error::{Contested, Error, Result};
use crate::lake::Lake;
use crate::listings;
use crate::publisher::Publisher;
use crate::release::{FORMAT, Release, ReleasedTable, Withdrawal, folder, next_id};
use crate::release_log;
use crate::storage::{self, Created};

/// The id that a copy of `release` gets here: its own, else the next free one of its day. On an object store, where
/// nobody holds a lock, the folder of a release that was never published may be somebody else's.
pub(super) async fn choose_id(mirror: &Lake, release: &Release) -> Result<String> {
    let entries = mirror.releases().await?;
    let is_local = mirror.location().local_path().is_some();
    let mut id = release.id.clone();
    loop {
        let is_taken = entries.iter().any(|entry| entry.id == id)
            || (!is_local
                && storage::is_there(mirror.store(), &format!("{}/manifest.json", folder(&id)))
                    .await?);
        if !is_taken {
            return Ok(id);
        }
        let (day, number) = next_id(Some(&id), release.created.date_naive());
        id = format!("{day}.{number}");
    }
}

/// Writes the folder of the release, then publishes it.
pub(super) async fn publish(
    work: Work<'_>,
    publisher: Publisher,
    id: String,
    tables: BTreeMap<String, ReleasedTable>,
    told: &Mirrored,
) -> Result<Release> {
    let mirror = work.courier.mirror;
    let parent = publisher.parent();
    let withdraws = match &work.release.withdraws {
        Some(withdrawal) => Some(here(mirror, withdrawal).await?),
        None => None,
    };
    let notes = work
        .courier
        .text(&format!("{}/notes.md", work.release.folder()))
        .await;
    let notes = notes_of(notes.as_deref(), told);
    let release = Release {
        format: FORMAT,
        id,
        serial: parent.map_or(1, |parent| parent.serial + 1),
        parent: parent.map(|parent| parent.id.clone()),
        withdraws,
        mirror_of: Some(told.mirror_of.clone()),
        subset: told.subset.clone(),
        tables,
        ..work.release.clone()
    };
    let folder = release.folder();
    let path = format!("{folder}/manifest.json");
    let body = storage::to_json(&path, &release)?;
    let hash = sha256(&body);
    if mirror.location().local_path().is_some() {
        storage::put(mirror.store(), &path, body.into()).await?;
    } else if storage::create(mirror.store(), &path, body.into()).await? == Created::No {
        let what = Contested::Release {
            serial: release.serial,
        };
        return Err(Error::Conflict { what });
    }
    let documents = [
        ("duckdb.sql", listings::duckdb_sql(mirror, &release)?),
        ("files.txt", listings::files_txt(&release)),
        ("notes.md", notes),
    ];
    for (name, text) in documents {
        storage::put(mirror.store(), &format!("{folder}/{name}"), text.into()).await?;
    }
    work.courier.end();
    publisher.announce(release, hash, work.now).await
}

/// A withdrawal by the ids that the releases have here. What was never copied keeps its id.
async fn here(mirror: &Lake, withdrawal: &Withdrawal) -> Result<Withdrawal> {
    let mut ids = BTreeMap::new();
    for entry in release_log::all(mirror.store()).await? {
        let release = mirror.manifest(&entry).await?;
        ids.extend(release.mirror_of.map(|of| (of.release, entry.id)));
    }
    let id = |there: &String| ids.get(there).unwrap_or(there).clone();
    Ok(Withdrawal {
        release: id(&withdrawal.release),
        returns_to: id(&withdrawal.returns_to),
        reason: withdrawal.reason.clone(),
    })
}

/// The notes of the source, after what this copy is.
fn notes_of(notes: Option<&str>, told: &Mirrored) -> String {
    let of = &told.mirror_of;
    let lake = of.lake.as_ref().map(|lake| format!(" du lac {lake}"));
    let mut head = format!(
        "> Copie de la version {}{}",
        of.release,
        lake.unwrap_or_default()
    );
    if let Some(Subset { academies, tables }) = &told.subset {
        if !academies.is_empty() {
            head += &format!(", limitée aux académies {}", academies.join(", "));
        }
        if !tables.is_empty() {
            head += &format!(", limitée aux tables {}", tables.join(", "));
        }
        head += ". Les décomptes qui suivent portent sur la version entière";
    }
    format!("{head}.\n\n{}", notes.unwrap_or("# Notes de version\n"))
}
