//! The small closed vocabularies of a contract.

use std::fmt;

/// Version of a contract, `MAJOR.MINOR.PATCH`. Ordered as SemVer orders releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Rises with a breaking change.
    pub major: u32,
    /// Rises with an addition.
    pub minor: u32,
    /// Rises with a correction of words.
    pub patch: u32,
}

impl Version {
    /// Reads `1.2.3`; `None` for anything else, pre-releases and leading zeros included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| {
            let canonical = part == "0" || !part.starts_with('0');
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            (canonical && digits).then(|| part.parse().ok()).flatten()
        });
        let version = Self {
            major: parts.next()??,
            minor: parts.next()??,
            patch: parts.next()??,
        };
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Declares a closed list of words: one table for reading, printing and listing them.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands for the value in a contract.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value that `word` stands for.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Where a contract stands in its life (ODCS `status`).
    Status {
        /// Put forward for discussion.
        Proposed = "proposed",
        /// Being written.
        Draft = "draft",
        /// In force.
        Active = "active",
        /// In force, to be replaced.
        Deprecated = "deprecated",
        /// No longer in force.
        Retired = "retired",
    }
}

words! {
    /// Who may see a column; ordered from the least to the most protected.
    Classification {
        /// Anyone.
        Public = "public",
        /// Telephone and mail of establishments, some of them personal: published in the table, kept out of
        /// maps and of the site.
        Contact = "contact",
        /// Only under a convention: never in the public zone.
        Restreint = "restreint",
    }
}

words! {
    /// What breaking a rule leads to; ordered from the mildest.
    Severity {
        /// Counted.
        Info = "info",
        /// Counted and listed; the row or table is published.
        Warning = "warning",
        /// The row is rejected, the table is blocked.
        Error = "error",
    }
}

impl Severity {
    /// The word of published files and reports.
    #[must_use]
    pub const fn french(self) -> &'static str {
        match self {
            Self::Info => "information",
            Self::Warning => "avertissement",
            Self::Error => "erreur",
        }
    }
}

words! {
    /// The geometries that a column may hold (names of OGC Simple Features).
    GeometryKind {
        /// One point.
        Point = "Point",
        /// One polygon.
        Polygon = "Polygon",
        /// One polygon or several: areas come as both, often in one file.
        MultiPolygon = "MultiPolygon",
        /// Any kind, mixed.
        Geometry = "Geometry",
    }
}

words! {
    /// What a table rule counts in.
    Unit {
        /// Rows.
        Rows = "rows",
        /// Percent of the rows of the table, 0 to 100; 0 for an empty table.
        Percent = "percent",
    }
}

words! {
    /// How a column is stored (`physicalType`). Every column may be null unless it is required.
    ColumnType {
        /// Text.
        Utf8 = "STRING",
        /// Whole number, 32 bits, signed.
        Int32 = "INT32",
        /// Whole number, 64 bits, signed.
        Int64 = "INT64",
        /// IEEE 754 number, 64 bits.
        Float64 = "DOUBLE",
        /// true or false.
        Boolean = "BOOLEAN",
        /// Day, no time, no zone.
        Date32 = "DATE",
        /// Instant in UTC, microseconds.
        Timestamp = "TIMESTAMP",
        /// Plain WKB, two dimensions, CRS84: x longitude, y latitude, in degrees.
        Geometry = "WKB",
        /// List of texts.
        Utf8List = "LIST",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_three_canonical_numbers() {
        assert_eq!(
            Version::parse("1.20.3"),
            Some(Version {
                major: 1,
                minor: 20,
                patch: 3
            })
        );
        for bad in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.02.3",
            "v1.2.3",
            "1.2.3-beta",
            "+1.2.3",
            "1.2.",
            "99999999999.0.0",
        ] {
            assert_eq!(Version::parse(bad), None, "{bad}");
        }
        assert!(Version::parse("2.0.0") > Version::parse("1.99.99"));
    }

    #[test]
    fn classifications_are_ordered_by_protection() {
        assert!(Classification::Restreint > Classification::Contact);
        assert!(Classification::Contact > Classification::Public);
    }
}
