//! Rows of the lake as one file of another format, for programs that read no Parquet.
//!
//! ```text
//! batches ─▶ canonical columns (text, integer, number, boolean, date, moment, geometry) ─▶ one file
//! ```
//!
//! Rows are written as they come; memory does not grow with their number (FlatGeobuf keeps 48 bytes a row for its index).
//! The file gets its name once it is whole. Geometries are WKB in CRS84. The `bbox` column of the lake is left
//! out: it follows from the geometry.

mod about;
mod cells;
mod csvw;
mod delimited;
mod error;
mod fgb;
mod geojson;
mod gpkg;
mod neutral;
mod parquet;
mod xlsx;

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use tempfile::NamedTempFile;

pub use about::{About, ColumnNote, NoticeNote, SourceNote};
pub use csvw::companion;
pub use error::{Error, Result};

use crate::cells::Shape;

/// What a file can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values in UTF-8, geometries as WKT; what they are stands in a file beside it ([`companion`]).
    Csv,
    /// Excel workbook: rows, dictionary, sources; geometries as WKT.
    Xlsx,
    /// GeoJSON of RFC 7946.
    GeoJson,
    /// GeoPackage of one layer, or of one table without geometry.
    Gpkg,
    /// FlatGeobuf with its spatial index.
    Fgb,
    /// GeoParquet 1.1, or Parquet without geometry.
    Parquet,
}

impl Format {
    /// That of a file by its extension.
    ///
    /// # Errors
    /// [`Error::Extension`].
    pub fn of(path: &Path) -> Result<Self> {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Xlsx),
            "geojson" => Ok(Self::GeoJson),
            "gpkg" => Ok(Self::Gpkg),
            "fgb" => Ok(Self::Fgb),
            "parquet" => Ok(Self::Parquet),
            _ => Err(Error::Extension {
                path: path.to_owned(),
            }),
        }
    }

    /// Whether it is for maps: rows without geometry have no place in it.
    fn is_of_maps(self) -> bool {
        matches!(self, Self::GeoJson | Self::Fgb)
    }
}

/// Choices of whoever exports.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The geometry, where there are several; none: `geometry`, else the first.
    pub geometry: Option<String>,
    /// Begin a CSV with a byte order mark, by which Excel knows that it is UTF-8.
    pub byte_order_mark: bool,
}

/// What a format does with rows.
trait Sink {
    /// Adds rows, of the shape that the sink was made for.
    fn write(&mut self, rows: &RecordBatch) -> Result<()>;

    /// Ends the file.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// A file under way.
pub struct Export {
    sink: Box<dyn Sink>,
    shape: Shape,
    temporary: NamedTempFile,
    /// What stands in a file beside it, where the format has no place for it.
    beside: Option<(NamedTempFile, PathBuf)>,
    to: PathBuf,
    rows: u64,
}

impl Export {
    /// Begins the file `to`, whose extension says its format. Another file of that name stays until this one is whole.
    ///
    /// # Errors
    /// [`Error::Extension`], [`Error::NoGeometry`], [`Error::UnknownGeometry`], [`Error::Io`].
    pub fn create(to: &Path, schema: &Schema, about: &About, options: &Options) -> Result<Self> {
        let format = Format::of(to)?;
        let shape = Shape::of(
            schema,
            options.geometry.as_deref(),
            format == Format::Parquet,
        )?;
        if format.is_of_maps() && shape.geometry().is_none() {
            return Err(Error::NoGeometry {
                columns: schema.fields().iter().map(|f| f.name().clone()).collect(),
            });
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let temporary = named_later(folder).map_err(Error::io(to))?;
        let path = temporary.path();
        let sink: Box<dyn Sink> = match format {
            Format::Csv => Box::new(delimited::Csv::create(
                path,
                &shape,
                options.byte_order_mark,
            )?),
            Format::Xlsx => Box::new(xlsx::Xlsx::create(path, &shape, about)?),
            Format::GeoJson => Box::new(geojson::GeoJson::create(path, &shape, about)?),
            Format::Gpkg => Box::new(gpkg::Gpkg::create(path, &shape, about)?),
            Format::Fgb => Box::new(fgb::Fgb::create(path, &shape, about)?),
            Format::Parquet => Box::new(parquet::Parquet::create(path, &shape, about)?),
        };
        let beside = match format {
            Format::Csv => Some(csvw::write(folder, to, &shape, about)?),
            _ => None,
        };
        Ok(Self {
            sink,
            shape,
            temporary,
            beside,
            to: to.to_owned(),
            rows: 0,
        })
    }

    /// Adds rows of the schema that the file was begun with.
    ///
    /// # Errors
    /// [`Error::Rows`] and what the format cannot hold; [`Error::Io`].
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        self.sink.write(&self.shape.bring(batch)?)
    }

    /// Ends the file and gives it its name; gives the number of its rows.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(self) -> Result<u64> {
        self.sink.finish()?;
        self.temporary
            .persist(&self.to)
            .map_err(|e| Error::io(&self.to)(e.error))?;
        if let Some((temporary, path)) = self.beside {
            temporary
                .persist(&path)
                .map_err(|e| Error::io(&path)(e.error))?;
        }
        Ok(self.rows)
    }
}

/// A file that gets its name later. Temporary files are their owner's alone; this one is as any that one makes.
fn named_later(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let file = builder.prefix(".edulac-").tempfile_in(folder);
    // The library says its passing name too, which means nothing to anybody.
    file.map_err(|error| error.kind().into())
}
