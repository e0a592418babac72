//! The extracts that a run read, taken from the archive without touching it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use edulac_extract::{Archive, Extract, ExtractId, Extractor, Receipt};
use edulac_lake::Release;
use edulac_spec::Pipeline;

use super::why::Why;
use crate::Workspace;
use crate::error::Result;
use crate::extraction::{extractor_into, full_name};
use crate::observer::Observer;
use crate::withdraw::Withdrawn;

/// Lends extracts to a temporary archive and reads them there.
pub(super) struct Lender {
    archive: Archive,
    temporary: Archive,
    extractor: Extractor,
    lent: BTreeSet<(String, ExtractId)>,
}

/// The sources of a run, by `pipeline.source`.
#[derive(Default)]
pub(super) struct Pinned {
    pub(super) extracts: BTreeMap<String, Extract>,
    /// Earlier extracts of sources that have a history, newest first.
    pub(super) past: BTreeMap<String, Vec<Extract>>,
    /// Why a source cannot be had again.
    pub(super) faults: BTreeMap<String, Why>,
}

impl Lender {
    /// `work` takes the temporary archive.
    pub(super) fn new(
        workspace: &Workspace,
        work: &Path,
        observer: &Arc<dyn Observer>,
    ) -> Result<Self> {
        let folder = work.join("archive");
        Ok(Self {
            archive: Archive::open(workspace.archive()?),
            temporary: Archive::open(&folder),
            extractor: extractor_into(workspace, folder, true, observer)?,
            lent: BTreeSet::new(),
        })
    }

    /// How many extracts were lent.
    pub(super) fn lent(&self) -> usize {
        self.lent.len()
    }

    /// Reads a source of a pipeline as it was for the run that published `release`. `withdrawn`: what had been taken back then.
    pub(super) async fn take(
        &mut self,
        pipeline: &Pipeline,
        name: &str,
        release: &Release,
        withdrawn: &Withdrawn,
        pinned: &mut Pinned,
    ) -> Result<()> {
        let full = full_name(pipeline, name);
        if pinned.extracts.contains_key(&full) || pinned.faults.contains_key(&full) {
            return Ok(());
        }
        let told = release
            .sources
            .get(&full)
            .map(|told| told["receipt"].clone());
        let receipt = told.and_then(|told| serde_json::from_value::<Receipt>(told).ok());
        let Some(receipt) = receipt else {
            let why = Why::NewSource {
                source: full.clone(),
            };
            pinned.faults.insert(full, why);
            return Ok(());
        };
        if let Some(fault) = self.archive.lend(&receipt, &self.temporary)? {
            let why = Why::of_body(fault, &full, &receipt.extract);
            pinned.faults.insert(full, why);
            return Ok(());
        }
        let source = &pipeline.sources[name];
        if source.history.is_some() {
            let mut past = Vec::new();
            for earlier in self.archive.past_of(&receipt)? {
                // As for a run: one whose body is gone tells nothing. That it did shows in the content of the source.
                if self.archive.lend(&earlier, &self.temporary)?.is_some() {
                    continue;
                }
                self.lent.insert((full.clone(), earlier.extract.clone()));
                past.push(self.extractor.again(source, earlier).await?);
            }
            past.retain(|extract| !withdrawn.is_of(&full, extract.receipt.change_hash));
            pinned.past.insert(full.clone(), past);
        }
        self.lent.insert((full.clone(), receipt.extract.clone()));
        let extract = self.extractor.again(source, receipt).await?;
        pinned.extracts.insert(full, extract);
        Ok(())
    }
}
