//! From a source to the files of its body on the local disk: one part per download.
//!
//! ```text
//! source ─▶ stand-in? ─▶ folder of the profile ──────────────┐
//!                   └──▶ HTTP: turn, request, redirections,   ├─▶ body in the staging folder, with its digests
//!                        refusals, retries, resumption ───────┘
//! ```
//!
//! The publisher's metadata (Opendatasoft, data.gouv.fr) or the validators of the receipt before (plain HTTP) spare
//! the download when they can; equal bytes are "unchanged" in any case.

mod digest;
mod download;
mod file;
mod hosts;
mod http;
mod local;
mod metadata;
mod names;
mod net;
mod opendatasoft;
mod pace;
mod plain;
mod quota;
mod refusal;
mod request;
mod retry;
mod rnb;
mod rnb_diff;
mod stand_in;
mod trailer;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use edulac_spec::pipeline::SourceKind;

use self::download::{Body, Download};
use self::request::Request;
use crate::error::{Error, Origin};
use crate::receipt::{BodyFile, PartReceipt, Receipt, Upstream};

pub(crate) use net::Net;
pub(crate) use rnb::DATASET as RNB_DATASET;
pub(crate) use rnb_diff::ADDRESS as RNB_DIFF;
pub(crate) use watch::watch;
pub use watch::{WatchState, Watched};

/// What became of one part of a source (the whole of it, or a département).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FetchedPart {
    /// The part's name; null when the source has one part.
    pub(crate) part: Option<String>,
    /// Whose it is, with the redacted address, for messages.
    pub(crate) origin: Origin,
    /// HTTP status of the last answer; null for a local file, or when the metadata spared the request.
    pub(crate) status: Option<u16>,
    /// Headers kept (validators, type, quotas), lower-case names; those of the receipt before when the metadata
    /// spared the request.
    pub(crate) headers: BTreeMap<String, String>,
    /// What the publisher says apart from the data; null when it says nothing.
    pub(crate) upstream: Option<Upstream>,
    /// The body.
    pub(crate) content: Content,
}

/// The body of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// The one of the receipt before: metadata, validators or the bytes themselves say so.
    Unchanged,
    /// New files in the staging folder; the first is the main one (a shapefile comes with its companions).
    Files(Vec<BodyFile>),
}

/// Fetches every part of a source into `staging`. `previous` is the newest receipt of the source, with which
/// requests are made conditional: its bodies must still be in the archive.
pub(crate) struct Fetch<'a> {
    pub(crate) source: &'a str,
    pub(crate) kind: &'a SourceKind,
    pub(crate) previous: Option<&'a Receipt>,
    pub(crate) staging: &'a Path,
}

impl Fetch<'_> {
    /// The parts of the source, in its order. A table of the lake has none: it is not fetched.
    ///
    /// # Errors
    /// Whatever keeps one part from being whole; files of other parts may be left in `staging`.
    pub(crate) async fn run(&self, net: &Net) -> Result<Vec<FetchedPart>, Error> {
        match self.kind {
            SourceKind::Opendatasoft { .. } => match opendatasoft::Dataset::of(self.kind) {
                Some(dataset) => Ok(vec![opendatasoft::fetch(self, net, &dataset).await?]),
                None => Ok(Vec::new()),
            },
            SourceKind::Http { url, .. } => Ok(vec![plain::fetch(self, net, url).await?]),
            SourceKind::File { url, .. } => Ok(vec![file::fetch(self, net, url).await?]),
            SourceKind::Rnb { departements } => rnb::fetch(self, net, departements).await,
            SourceKind::RnbNational {} => Ok(vec![rnb::fetch_national(self, net).await?]),
            SourceKind::RnbDiff { since } => rnb_diff::fetch(self, net, *since).await,
            SourceKind::Lake { .. } | SourceKind::Previous { .. } => Ok(Vec::new()),
        }
    }
    /// The part of the receipt before.
    fn previous(&self, part: Option<&str>) -> Option<&PartReceipt> {
        self.previous?.part(part)
    }

    /// The part as it was, when what the publisher says now means `same` as what the receipt before holds for the
    /// same address; null when the body must be asked for.
    fn spared(
        &self,
        request: &Request<'_>,
        upstream: &Upstream,
        same: impl FnOnce(&Upstream) -> bool,
    ) -> Option<FetchedPart> {
        let previous = self.previous(request.part)?;
        let before = previous.upstream.as_ref()?;
        (previous.url == *request.origin.url && same(before)).then(|| FetchedPart {
            part: request.part.map(str::to_owned),
            origin: request.origin.clone(),
            status: None,
            headers: previous.headers.clone(),
            upstream: Some(upstream.clone()),
            content: Content::Unchanged,
        })
    }

    /// The part that a download makes.
    fn part(
        &self,
        request: &Request<'_>,
        download: Download,
        upstream: Option<Upstream>,
    ) -> Result<FetchedPart, Error> {
        let content = match download.body {
            None => Content::Unchanged,
            Some(Body { name, digest }) => {
                self.settle(request.part, vec![digest.body_file(name)])?
            }
        };
        Ok(FetchedPart {
            part: request.part.map(str::to_owned),
            origin: request.origin.clone(),
            status: download.status,
            headers: download.headers,
            upstream,
            content,
        })
    }

    /// Whether staged files bring anything new; if not they go.
    fn settle(&self, part: Option<&str>, files: Vec<BodyFile>) -> Result<Content, Error> {
        if self
            .previous(part)
            .is_none_or(|previous| previous.files != files)
        {
            return Ok(Content::Files(files));
        }
        for file in &files {
            let path = self.staging.join(&file.name);
            std::fs::remove_file(&path).map_err(Error::io(path))?;
        }
        Ok(Content::Unchanged)
    }
}
