//! The door: a source in, its records out.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use edulac_spec::pipeline::Source;
use indexmap::{IndexMap, IndexSet};
use sha2::{Digest, Sha256};

use crate::address::{address, asked};
use crate::archive::{Archive, body_is_there};
use crate::change_hash::ChangeHash;
use crate::error::{Error, Origin};
use crate::fetch::{Content, Fetch, FetchedPart, Net, Watched, watch};
use crate::parts::Parts;
use crate::progress::Progress;
use crate::read::ReadOptions;
use crate::receipt::{ExtractId, PartReceipt, Receipt, RecordCounts};
use crate::settings::{Clock, Limits, Sleeper};

/// Where and how to extract.
#[derive(Clone)]
pub struct Options {
    /// Folder of the project, to which paths of sources and stand-ins are relative.
    pub root: PathBuf,
    /// Folder of the archive; extracts go to `raw/` in it.
    pub archive: PathBuf,
    /// Stand-ins: the start of an address, and the address or folder to ask instead.
    pub endpoints: IndexMap<String, String>,
    /// Ask nobody: the newest extracts of the archive are the sources.
    pub frozen: bool,
    /// What is refused rather than read.
    pub limits: Limits,
    /// Tells the time.
    pub clock: Clock,
    /// Hears what happens.
    pub progress: Arc<dyn Progress>,
}

/// Extracts sources into the archive. Sources may be extracted side by side, one source once at a time.
pub struct Extractor {
    archive: Archive,
    net: Net,
    endpoints: IndexMap<String, String>,
    frozen: bool,
    limits: Limits,
    clock: Clock,
    progress: Arc<dyn Progress>,
}

/// A source as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Extract {
    /// The receipt, in the archive under its own id. When nothing changed the content is in the folders of older
    /// extracts, which [`Receipt::holder`] names.
    pub receipt: Receipt,
    /// The content is that of the extract before, whatever the order of its records; always so in a frozen run.
    pub unchanged: bool,
    /// The records of each part: Parquet, the columns of the source then `_source`, `_extrait`, `_partie`, `_ligne`. Parts may
    /// differ in their columns.
    pub records: Vec<PathBuf>,
    /// The lists of unreadable records that are not empty: an [`UnreadableRecord`](crate::UnreadableRecord) a line.
    pub unreadable: Vec<PathBuf>,
}

impl Extractor {
    /// # Errors
    /// A stand-in that is no address, a time-out of the environment that is no number, or an HTTP client that cannot be set up.
    pub fn new(options: Options) -> Result<Self, Error> {
        let net = Net::new(
            &options.root,
            &options.endpoints,
            options.frozen,
            options.limits,
            Arc::clone(&options.clock),
            Arc::clone(&options.progress),
        )?;
        Ok(Self {
            archive: Archive::open(&options.archive),
            net,
            endpoints: options.endpoints,
            frozen: options.frozen,
            limits: options.limits,
            clock: options.clock,
            progress: options.progress,
        })
    }

    /// Waits before another attempt as this says, instead of by the clock of the system.
    #[must_use]
    pub fn with_sleeper(mut self, sleeper: Sleeper) -> Self {
        self.net = self.net.with_sleeper(sleeper);
        self
    }

    /// Brings the archive up to date with a source and gives its records. `name` is `pipeline.source`, the name of
    /// its folder in the archive.
    ///
    /// A run that finds nothing new leaves a receipt that says so, and no body. One that is killed leaves nothing
    /// that looks like an extract.
    ///
    /// # Errors
    /// What keeps the source from being asked, its body from being whole, or the archive from being written. Records
    /// that cannot be read are not errors: they are listed.
    pub async fn extract(&self, name: &str, source: &Source) -> Result<Extract, Error> {
        let parts = self.parts(name, source).ok_or_else(|| Error::NoBody {
            name: name.to_owned(),
        })?;
        let asked = asked(&source.kind, &self.endpoints);
        if self.frozen {
            let receipt = self.archive.newest_asked(name, &asked)?;
            let receipt = receipt.ok_or_else(|| Error::Frozen {
                origin: Origin::new(name, &address(&source.kind)),
            })?;
            let extract = blocking(name, move || read_again(&parts, receipt)).await?;
            return Ok(Extract {
                unchanged: true,
                ..extract
            });
        }
        let newest = self.archive.newest(name)?;
        let at = after(newest.as_ref(), (self.clock)());
        let previous = newest.filter(|receipt| self.is_whole(name, receipt));
        let staged = self.archive.stage(name)?;
        let fetch = Fetch {
            source: name,
            kind: &source.kind,
            previous: previous.as_ref(),
            staging: staged.path(),
        };
        let fetched = Box::pin(fetch.run(&self.net)).await?;
        let kind = source.kind.clone();
        blocking(name, move || {
            let extract = ExtractId::new(at, &digest(&fetched, previous.as_ref()));
            let settled = fetched
                .into_iter()
                .map(|part| parts.settle(part, staged.path(), &extract, previous.as_ref(), &kind))
                .collect::<Result<Vec<_>, _>>()?;
            let receipt = receipt(
                &parts.source,
                asked,
                extract,
                at,
                settled,
                previous.as_ref(),
            );
            parts.archive.commit(staged, &receipt)?;
            found(&parts, receipt)
        })
        .await
    }

    /// The newest extract that the archive has of a source as it would be asked for now, if it is no older than `since`:
    /// nobody is asked.
    ///
    /// # Errors
    /// What keeps the archive from being read.
    pub async fn kept(
        &self,
        name: &str,
        source: &Source,
        since: DateTime<Utc>,
    ) -> Result<Option<Extract>, Error> {
        let Some(parts) = self.parts(name, source) else {
            return Ok(None);
        };
        let newest = self
            .archive
            .newest_asked(name, &asked(&source.kind, &self.endpoints))?;
        match newest.filter(|receipt| receipt.requested_at >= since && self.is_whole(name, receipt))
        {
            Some(receipt) => blocking(name, move || read_again(&parts, receipt))
                .await
                .map(Some),
            None => Ok(None),
        }
    }

    /// The earlier extracts of a source that had another content each, newest first, as the pipeline now reads them. Only
    /// those of the same address count. Nobody is asked.
    ///
    /// # Errors
    /// What keeps the archive from being read.
    pub async fn past(&self, name: &str, source: &Source) -> Result<Vec<Extract>, Error> {
        let Some(parts) = self.parts(name, source) else {
            return Ok(Vec::new());
        };
        let earlier = self
            .archive
            .past(name, &asked(&source.kind, &self.endpoints))?;
        let whole = earlier
            .into_iter()
            .filter(|receipt| self.is_whole(name, receipt));
        let whole: Vec<Receipt> = whole.collect();
        blocking(name, move || {
            whole
                .into_iter()
                .map(|receipt| read_again(&parts, receipt))
                .collect()
        })
        .await
    }

    /// An extract of the archive, whichever it is, as the pipeline now reads the source. Nobody is asked.
    ///
    /// # Errors
    /// What keeps the archive from being read, or the records from being made again.
    pub async fn again(&self, source: &Source, receipt: Receipt) -> Result<Extract, Error> {
        let name = receipt.source.clone();
        let parts = self
            .parts(&name, source)
            .ok_or_else(|| Error::NoBody { name: name.clone() })?;
        blocking(&name, move || read_again(&parts, receipt)).await
    }

    /// Looks at a source without fetching it, and compares what is said of it with the newest extract.
    ///
    /// # Errors
    /// What keeps the source from being asked, or the archive from being read.
    pub async fn watch(&self, name: &str, source: &Source) -> Result<Watched, Error> {
        let asked = asked(&source.kind, &self.endpoints);
        let newest = self.archive.newest_asked(name, &asked)?;
        Box::pin(watch(&self.net, name, &source.kind, newest.as_ref())).await
    }

    fn parts(&self, name: &str, source: &Source) -> Option<Parts> {
        Some(Parts {
            archive: self.archive.clone(),
            source: name.into(),
            options: Arc::new(ReadOptions::of(source)?),
            limits: self.limits,
            progress: Arc::clone(&self.progress),
        })
    }

    /// A receipt whose bodies are gone spares nothing.
    fn is_whole(&self, name: &str, receipt: &Receipt) -> bool {
        receipt.parts.iter().all(|part| {
            let folder = self.archive.folder(name, receipt.holder(part));
            folder.is_ok_and(|folder| body_is_there(&folder, part))
        })
    }
}

/// Reading and hashing must not hold up the other sources.
async fn blocking<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| {
        Err(Error::Stopped {
            name: name.to_owned(),
        })
    })
}

/// An extract of the archive, read as the pipeline now says.
fn read_again(parts: &Parts, mut receipt: Receipt) -> Result<Extract, Error> {
    for index in 0..receipt.parts.len() {
        let part = &receipt.parts[index];
        let reading = parts.kept(part, receipt.holder(part))?;
        receipt.parts[index].reading = reading;
    }
    sum_up(&mut receipt);
    found(parts, receipt)
}

fn found(parts: &Parts, receipt: Receipt) -> Result<Extract, Error> {
    let (records, unreadable) = parts.files(&receipt)?;
    Ok(Extract {
        unchanged: receipt.unchanged_since.is_some(),
        receipt,
        records,
        unreadable,
    })
}

/// Now, but after the newest extract, whose name must sort before: within a second, or when the clock was set back,
/// the time is that of the newest and a second.
fn after(newest: Option<&Receipt>, now: DateTime<Utc>) -> DateTime<Utc> {
    match newest {
        Some(newest) if newest.requested_at.timestamp() >= now.timestamp() => {
            newest.requested_at + TimeDelta::seconds(1)
        }
        _ => now,
    }
}

/// The bodies of all parts, new or kept, as one hash.
fn digest(parts: &[FetchedPart], previous: Option<&Receipt>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let name = part.part.as_deref();
        let files = match &part.content {
            Content::Files(files) => Some(files),
            Content::Unchanged => previous
                .and_then(|receipt| receipt.part(name))
                .map(|part| &part.files),
        };
        hash.update(name.unwrap_or_default());
        for file in files.into_iter().flatten() {
            hash.update(&file.sha256);
        }
    }
    let hash = hash.finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn receipt(
    source: &str,
    asked: String,
    extract: ExtractId,
    requested_at: DateTime<Utc>,
    parts: Vec<PartReceipt>,
    previous: Option<&Receipt>,
) -> Receipt {
    let before = previous.filter(|previous| {
        previous.parts.len() == parts.len()
            && parts.iter().all(|part| {
                let before = previous.part(part.part.as_deref());
                before.is_some_and(|before| {
                    Some(previous.holder(before)) == part.kept_in.as_ref()
                        && before.reading.change_hash == part.reading.change_hash
                        && before.reading.columns == part.reading.columns
                })
            })
    });
    let since = |receipt: &Receipt| {
        let holder = receipt.unchanged_since.as_ref();
        holder.unwrap_or(&receipt.extract).clone()
    };
    let mut receipt = Receipt {
        version: Receipt::VERSION,
        source: source.to_owned(),
        extract,
        asked,
        requested_at,
        unchanged_since: before.map(since),
        parts,
        records: RecordCounts::default(),
        columns: Vec::new(),
        change_hash: ChangeHash::default(),
    };
    sum_up(&mut receipt);
    receipt
}

/// What the parts have in common.
fn sum_up(receipt: &mut Receipt) {
    let readings = || receipt.parts.iter().map(|part| &part.reading);
    let records = readings().fold(RecordCounts::default(), |sum, reading| {
        sum.with(reading.records)
    });
    let hash = readings().fold(ChangeHash::default(), |sum, reading| {
        sum.with(reading.change_hash)
    });
    let columns: IndexSet<String> = readings()
        .flat_map(|reading| reading.columns.iter().cloned())
        .collect();
    receipt.records = records;
    receipt.change_hash = hash;
    receipt.columns = columns.into_iter().collect();
}
