//! The content of an extract as one number that does not depend on the order of its records.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The wrapping sum of a 128-bit hash (XXH3) per parsed record, and their number. A sum and not an exclusive or,
/// so that a record that comes twice counts twice.
///
/// Over the columns that are not volatile, under the names that `renames` gives them. Equal hashes mean equal
/// records in any order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ChangeHash {
    sum: u128,
    count: u64,
}

impl ChangeHash {
    pub(crate) fn add_record(&mut self, hash: u128) {
        self.sum = self.sum.wrapping_add(hash);
        self.count += 1;
    }

    /// The hash of two sets of records taken together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            sum: self.sum.wrapping_add(other.sum),
            count: self.count + other.count,
        }
    }
}

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}-{}", self.sum, self.count)
    }
}

/// A text that is not a change hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a change hash: 32 hexadecimal digits, `-`, a number of records")]
pub struct NotAChangeHash(String);

impl FromStr for ChangeHash {
    type Err = NotAChangeHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (sum, count) = text.split_once('-')?;
            Some(Self {
                sum: u128::from_str_radix(sum, 16).ok()?,
                count: count.parse().ok()?,
            })
        };
        parse().ok_or_else(|| NotAChangeHash(text.to_owned()))
    }
}

impl Serialize for ChangeHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChangeHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
