//! Sources from outside the lake: asked for, or as the archive has them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};
use edulac_extract::{
    Archive, ChangeHash, Error as ExtractError, Event as Extraction, Extract, Extractor, Limits,
    Options, Progress, Receipt,
};
use edulac_lake::Release;
use edulac_spec::Pipeline;

use crate::Workspace;
use crate::clock::now;
use crate::drift::{Drift, Shape};
use crate::error::Result;
use crate::observer::{Event, Observer};
use crate::record::{RunRecord, SourceFailure, SourceRecord};
use crate::withdraw::Withdrawn;

/// What came of the sources of a run, by `pipeline.source`.
#[derive(Default)]
pub(crate) struct Extracted {
    pub(crate) extracts: BTreeMap<String, Extract>,
    /// Earlier extracts of sources that have a history, newest first.
    pub(crate) past: BTreeMap<String, Vec<Extract>>,
    /// Sources that could not be had, and why.
    pub(crate) failures: BTreeMap<String, ExtractError>,
}

/// What asks the sources of a workspace.
pub(crate) fn extractor(
    workspace: &Workspace,
    frozen: bool,
    observer: &Arc<dyn Observer>,
) -> Result<Extractor> {
    extractor_into(workspace, workspace.archive()?, frozen, observer)
}

/// What asks the sources of a workspace for another archive than its own.
pub(crate) fn extractor_into(
    workspace: &Workspace,
    archive: PathBuf,
    frozen: bool,
    observer: &Arc<dyn Observer>,
) -> Result<Extractor> {
    Ok(Extractor::new(Options {
        root: workspace.root.clone(),
        archive,
        endpoints: workspace.profile.endpoints.clone(),
        frozen,
        limits: Limits::default(),
        clock: Arc::new(now),
        progress: Arc::new(Relay(Arc::clone(observer))),
    })?)
}

/// Extracts every source of the pipelines, one after the other. One that cannot be had does not keep the others from
/// being asked; what is extracted stays in the archive, so that the next run need not fetch it again: with `since`, what
/// was extracted since then is not even asked for.
///
/// # Errors
/// What is not the fault of a source: the archive, the configuration, a frozen run without an extract.
pub(crate) async fn extract_all(
    workspace: &Workspace,
    pipelines: &[&Pipeline],
    frozen: bool,
    since: Option<DateTime<Utc>>,
    withdrawn: &Withdrawn,
    observer: &Arc<dyn Observer>,
) -> Result<Extracted> {
    let extractor = extractor(workspace, frozen, observer)?;
    let mut all = Extracted::default();
    for pipeline in pipelines {
        for (name, source) in &pipeline.sources {
            if source.kind.table().is_some() {
                continue;
            }
            let full = full_name(pipeline, name);
            observer.event(Event::SourceStarted {
                source: full.clone(),
            });
            let kept = match since {
                Some(since) => Box::pin(extractor.kept(&full, source, since)).await?,
                None => None,
            };
            let extract = match kept {
                Some(extract) => Ok(extract),
                None => Box::pin(extractor.extract(&full, source)).await,
            };
            let extract = match extract {
                Ok(extract) => extract,
                Err(error) if error.is_of_source() => {
                    observer.event(Event::SourceFailed {
                        source: full.clone(),
                        error: error.to_string(),
                    });
                    all.failures.insert(full, error);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            observer.event(Event::SourceFinished {
                source: full.clone(),
                records: extract.receipt.records.parsed,
                unchanged: extract.unchanged,
            });
            if source.history.is_some() {
                let mut past = Box::pin(extractor.past(&full, source)).await?;
                past.retain(|extract| !withdrawn.is_of(&full, extract.receipt.change_hash));
                all.past.insert(full.clone(), past);
            }
            all.extracts.insert(full, extract);
        }
    }
    Ok(all)
}

/// Writes what came of the sources into the accounts, with what has become of their columns.
///
/// # Errors
/// An archive that cannot be read.
pub(crate) fn tell(
    workspace: &Workspace,
    pipelines: &[&Pipeline],
    before: &BTreeMap<String, Shape>,
    extracted: &Extracted,
    record: &mut RunRecord,
) -> Result<()> {
    let archive = Archive::open(workspace.archive()?);
    for pipeline in pipelines {
        for name in pipeline.sources.keys() {
            let full = full_name(pipeline, name);
            if let Some(extract) = extracted.extracts.get(&full) {
                let drift = match (before.get(&full), Shape::of(&archive, &extract.receipt)?) {
                    (Some(before), Some(now)) => before.drift(&now),
                    _ => Vec::new(),
                };
                let told = source_record(workspace, pipeline, name, extract, drift);
                record.sources.push(told);
            } else if let Some(error) = extracted.failures.get(&full) {
                record.failures.push(SourceFailure {
                    source: full,
                    error: error.to_string(),
                    class: error.class(),
                });
            }
        }
    }
    record.sources.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(())
}

/// What the sources were like that the last release was made from.
pub(crate) fn shapes(
    workspace: &Workspace,
    release: Option<&Release>,
) -> Result<BTreeMap<String, Shape>> {
    let archive = Archive::open(workspace.archive()?);
    let mut shapes = BTreeMap::new();
    for (name, source) in release.into_iter().flat_map(|release| &release.sources) {
        // A release of another archive, or of an older layout, tells nothing.
        let receipt = serde_json::from_value::<Receipt>(source["receipt"].clone()).ok();
        let shape = receipt
            .map(|receipt| Shape::of(&archive, &receipt))
            .transpose()?;
        shapes.extend(shape.flatten().map(|shape| (name.clone(), shape)));
    }
    Ok(shapes)
}

/// What the accounts say of an extract.
fn source_record(
    workspace: &Workspace,
    pipeline: &Pipeline,
    name: &str,
    extract: &Extract,
    drift: Vec<Drift>,
) -> SourceRecord {
    let receipt = &extract.receipt;
    let as_of = receipt.as_of();
    let age_days = (now() - as_of).num_days().max(0);
    let kind = &pipeline.sources[name].kind;
    let is_played = edulac_extract::is_played_by_a_folder(kind, &workspace.profile.endpoints);
    let allowed = pipeline.freshness_days(name).filter(|_| !is_played);
    SourceRecord {
        as_of: as_of.format("%Y-%m-%d").to_string(),
        age_days,
        stale_after_days: allowed.filter(|days| age_days > i64::from(*days)),
        drift,
        place: pipeline.place(&format!("/sources/{name}")),
        source: full_name(pipeline, name),
        extract: receipt.extract.to_string(),
        unchanged: extract.unchanged,
        parsed: receipt.records.parsed,
        unreadable: receipt.records.unreadable,
        empty: receipt.records.empty,
        records: receipt.records.met - receipt.records.empty,
    }
}

/// The name of a source in the archive and in the accounts.
pub(crate) fn full_name(pipeline: &Pipeline, source: &str) -> String {
    format!("{}.{source}", pipeline.name)
}

/// The newest receipts of the sources of a pipeline, by their names in it: those that asked for what is asked for now.
pub(crate) fn archived(
    workspace: &Workspace,
    pipeline: &Pipeline,
) -> Result<BTreeMap<String, Receipt>> {
    let archive = Archive::open(workspace.archive()?);
    let mut receipts = BTreeMap::new();
    for (name, source) in &pipeline.sources {
        let asked = edulac_extract::asked(&source.kind, &workspace.profile.endpoints);
        if let Some(receipt) = archive.newest_asked(&full_name(pipeline, name), &asked)? {
            receipts.insert(name.clone(), receipt);
        }
    }
    Ok(receipts)
}

/// The content of each source of a pipeline as the archive has it: that of its newest extract and, where it has a history,
/// of those before.
pub(crate) fn contents(
    workspace: &Workspace,
    pipeline: &Pipeline,
    withdrawn: &Withdrawn,
) -> Result<BTreeMap<String, String>> {
    let archive = Archive::open(workspace.archive()?);
    let mut contents = BTreeMap::new();
    for (name, receipt) in archived(workspace, pipeline)? {
        let history = pipeline.sources[&name].history.as_deref();
        let full = full_name(pipeline, &name);
        let past = match history {
            Some(_) => archive.past(&full, &receipt.asked)?,
            None => Vec::new(),
        };
        let past = past.iter().map(|receipt| receipt.change_hash);
        let past = past.filter(|content| !withdrawn.is_of(&full, *content));
        let content = content(history, receipt.change_hash, past);
        contents.insert(name, content);
    }
    Ok(contents)
}

/// The content of a source as one text: that of its newest extract and, where a column dates its records, of those before.
pub(crate) fn content(
    history: Option<&str>,
    newest: ChangeHash,
    past: impl Iterator<Item = ChangeHash>,
) -> String {
    let mut content = newest.to_string();
    if let Some(column) = history {
        let mut past: Vec<String> = past.map(|hash| hash.to_string()).collect();
        past.sort();
        content = format!("{content} {column} {}", past.join(" "));
    }
    content
}

/// The columns of a source as it was extracted last; none when it never was, or not as it would be now.
pub(crate) fn archived_schema(
    workspace: &Workspace,
    pipeline: &Pipeline,
    name: &str,
) -> Option<SchemaRef> {
    let archive = Archive::open(workspace.archive().ok()?);
    let (source, endpoints) = (pipeline.sources.get(name)?, &workspace.profile.endpoints);
    archive
        .schema(&full_name(pipeline, name), source, endpoints)
        .ok()
        .flatten()
}

/// The columns of a source as a release read it; none when the release does not know it, or the archive has it no more.
pub(crate) fn released_schema(
    workspace: &Workspace,
    release: &Release,
    pipeline: &Pipeline,
    name: &str,
) -> Option<SchemaRef> {
    let archive = Archive::open(workspace.archive().ok()?);
    let told = release.sources.get(&full_name(pipeline, name))?;
    let receipt: Receipt = serde_json::from_value(told["receipt"].clone()).ok()?;
    archive.schema_of(&receipt).ok().flatten()
}

/// Hands the events of the extraction on.
struct Relay(Arc<dyn Observer>);

impl Progress for Relay {
    fn event(&self, source: &str, event: Extraction) {
        self.0.event(Event::SourceProgress {
            source: source.to_owned(),
            event,
        });
    }
}
