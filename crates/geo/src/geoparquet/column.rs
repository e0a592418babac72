//! What the `geo` key says of a column, gathered while its rows pass.

use std::collections::BTreeSet;

use arrow::array::{BinaryArray, StructArray};

use super::covering::boxes;
use crate::Result;
use crate::wkb::{self, BBox, Kind};

/// The types and the box of the geometries of one column. Feeding it in pieces or merging several gives
/// the same as feeding all at once.
#[derive(Debug, Clone, PartialEq)]
pub struct GeoColumn {
    name: String,
    kinds: BTreeSet<Kind>,
    bbox: Option<BBox>,
}

impl GeoColumn {
    /// A column of which nothing has been seen.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kinds: BTreeSet::new(),
            bbox: None,
        }
    }

    /// Takes in a batch of WKB and gives its [`super::bbox_array`]. Nulls say nothing of the column.
    ///
    /// # Errors
    /// Unreadable WKB.
    pub fn feed(&mut self, geometries: &BinaryArray) -> Result<StructArray> {
        boxes(geometries, |bytes, bbox| {
            self.kinds.insert(wkb::kind(bytes)?);
            self.grow(bbox);
            Ok(())
        })
    }

    /// Takes in what another accumulator of the same column has seen.
    pub fn merge(&mut self, other: &Self) {
        self.kinds.extend(&other.kinds);
        self.grow(other.bbox);
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The types seen, points first.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.kinds.iter().copied()
    }

    /// The box around all geometries seen; `None` while all are null or empty.
    #[must_use]
    pub fn bbox(&self) -> Option<BBox> {
        self.bbox
    }

    fn grow(&mut self, other: Option<BBox>) {
        self.bbox = match (self.bbox, other) {
            (Some(a), Some(b)) => Some(a.union(b)),
            (a, b) => a.or(b),
        };
    }
}
