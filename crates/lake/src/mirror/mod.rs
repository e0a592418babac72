//! Mirrors: a release of another lake copied here, whole or some académies and tables of it.
//!
//! ```text
//! source: latest.json ─▶ log entry ─▶ manifest ─┐                  read by name: web servers list nothing
//! here:   lock, put right what was interrupted ─┴▶ fetch what is missing ─▶ commit tables ─▶ publish ─▶ sweep
//!                                                  (size, SHA-256)
//! ```
//!
//! A file gets its name here once it is whole and verified, so what an interrupted call fetched is found by the next
//! one. Readers see the release before until all of the new one is there. The release published here follows from that of the
//! source ([`MirrorOf`], [`Subset`]); tables, log and pointer are the mirror's own, which makes it a lake like any other.

mod error;
mod fetch;
mod layout;
mod make;
mod neighbours;
mod publish;
mod select;
mod source;
mod straddling;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use serde::{Deserialize, Serialize};

pub use self::error::MirrorProblem;
use self::fetch::{Courier, Want};
use self::select::Selection;
use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::publisher::Publisher;
use crate::release::Release;

/// The release that a release of a mirror is a copy of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirrorOf {
    /// Address of its lake; null: a folder, which means nothing elsewhere.
    pub lake: Option<String>,
    /// Its id there.
    pub release: String,
    /// Its place in the log there.
    pub serial: u64,
    /// SHA-256 of its manifest, in hexadecimal.
    pub manifest_sha256: String,
}

/// What of a release was copied. Empty lists: all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subset {
    /// Codes of académies, in order.
    pub academies: Vec<String>,
    /// Names of tables, in order.
    pub tables: Vec<String>,
}

/// What to copy, and how.
#[derive(Debug)]
pub struct MirrorOptions {
    /// Codes of académies; empty: all.
    pub academies: Vec<String>,
    /// Names of tables; empty: all.
    pub tables: Vec<String>,
    /// The release; none: the newest.
    pub release: Option<String>,
    /// Local folder for files in preparation, where the mirror is no folder itself.
    pub dir: PathBuf,
    /// Time that the commits bear.
    pub now: DateTime<Utc>,
}

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mirrored {
    /// Id of the newest release here. It is the source's own where that is free.
    pub release: String,
    /// What it is a copy of.
    pub mirror_of: MirrorOf,
    /// What of it; null: all.
    pub subset: Option<Subset>,
    /// Whether it was published by this call; otherwise it was here.
    pub published: bool,
    /// Its tables.
    pub tables: usize,
    /// Files that came from the source.
    pub fetched_files: usize,
    /// Their size.
    pub fetched_bytes: u64,
    /// Files that were here.
    pub present_files: usize,
    /// Files made here: rows of other académies that come along, whole tables of a subset.
    pub made_files: usize,
    /// Releases whose files the source gave up, taken away here too.
    pub dropped_releases: Vec<String>,
    /// Files that no release here needs any more, taken away.
    pub removed_files: usize,
}

/// Copies the newest release of `source`, or the one named, to `mirror`, which is empty or a mirror of the same lake.
///
/// Rows are cut by académie in the tables partitioned by `code_academie`, and by the départements of the académies in
/// those partitioned by `code_departement`; other tables are copied whole. Sites shared with another académie come along with their
/// establishments, and linked buildings with all their links. `ctx` computes those.
///
/// # Errors
/// [`Error::Mirror`] for what is wrong with the source or with the choice, before anything is visible here;
/// [`Error::Conflict`] and [`Error::Locked`] when someone else publishes here; those of writing.
pub async fn mirror(
    source: &Lake,
    mirror: &Lake,
    options: &MirrorOptions,
    ctx: &SessionContext,
) -> Result<Mirrored> {
    let entry = source::find(source, options.release.as_deref()).await?;
    let release = source::manifest(source, &entry).await?;
    let subset = select::subset(source, &release, options)?;
    let mirror_of = MirrorOf {
        lake: source
            .location()
            .local_path()
            .is_none()
            .then(|| source.location().to_string()),
        release: entry.id.clone(),
        serial: entry.serial,
        manifest_sha256: entry.manifest_sha256.clone(),
    };
    let publisher = Publisher::open(mirror, options.now).await?;
    let parent = publisher.parent().cloned();
    let mut told = Mirrored {
        release: String::new(),
        mirror_of,
        subset,
        published: false,
        tables: 0,
        fetched_files: 0,
        fetched_bytes: 0,
        present_files: 0,
        made_files: 0,
        dropped_releases: Vec::new(),
        removed_files: 0,
    };
    if let Some(parent) = &parent {
        source::check_follows(source, mirror, parent, &told.mirror_of).await?;
    }
    let release = match parent.filter(|parent| is_the_same(parent, &told)) {
        Some(parent) => parent,
        None => {
            let courier = Courier::new(source, mirror, &options.dir)?;
            let work = Work {
                courier,
                ctx,
                release,
                now: options.now,
            };
            Box::pin(work.copy(publisher, &mut told)).await?
        }
    };
    told.tables = release.tables.len();
    told.release = release.id;
    sweep::sweep(source, mirror, options.now, &mut told).await?;
    Ok(told)
}

fn is_the_same(parent: &Release, told: &Mirrored) -> bool {
    let of = parent.mirror_of.as_ref();
    parent.subset == told.subset
        && of.is_some_and(|of| of.manifest_sha256 == told.mirror_of.manifest_sha256)
}

/// A release on its way.
struct Work<'a> {
    courier: Courier<'a>,
    ctx: &'a SessionContext,
    release: Release,
    now: DateTime<Utc>,
}

impl Work<'_> {
    /// Brings the files here, then commits and publishes.
    async fn copy(self, mut publisher: Publisher, told: &mut Mirrored) -> Result<Release> {
        let parent = publisher.parent().cloned();
        let id = publish::choose_id(self.courier.mirror, &self.release).await?;
        let selection = self.select(told).await?;
        let files = selection.tables.iter().flat_map(|(name, selected)| {
            let folder = &self.release.tables[name].path;
            selected.files.iter().map(move |file| {
                let path = format!("{folder}/{}", file.path);
                Want::new(&path, &path, file.bytes, &file.sha256)
            })
        });
        self.courier.fetch(files.collect()).await?;
        let mut tables = BTreeMap::new();
        let mut layouts = BTreeMap::new();
        for (name, selected) in selection.tables {
            let (layout, table) = self.land(&name, selected).await?;
            layouts.insert(name.clone(), layout);
            tables.insert(name, table);
        }
        make::wholes(&self, &id, parent.as_ref(), &mut tables, &layouts).await?;
        for (name, table) in &mut tables {
            let layout = &layouts[name];
            layout::add_statistics(self.courier.mirror, layout, table).await?;
            let commit = publisher
                .commit_files(layout, &table.files, self.now)
                .await?;
            table.delta_version = commit.version;
            table.files = table.files.iter().map(crate::DataFile::released).collect();
        }
        let gone = parent.iter().flat_map(|parent| parent.tables.keys());
        let gone: BTreeSet<String> = gone
            .filter(|name| !tables.contains_key(*name))
            .cloned()
            .collect();
        for table in &gone {
            publisher.empty(table, self.now).await?;
        }
        let transfer = self.courier.transfer();
        told.fetched_files = transfer.files;
        told.fetched_bytes = transfer.bytes;
        told.present_files = transfer.present;
        told.made_files = transfer.made;
        let published = publish::publish(self, publisher, id, tables, told).await?;
        told.published = true;
        Ok(published)
    }

    async fn select(&self, told: &Mirrored) -> Result<Selection> {
        let subset = told.subset.clone().unwrap_or_default();
        let mut selection = Selection::of_tables(&self.release, &subset.tables);
        if !subset.academies.is_empty() {
            straddling::cut(self, &mut selection, &subset.academies).await?;
        }
        Ok(selection)
    }
}

/// An error about the source, by its name.
fn fail(source: &Lake, problem: MirrorProblem) -> Error {
    Error::Mirror {
        lake: source.location().to_string(),
        problem,
    }
}
