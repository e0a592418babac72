//! What keeps a lake from being mirrored.

use edulac_model::ErrorClass;

use crate::store_problem::StoreProblem;

/// What keeps a lake from being mirrored. In all cases readers of the mirror keep the release they had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorProblem {
    /// Nothing was published there, or it is no lake.
    #[error(
        "no release is there to copy: check the address, which is that of the folder that holds `releases/`, or wait until \
         the lake publishes"
    )]
    NoRelease,
    /// A document or a file cannot be read.
    #[error("`{path}` cannot be read: {source}")]
    Unreadable {
        /// Below the source.
        path: String,
        /// Why.
        #[source]
        source: Box<StoreProblem>,
    },
    /// A document of another form.
    #[error(
        "`{path}` is no document of a lake ({source}): check the address, or run again once it is whole"
    )]
    Garbled {
        /// Below the source.
        path: String,
        /// Where it stumbles.
        #[source]
        source: serde_json::Error,
    },
    /// A document or a file that a release names is not there.
    #[error(
        "`{path}` is not there although the release names it: the lake is half-written, or damaged; run again once it is \
         whole"
    )]
    Missing {
        /// Below the source.
        path: String,
    },
    /// A document or a file is not what the release says.
    #[error(
        "`{path}` is refused: {found} instead of {expected}; run again, and if it stays so, tell who keeps that lake"
    )]
    Damaged {
        /// Below the source.
        path: String,
        /// Its size or SHA-256 as the release says it.
        expected: String,
        /// As it came.
        found: String,
    },
    /// A release that names what is not below its lake.
    #[error("release {release} is refused: it names `{path}`, which is no file of a lake")]
    Outside {
        /// The release.
        release: String,
        /// What it names.
        path: String,
    },
    /// The source went back.
    #[error(
        "release {found} is older than {held}, of which the mirror has a copy, and a mirror never goes back: if it is the \
         newest there, ask who keeps that lake whether it was put back, or is behind a stale cache; else mirror it to \
         another place"
    )]
    Older {
        /// The release there.
        found: String,
        /// The release that the mirror has.
        held: String,
    },
    /// The mirror comes from elsewhere.
    #[error(
        "`{mirror}` is a mirror of another lake, whose release number {serial} is another one: choose another place"
    )]
    OtherLake {
        /// The mirror.
        mirror: String,
        /// Where they differ.
        serial: u64,
    },
    /// The place has releases that are no copies.
    #[error("`{mirror}` is a lake with releases of its own, not a mirror: choose another place")]
    NotAMirror {
        /// The place.
        mirror: String,
    },
    /// No release of that id.
    #[error("there is no release `{id}`; `latest` is {latest}")]
    UnknownRelease {
        /// As asked.
        id: String,
        /// The newest release.
        latest: String,
    },
    /// No rows of that académie.
    #[error("release {release} has no académie `{academie}`; there are: {}", known.join(", "))]
    UnknownAcademie {
        /// As asked.
        academie: String,
        /// The release.
        release: String,
        /// Those that it has.
        known: Vec<String>,
    },
}

impl MirrorProblem {
    pub(crate) fn class(&self) -> ErrorClass {
        match self {
            Self::OtherLake { .. }
            | Self::NotAMirror { .. }
            | Self::UnknownRelease { .. }
            | Self::UnknownAcademie { .. } => ErrorClass::Config,
            _ => ErrorClass::Infrastructure,
        }
    }

    pub(crate) fn retryable(&self) -> bool {
        match self {
            Self::Unreadable { source, .. } => source.retryable(),
            Self::NoRelease
            | Self::Garbled { .. }
            | Self::Missing { .. }
            | Self::Damaged { .. } => true,
            _ => false,
        }
    }
}
