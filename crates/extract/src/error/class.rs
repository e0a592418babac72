//! Whose fault an error is, and whether trying again can help.

use edulac_model::ErrorClass;

use super::Error;

impl Error {
    /// Whose fault it is; decides the exit code.
    pub fn class(&self) -> ErrorClass {
        use Error as E;
        match self {
            E::Seconds { .. }
            | E::SourceName { .. }
            | E::Address { .. }
            | E::Endpoint { .. }
            | E::Key { .. }
            | E::KeyForm { .. }
            | E::NoFile { .. }
            | E::NotFound { .. }
            | E::Refused { .. }
            | E::BadRequest { .. }
            | E::Departement { .. }
            | E::Gap { .. }
            | E::NoArray { .. }
            | E::Encoding { .. }
            | E::RenameConflict { .. }
            | E::NoTable { .. }
            | E::Layer { .. }
            | E::Member { .. } => ErrorClass::Config,
            E::Server { .. }
            | E::Quota { .. }
            | E::Connection { .. }
            | E::Slow { .. }
            | E::Redirect { .. }
            | E::Frozen { .. }
            | E::Metadata { .. }
            | E::BrokenExport { .. }
            | E::TruncatedExport { .. }
            | E::Checksum { .. }
            | E::WebPage { .. }
            | E::Archive { .. }
            | E::Io { .. }
            | E::Post { .. }
            | E::Client { .. } => ErrorClass::Infrastructure,
            E::Malformed { .. }
            | E::NoHeader { .. }
            | E::RecordTooLong { .. }
            | E::Zip { .. }
            | E::SevenZip { .. }
            | E::TooLarge { .. }
            | E::Expansion { .. }
            | E::Damaged { .. }
            | E::ParquetBody { .. } => ErrorClass::Data,
            E::Records { .. } | E::Accounting { .. } | E::NoBody { .. } | E::Stopped { .. } => {
                ErrorClass::Bug
            }
        }
    }

    /// Whether the same extraction, later, can succeed without any change on our side.
    pub fn retryable(&self) -> bool {
        matches!(
            self,
            Self::Server { .. }
                | Self::Quota { .. }
                | Self::Connection { .. }
                | Self::Slow { .. }
                | Self::BrokenExport { .. }
                | Self::TruncatedExport { .. }
                | Self::Checksum { .. }
                | Self::Damaged { .. }
        )
    }

    /// Whether it says something of the source alone: the others can be had all the same.
    pub fn is_of_source(&self) -> bool {
        let ours = matches!(
            self,
            Self::Seconds { .. }
                | Self::SourceName { .. }
                | Self::Address { .. }
                | Self::Endpoint { .. }
                | Self::Key { .. }
                | Self::KeyForm { .. }
                | Self::Frozen { .. }
                | Self::Io { .. }
                | Self::Archive { .. }
                | Self::Client { .. }
        );
        !ours && self.class() != ErrorClass::Bug
    }
}
