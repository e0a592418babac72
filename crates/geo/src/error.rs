//! The errors of this crate.

use edulac_model::ErrorClass;

use crate::crs::CrsError;
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
            | Self::GeoMetadata(_) => ErrorClass::Data,
        }
    }
}

impl From<Error> for datafusion::error::DataFusionError {
    fn from(error: Error) -> Self {
        Self::External(Box::new(error))
    }
}
