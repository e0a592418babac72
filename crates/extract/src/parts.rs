//! The parts of an extract: which keep what the archive already has, and where their records are.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use edulac_spec::pipeline::SourceKind;

use crate::archive::{Archive, PartFiles};
use crate::error::{Error, Origin};
use crate::fetch::{Content, FetchedPart};
use crate::progress::Progress;
use crate::read::{ReadOptions, Request};
use crate::receipt::{BodyFile, ExtractId, PartReceipt, Reading, Receipt, Upstream};
use crate::settings::Limits;

/// What reading the parts of one source needs.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) archive: Archive,
    pub(crate) source: Arc<str>,
    pub(crate) options: Arc<ReadOptions>,
    pub(crate) limits: Limits,
    pub(crate) progress: Arc<dyn Progress>,
}

impl Parts {
    /// The receipt of a part that was fetched: new files are read in the staging folder, and dropped when they hold
    /// what the archive already has.
    pub(crate) fn settle(
        &self,
        fetched: FetchedPart,
        staging: &Path,
        extract: &ExtractId,
        previous: Option<&Receipt>,
        kind: &SourceKind,
    ) -> Result<PartReceipt, Error> {
        let before = previous.and_then(|receipt| {
            let part = receipt.part(fetched.part.as_deref())?;
            Some((receipt, part))
        });
        let FetchedPart {
            part,
            origin,
            status,
            headers,
            upstream,
            content,
        } = fetched;
        let mut settled = PartReceipt {
            url: origin.url.to_string(),
            part,
            status,
            headers,
            upstream,
            files: Vec::new(),
            kept_in: None,
            reading: Reading::default(),
        };
        if let Content::Files(files) = content {
            settled.files = files;
            settled.reading = self.read(&settled, &origin, staging, extract)?;
            check_count(&settled, &origin, kind)?;
            let known = before.is_some_and(|(receipt, before)| {
                self.holds(before, receipt.holder(before), &settled.reading)
            });
            if !known {
                return Ok(settled);
            }
            drop_files(staging, &settled)?;
        }
        let (receipt, before) = before.ok_or_else(|| Error::Stopped {
            name: self.source.to_string(),
        })?;
        settled.files.clone_from(&before.files);
        settled.kept_in = Some(receipt.holder(before).clone());
        settled.reading = self.kept(&settled, receipt.holder(before))?;
        Ok(settled)
    }

    /// How the archived body of a part is read today; its records are made again when they are not there, or were
    /// made in another way.
    pub(crate) fn kept(&self, part: &PartReceipt, holder: &ExtractId) -> Result<Reading, Error> {
        let folder = self.archive.folder(&self.source, holder)?;
        let files = PartFiles::in_folder(&folder, part.part.as_deref());
        let known = files.reading()?;
        match known.filter(|known| known.options == self.options.fingerprint()) {
            Some(reading) => Ok(reading),
            None => {
                let origin = Origin::new(&self.source, &part.url);
                self.read(part, &origin, &folder, holder)
            }
        }
    }

    /// Whether the archived body of a part has this content, in some order, as it is read today.
    fn holds(&self, part: &PartReceipt, holder: &ExtractId, content: &Reading) -> bool {
        same_content(&part.reading, content)
            && self
                .kept(part, holder)
                .is_ok_and(|kept| same_content(&kept, content))
    }

    fn read(
        &self,
        part: &PartReceipt,
        origin: &Origin,
        folder: &Path,
        extract: &ExtractId,
    ) -> Result<Reading, Error> {
        let main = part.files.first().ok_or_else(|| Error::Stopped {
            name: self.source.to_string(),
        })?;
        let request = Request {
            origin: origin.clone(),
            path: folder.join(&main.name),
            options: Arc::clone(&self.options),
            limits: self.limits,
            extract: extract.clone(),
            part: part.part.clone(),
            files: PartFiles::in_folder(folder, part.part.as_deref()),
            progress: Arc::clone(&self.progress),
        };
        request.read()
    }

    /// The records of the parts of a receipt, and the lists of unreadable ones that are there.
    pub(crate) fn files(&self, receipt: &Receipt) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Error> {
        let (mut records, mut unreadable) = (Vec::new(), Vec::new());
        for part in &receipt.parts {
            let folder = self.archive.folder(&self.source, receipt.holder(part))?;
            let files = PartFiles::in_folder(&folder, part.part.as_deref());
            records.push(files.records);
            if part.reading.records.unreadable > 0 {
                unreadable.push(files.unreadable);
            }
        }
        Ok((records, unreadable))
    }
}

/// An unreadable record has no content to compare, so their number has to do.
fn same_content(before: &Reading, now: &Reading) -> bool {
    let sorted = |reading: &Reading| {
        let mut columns = reading.columns.clone();
        columns.sort();
        columns
    };
    before.change_hash == now.change_hash
        && before.records.unreadable == now.records.unreadable
        && sorted(before) == sorted(now)
}

/// An export without a filter has as many records as its metadata announce.
fn check_count(part: &PartReceipt, origin: &Origin, kind: &SourceKind) -> Result<(), Error> {
    let whole = matches!(kind, SourceKind::Opendatasoft { filter: None, .. });
    let announced = match &part.upstream {
        Some(Upstream::Opendatasoft { records_count, .. }) if whole => *records_count,
        _ => None,
    };
    let records = part.reading.records;
    // Empty lines may be records of the dataset or not.
    let received = records.parsed + records.unreadable..=records.total();
    match announced {
        Some(announced) if !received.contains(&announced) => Err(Error::TruncatedExport {
            origin: origin.clone(),
            announced,
            received: records.total(),
        }),
        _ => Ok(()),
    }
}

fn drop_files(staging: &Path, part: &PartReceipt) -> Result<(), Error> {
    let files = PartFiles::in_folder(staging, part.part.as_deref());
    files.remove()?;
    for BodyFile { name, .. } in &part.files {
        let path = staging.join(name);
        fs::remove_file(&path).map_err(Error::io(path))?;
    }
    Ok(())
}
