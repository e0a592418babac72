//! Errors that are not about a file's text: those are [`edulac_yaml::Diagnostic`]s.

use std::path::PathBuf;

use edulac_model::ErrorClass;

use crate::Secret;

/// A secret that cannot be fetched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The environment variable is not set, or is not text.
    #[error("the secret `env:{name}` cannot be read: set the environment variable `{name}`")]
    SecretVariable {
        /// Name of the variable.
        name: String,
        /// What the environment says.
        source: std::env::VarError,
    },
    /// The file cannot be read.
    #[error("the secret `file:{}` cannot be read: {source}", path.display())]
    SecretFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is nothing in it.
    #[error("the secret `{secret}` is empty: give it a value")]
    SecretEmpty {
        /// The reference.
        secret: Secret,
    },
}

impl Error {
    /// Always [`ErrorClass::Config`]: the user sets the secret.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        ErrorClass::Config
    }
}
