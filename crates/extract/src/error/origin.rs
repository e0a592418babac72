//! Whose an error is, and what a server said.

use std::fmt;
use std::sync::Arc;

/// Which source, and where it was asked. The address never holds a key or a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The name of the source in its pipeline.
    pub source: Arc<str>,
    /// The address, redacted.
    pub url: Arc<str>,
}

impl Origin {
    /// An origin from a source name and an address that is already redacted.
    pub fn new(source: &str, redacted_url: &str) -> Self {
        Self {
            source: source.into(),
            url: redacted_url.into(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "source `{}` (`{}`)", self.source, self.url)
    }
}

/// The message and the code that a server put in the body of a refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerMessage {
    /// The sentence, or the beginning of the body when it has no known form.
    pub message: Option<String>,
    /// The server's own code (`ODSQLError`, `10002`).
    pub code: Option<String>,
}

impl fmt::Display for ServerMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.message, &self.code) {
            (Some(message), Some(code)) => write!(f, ": \"{message}\" ({code})"),
            (Some(message), None) => write!(f, ": \"{message}\""),
            (None, Some(code)) => write!(f, " ({code})"),
            (None, None) => Ok(()),
        }
    }
}
