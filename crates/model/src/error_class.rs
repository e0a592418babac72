//! The classes of errors, which decide the exit code.

use serde::{Deserialize, Serialize};

/// What an error is about, whichever crate raises it. Each class is one exit code of `edulac`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// Usage, pipeline, profile or contract file: the user edits something. Exit code 2.
    Config,
    /// The data broke a contract or cannot be read. Exit code 1.
    Data,
    /// A source, the network, a disk or a store failed; trying later may help. Exit code 3.
    Infrastructure,
    /// Someone else published first. Exit code 4.
    Conflict,
    /// A guard or a convention refused to publish. Exit code 5.
    Refused,
    /// Our own mistake. Exit code 70.
    Bug,
}

impl ErrorClass {
    /// The exit code of a command that ends with an error of this class.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Data => 1,
            Self::Config => 2,
            Self::Infrastructure => 3,
            Self::Conflict => 4,
            Self::Refused => 5,
            Self::Bug => 70,
        }
    }
}
