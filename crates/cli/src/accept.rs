//! `--accept-shrink TABLE=REASON`.

use std::str::FromStr;

/// A table that may be published although a guard holds it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AcceptShrink {
    /// The table.
    pub(crate) table: String,
    /// The reason, published with the release.
    pub(crate) reason: String,
}

/// Why the argument cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAccepted {
    #[error(
        "write the table and the reason, `--accept-shrink etablissements=\"12 schools closed\"`"
    )]
    NoTable,
    #[error("say why the loss is right: the reason is published with the release")]
    NoReason,
}

impl FromStr for AcceptShrink {
    type Err = NotAccepted;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (table, reason) = text.split_once('=').ok_or(NotAccepted::NoTable)?;
        let (table, reason) = (table.trim(), reason.trim());
        match (table.is_empty(), reason.is_empty()) {
            (true, _) => Err(NotAccepted::NoTable),
            (_, true) => Err(NotAccepted::NoReason),
            _ => Ok(Self {
                table: table.to_owned(),
                reason: reason.to_owned(),
            }),
        }
    }
}
