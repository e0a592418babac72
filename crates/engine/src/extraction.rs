//! Sources from outside the lake: asked for, or as the archive has them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use edulac_extract::{
    Archive, Event as Extraction, Extract, Extractor, Limits, Options, Progress, Receipt,
    system_clock,
};
use edulac_spec::Pipeline;
use edulac_spec::pipeline::SourceKind;

use crate::Workspace;
use crate::error::Result;
use crate::observer::{Event, Observer};
use crate::record::SourceRecord;

/// Extracts every source of the pipelines, one after the other, and gives them by `pipeline.source`. What was extracted
/// before a failure stays in the archive, so that the next run does not fetch it again.
pub(crate) async fn extract_all(
    workspace: &Workspace,
    pipelines: &[&Pipeline],
    frozen: bool,
    observer: &Arc<dyn Observer>,
) -> Result<BTreeMap<String, Extract>> {
    let extractor = Extractor::new(Options {
        root: workspace.root.clone(),
        archive: workspace.archive()?,
        endpoints: workspace.profile.endpoints.clone(),
        frozen,
        limits: Limits::default(),
        clock: system_clock(),
        progress: Arc::new(Relay(Arc::clone(observer))),
    })?;
    let mut extracts = BTreeMap::new();
    for pipeline in pipelines {
        for (name, source) in &pipeline.sources {
            if matches!(source.kind, SourceKind::Lake { .. }) {
                continue;
            }
            let full = full_name(pipeline, name);
            observer.event(Event::SourceStarted {
                source: full.clone(),
            });
            let extract = Box::pin(extractor.extract(&full, source)).await?;
            observer.event(Event::SourceFinished {
                source: full.clone(),
                records: extract.receipt.records.parsed,
                unchanged: extract.unchanged,
            });
            extracts.insert(full, extract);
        }
    }
    Ok(extracts)
}

/// What the accounts say of an extract.
pub(crate) fn record(source: &str, extract: &Extract) -> SourceRecord {
    let receipt = &extract.receipt;
    SourceRecord {
        source: source.to_owned(),
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
        let newest = archive.newest(&full_name(pipeline, name))?;
        if let Some(receipt) = newest.filter(|receipt| receipt.asked == asked) {
            receipts.insert(name.clone(), receipt);
        }
    }
    Ok(receipts)
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
