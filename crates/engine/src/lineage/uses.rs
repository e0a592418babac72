//! How a column depends on another, and what of it is left when one dependence follows another.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// How values depend on a column. The first three are direct: values come of its values. The others are indirect: they say
/// which rows there are, or which of several values is taken. Words and order are those of the column lineage of OpenLineage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// The value is handed on as it is.
    Identity,
    /// The value is computed from it, row by row.
    Transformation,
    /// The value is computed from those of several rows.
    Aggregation,
    /// Rows are put together by it.
    Join,
    /// Rows are grouped by it.
    GroupBy,
    /// Rows are left out by it.
    Filter,
    /// It says which rows come first, where only the first are taken.
    Sort,
    /// It says which rows a value of several rows is taken over.
    Window,
    /// It says which of several values is taken.
    Conditional,
}

impl Use {
    /// Whether values come of the values of the column.
    #[must_use]
    pub const fn is_direct(self) -> bool {
        matches!(
            self,
            Self::Identity | Self::Transformation | Self::Aggregation
        )
    }

    /// The use of a column by way of another, which was made with `earlier`.
    pub(super) fn after(self, earlier: Self) -> Self {
        match (self.is_direct(), earlier.is_direct()) {
            (true, true) => self.max(earlier),
            (true, false) => earlier,
            (false, _) => self,
        }
    }
}

/// A column of a relation: of a table of a query, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Read {
    pub(crate) relation: String,
    pub(crate) column: String,
}

/// The columns that something depends on, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads(pub(crate) BTreeMap<Read, BTreeSet<Use>>);

impl Reads {
    /// One column.
    pub(super) fn of(relation: &str, column: &str, by: Use) -> Self {
        let read = Read {
            relation: relation.to_owned(),
            column: column.to_owned(),
        };
        Self(BTreeMap::from([(read, BTreeSet::from([by]))]))
    }

    pub(super) fn add(&mut self, other: Self) {
        for (read, uses) in other.0 {
            self.0.entry(read).or_default().extend(uses);
        }
    }

    /// The same columns, by way of something that uses them in this manner.
    pub(super) fn by(&self, later: Use) -> Self {
        let used = self.0.iter().map(|(read, uses)| {
            let uses = uses.iter().map(|earlier| later.after(*earlier));
            (read.clone(), uses.collect())
        });
        Self(used.collect())
    }

    /// Whether any column is used in this manner.
    pub(super) fn uses(&self, by: Use) -> bool {
        self.0.values().any(|uses| uses.contains(&by))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
