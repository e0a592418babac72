//! Secrets: files hold references, and values never show.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::Error;

/// A reference to a secret: `env:NAME` (an environment variable) or `file:/path` (the content of a file).
/// The reference can be shown, the secret cannot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String", extend(
    "writeOnly" = true,
    "pattern" = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:/.+)$",
    "examples" = ["env:API_KEY", "file:/run/secrets/api_key"]
))]
pub enum Secret {
    /// The environment variable of this name.
    Env(String),
    /// The file at this absolute path.
    File(PathBuf),
}

impl Secret {
    /// Fetches the secret: the one place where that is done. The line end of a file is not part of it.
    ///
    /// # Errors
    /// The variable is not set, the file cannot be read, or there is nothing in it.
    pub fn resolve(&self) -> Result<SecretValue, Error> {
        let value = match self {
            Self::Env(name) => std::env::var(name).map_err(|source| Error::SecretVariable {
                name: name.clone(),
                source,
            })?,
            Self::File(path) => {
                std::fs::read_to_string(path).map_err(|source| Error::SecretFile {
                    path: path.clone(),
                    source,
                })?
            }
        };
        let value = value.trim_end_matches(['\r', '\n']);
        if value.is_empty() {
            return Err(Error::SecretEmpty {
                secret: self.clone(),
            });
        }
        Ok(SecretValue(value.to_owned()))
    }
}

impl FromStr for Secret {
    type Err = NotASecret;

    fn from_str(text: &str) -> Result<Self, NotASecret> {
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Ok(Self::Env(name.to_owned())),
            Some(("file", path)) if path.starts_with('/') => Ok(Self::File(path.into())),
            _ => Err(NotASecret),
        }
    }
}

impl TryFrom<String> for Secret {
    type Error = NotASecret;

    fn try_from(text: String) -> Result<Self, NotASecret> {
        text.parse()
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// A text that is not a reference to a secret. It does not say which: it may be the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a reference to a secret: write `env:NAME` or `file:/path`")]
pub struct NotASecret;

/// A secret. Whatever prints it prints `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue(String);

impl SecretValue {
    /// The secret itself, for the request that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
