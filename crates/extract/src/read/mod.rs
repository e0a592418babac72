//! From a body to its records: `records.parquet` beside it, and `unreadable.jsonl` for what could not be read.
//!
//! ```text
//! columns of the source, renamed, without the volatile ones
//! _source   Utf8   name of the source
//! _extrait  Utf8   id of the extract whose folder holds the body
//! _ligne    Int64  number of the record in its body, from 1
//! ```
//!
//! Text formats give `Utf8` columns; GeoJSON, shapefiles and GeoPackages add `geometry` (`Binary`, WKB). Null is an empty cell, a
//! declared null or an absent key: unknown. Records stream: a batch at most is in memory.

mod columns;
mod csv;
mod csv_records;
mod dbf;
mod geojson;
mod geopackage;
mod json;
mod json_array;
mod json_record;
mod jsonl;
mod options;
mod parquet;
mod rows;
mod shapefile;
mod sink;
mod unreadable;
mod web_page;

use std::path::PathBuf;
use std::sync::Arc;

use edulac_spec::pipeline::FormatKind;

use crate::archive::PartFiles;
use crate::body::Body;
use crate::error::{Error, Origin};
use crate::progress::Progress;
use crate::receipt::{ExtractId, Reading};
use crate::settings::Limits;

pub(crate) use options::ReadOptions;
pub use options::format_of;
pub use unreadable::UnreadableRecord;

/// A body to read, and where its records go.
pub(crate) struct Request {
    pub(crate) origin: Origin,
    /// The main file of the body.
    pub(crate) path: PathBuf,
    pub(crate) options: Arc<ReadOptions>,
    pub(crate) limits: Limits,
    /// The extract whose folder holds the body.
    pub(crate) extract: ExtractId,
    /// The part of the source that the body is; none when it is the whole.
    pub(crate) part: Option<String>,
    pub(crate) files: PartFiles,
    pub(crate) progress: Arc<dyn Progress>,
}

impl Request {
    fn body(&self) -> Body<'_> {
        Body {
            origin: &self.origin,
            path: &self.path,
            member: self.options.format.member.as_deref(),
            limits: &self.limits,
        }
    }

    /// Reads the body; the records are whole once this returns.
    pub(crate) fn read(&self) -> Result<Reading, Error> {
        self.files.forget_reading()?;
        let reading = match &self.options.format.kind {
            FormatKind::Csv {
                delimiter,
                encoding,
                nulls,
                quote,
            } => csv::read(
                self,
                &csv::Dialect {
                    delimiter: *delimiter,
                    encoding: *encoding,
                    nulls,
                    quote: *quote,
                },
            ),
            FormatKind::Geojson => geojson::read(self),
            FormatKind::Geopackage { layer } => geopackage::read(self, layer.as_deref()),
            FormatKind::Json { records, record } => json::read(self, records, record),
            FormatKind::Jsonl { record } => jsonl::read(self, record),
            FormatKind::Parquet => parquet::read(self),
            FormatKind::Shapefile { encoding } => shapefile::read(self, *encoding),
        }?;
        self.files.write_reading(&reading)?;
        Ok(reading)
    }
}
