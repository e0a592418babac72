//! What can go wrong while the sample is made.

use std::path::PathBuf;

use edulac_model::ErrorClass;

/// Why the sample could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer establishments than the list of quirks needs.
    #[error("{asked} establishments are too few to show every quirk: ask for at least {minimum}")]
    TooFewEstablishments {
        /// What was asked.
        asked: u32,
        /// The smallest number that works.
        minimum: u32,
    },
    /// More establishments than the fictional UAI prefixes can number.
    #[error(
        "{asked} establishments do not fit in the fictional UAI numbers: ask for at most {maximum}"
    )]
    TooManyEstablishments {
        /// What was asked.
        asked: u32,
        /// The largest number that works.
        maximum: u32,
    },
    /// Fewer buildings than the schools and their neighbours need.
    #[error(
        "{asked} buildings cannot house {establishments} establishments: ask for at least {minimum}"
    )]
    TooFewBuildings {
        /// What was asked.
        asked: u64,
        /// The establishments asked with it.
        establishments: u32,
        /// The smallest number that works.
        minimum: u64,
    },
    /// More buildings than the building keys can number.
    #[error("{asked} buildings are more than one territory holds: ask for at most {maximum}")]
    TooManyBuildings {
        /// What was asked.
        asked: u64,
        /// The largest number that works.
        maximum: u64,
    },
    /// An edition that does not exist.
    #[error("there is no edition {asked}: ask for 1 (the first year) or 2 (the next one)")]
    UnknownEdition {
        /// What was asked.
        asked: u8,
    },
    /// A file of the sample could not be written.
    #[error("cannot write {}: check the folder, its rights and the free space", path.display())]
    Write {
        /// The file concerned.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The projection refused a position of the territory.
    #[error(
        "the projection refused the Lambert-93 position ({x}, {y}): this is a bug of edulac-sample, please report it"
    )]
    Projection {
        /// Easting in metres, EPSG:2154.
        x: f64,
        /// Northing in metres, EPSG:2154.
        y: f64,
        /// What the projection library said.
        source: proj4rs::errors::Error,
    },
}

impl Error {
    /// Who can repair it: the caller (`Config`), the machine (`Infrastructure`) or us (`Bug`).
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::TooFewEstablishments { .. }
            | Self::TooManyEstablishments { .. }
            | Self::TooFewBuildings { .. }
            | Self::TooManyBuildings { .. }
            | Self::UnknownEdition { .. } => ErrorClass::Config,
            Self::Write { .. } => ErrorClass::Infrastructure,
            Self::Projection { .. } => ErrorClass::Bug,
        }
    }
}
