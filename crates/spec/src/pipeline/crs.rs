//! Coordinate reference systems by their EPSG code.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

/// A coordinate reference system by its EPSG number. Whether it is known is for `geo` to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String", extend("pattern" = "^EPSG:[0-9]{4,5}$", "examples" = ["EPSG:2154", "EPSG:4326"]))]
pub struct Crs(u32);

impl Crs {
    /// The EPSG number.
    #[must_use]
    pub fn epsg(self) -> u32 {
        self.0
    }
}

/// A text that is not `EPSG:` and four or five digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a CRS: write `EPSG:` and its number, as `EPSG:2154`")]
pub struct NotACrs {
    text: String,
}

impl FromStr for Crs {
    type Err = NotACrs;

    fn from_str(text: &str) -> Result<Self, NotACrs> {
        text.strip_prefix("EPSG:")
            .filter(|digits| (4..=5).contains(&digits.len()))
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .map(Self)
            .ok_or_else(|| NotACrs {
                text: text.to_owned(),
            })
    }
}

impl TryFrom<String> for Crs {
    type Error = NotACrs;

    fn try_from(text: String) -> Result<Self, NotACrs> {
        text.parse()
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EPSG:{}", self.0)
    }
}
