//! From a source to the files of its body on the local disk: one part per download.

use std::collections::BTreeMap;
use std::path::Path;

use edulac_spec::pipeline::SourceKind;

use crate::error::{Error, Origin};
use crate::receipt::{BodyFile, Receipt, Upstream};

/// What became of one part of a source (the whole of it, or a département).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FetchedPart {
    /// The part's name; null when the source has one part.
    pub(crate) part: Option<String>,
    /// Whose it is, with the redacted address, for messages.
    pub(crate) origin: Origin,
    /// HTTP status of the last answer; null for a local file, or when the metadata spared the request.
    pub(crate) status: Option<u16>,
    /// Headers kept (validators, type, quotas), lower-case names.
    pub(crate) headers: BTreeMap<String, String>,
    /// What the publisher says apart from the data; null when it says nothing.
    pub(crate) upstream: Option<Upstream>,
    /// The body.
    pub(crate) content: Content,
}

/// The body of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// The one of the receipt before: metadata, validators or a local file's bytes say so.
    Unchanged,
    /// New files in the staging folder; the first is the main one (a shapefile comes with its companions).
    Files(Vec<BodyFile>),
}

/// Fetches every part of a source into `staging`. `previous` is the newest receipt of the source, with which
/// requests are made conditional.
pub(crate) struct Fetch<'a> {
    pub(crate) source: &'a str,
    pub(crate) kind: &'a SourceKind,
    pub(crate) previous: Option<&'a Receipt>,
    pub(crate) staging: &'a Path,
}
