//! How a source is to be read.

use edulac_spec::pipeline::{
    Delimiter, Encoding, Export, Format, FormatKind, Quote, Source, SourceKind,
};
use indexmap::IndexMap;
use sha2::{Digest, Sha256};

/// Changes whenever the same options would give other records, so that those of an archive are made again.
const READER: &str = "3";

/// What decides the records of a body, apart from the body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReadOptions {
    pub(crate) format: Format,
    /// Today's name of a column, and its older names.
    pub(crate) renames: IndexMap<String, Vec<String>>,
    /// Columns left out, under the names that `renames` gives.
    pub(crate) volatile: Vec<String>,
}

impl ReadOptions {
    /// None for a table of the lake.
    pub(crate) fn of(source: &Source) -> Option<Self> {
        let people = of_people(&source.kind).iter().copied().map(str::to_owned);
        Some(Self {
            format: format_of(&source.kind)?,
            renames: source.renames.clone(),
            volatile: source.volatile.iter().cloned().chain(people).collect(),
        })
    }

    /// Equal for equal options and the same reader.
    pub(crate) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(format!("{READER} {self:?}"));
        digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// The format in which a source gives its records; none for a table of the lake, which is not read from a body.
pub fn format_of(kind: &SourceKind) -> Option<Format> {
    let whole = |kind| Format { kind, member: None };
    Some(match kind {
        SourceKind::Http { format, .. } | SourceKind::File { format, .. } => format.clone(),
        SourceKind::Opendatasoft { export, .. } => whole(match export {
            Export::Csv => separated_by(Delimiter::Semicolon),
            Export::Jsonl => FormatKind::Jsonl {
                record: String::new(),
            },
            Export::Geojson => FormatKind::Geojson,
            Export::Parquet => FormatKind::Parquet,
        }),
        SourceKind::Rnb { .. } | SourceKind::RnbNational {} => Format {
            kind: separated_by(Delimiter::Semicolon),
            member: Some("*.csv".to_owned()),
        },
        SourceKind::RnbDiff { .. } => whole(separated_by(Delimiter::Comma)),
        SourceKind::Lake { .. } | SourceKind::Previous { .. } => return None,
    })
}

/// Columns of the RNB with the names of those who validated or changed a building: no table of ours holds them.
fn of_people(kind: &SourceKind) -> &'static [&'static str] {
    match kind {
        SourceKind::Rnb { .. } | SourceKind::RnbNational {} | SourceKind::RnbDiff { .. } => {
            &["validated_by", "username"]
        }
        _ => &[],
    }
}

fn separated_by(delimiter: Delimiter) -> FormatKind {
    FormatKind::Csv {
        delimiter: Some(delimiter),
        encoding: Encoding::Utf8,
        nulls: Vec::new(),
        quote: Quote::Double,
    }
}
