//! The errors of this crate.

use datafusion::error::DataFusionError;
use edulac_model::ErrorClass;

use crate::crs::CrsError;
use crate::dissolve::DissolveError;
use crate::geojson::GeoJsonError;
use crate::geoparquet::GeoMetadataError;
use crate::repair::RepairError;
use crate::wkb::WkbError;
use crate::wkt::WktError;

/// What this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a geometry could not be read, placed, repaired or described.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Bytes that are not the WKB of a finite 2D geometry.
    #[error(transparent)]
    Wkb(#[from] WkbError),
    /// A text that is not WKT or EWKT.
    #[error(transparent)]
    Wkt(#[from] WktError),
    /// A text that is not a GeoJSON geometry.
    #[error(transparent)]
    GeoJson(#[from] GeoJsonError),
    /// An unknown coordinate system, or coordinates that do not belong to it.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// A polygon that repair could not make valid.
    #[error(transparent)]
    Repair(#[from] RepairError),
    /// Areas that cannot be made one.
    #[error(transparent)]
    Dissolve(#[from] DissolveError),
    /// A `geo` key that is not GeoParquet metadata.
    #[error(transparent)]
    GeoMetadata(#[from] GeoMetadataError),
    /// Arrays that do not fit together.
    #[error("arrays that do not fit together: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
}

impl Error {
    /// What the error is about.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Crs(error) => error.class(),
            Self::Arrow(_) => ErrorClass::Bug,
            Self::Wkb(_)
            | Self::Wkt(_)
            | Self::GeoJson(_)
            | Self::Repair(_)
            | Self::Dissolve(_)
            | Self::GeoMetadata(_) => ErrorClass::Data,
        }
    }
}

/// The class of an engine's error: that of the spatial functions is their own, those of files and memory are the
/// machine's, those of values the data's.
#[must_use]
pub fn class_of(error: &DataFusionError) -> ErrorClass {
    match error.find_root() {
        DataFusionError::External(inner) => inner
            .downcast_ref::<Error>()
            .map_or(ErrorClass::Bug, Error::class),
        DataFusionError::IoError(_)
        | DataFusionError::ObjectStore(_)
        | DataFusionError::ParquetError(_)
        | DataFusionError::ResourcesExhausted(_) => ErrorClass::Infrastructure,
        DataFusionError::ArrowError(..) | DataFusionError::Execution(_) => ErrorClass::Data,
        _ => ErrorClass::Bug,
    }
}

impl From<Error> for DataFusionError {
    fn from(error: Error) -> Self {
        Self::External(Box::new(error))
    }
}
