//! Which files of a release are copied.

use std::collections::{BTreeMap, BTreeSet};

use super::error::MirrorProblem;
use super::{MirrorOptions, Subset, fail};
use crate::data_file::DataFile;
use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::release::{Release, ReleasedTable};
use crate::stage::Staged;

/// Partition column of what belongs to an académie.
pub(super) const ACADEMIE: &str = "code_academie";

/// Partition column of what belongs to a département.
pub(super) const DEPARTEMENT: &str = "code_departement";

/// Files of a table.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// Those of the source, as they are.
    pub(super) files: Vec<DataFile>,
    /// Rows of other partitions that come along, written here.
    pub(super) along: Option<Staged>,
}

/// Files of a release, by table.
#[derive(Debug)]
pub(super) struct Selection {
    pub(super) tables: BTreeMap<String, Selected>,
}

impl Selection {
    /// All files of these tables; none named: of all.
    pub(super) fn of_tables(release: &Release, tables: &[String]) -> Self {
        let named = release
            .tables
            .iter()
            .filter(|(name, _)| tables.is_empty() || tables.contains(name));
        let all = |table: &ReleasedTable| Selected {
            files: table.files.clone(),
            along: None,
        };
        Self {
            tables: named
                .map(|(name, table)| (name.clone(), all(table)))
                .collect(),
        }
    }
}

impl Selected {
    /// Leaves out the files of other values of a partition column.
    pub(super) fn retain(&mut self, column: &str, values: &BTreeSet<String>) {
        self.files.retain(|file| {
            let value = file.partition.get(column).and_then(Option::as_ref);
            value.is_some_and(|value| values.contains(value))
        });
    }
}

/// What is asked for, if the release has it; none: all of it.
pub(super) fn subset(
    source: &Lake,
    release: &Release,
    options: &MirrorOptions,
) -> Result<Option<Subset>> {
    let in_order = |names: &[String]| -> Vec<String> {
        let names: BTreeSet<&String> = names.iter().collect();
        names.into_iter().cloned().collect()
    };
    let subset = Subset {
        academies: in_order(&options.academies),
        tables: in_order(&options.tables),
    };
    if let Some(unknown) = subset
        .tables
        .iter()
        .find(|name| !release.tables.contains_key(*name))
    {
        return Err(Error::UnknownTable {
            table: unknown.clone(),
            tables: release.tables.keys().cloned().collect(),
        });
    }
    let known = academies(release);
    if let Some(unknown) = subset.academies.iter().find(|code| !known.contains(*code)) {
        let problem = MirrorProblem::UnknownAcademie {
            academie: unknown.clone(),
            release: release.id.clone(),
            known: known.into_iter().collect(),
        };
        return Err(fail(source, problem));
    }
    let all = subset.academies.is_empty() && subset.tables.is_empty();
    Ok((!all).then_some(subset))
}

/// The académies that tables of a release are partitioned by.
fn academies(release: &Release) -> BTreeSet<String> {
    let files = release.tables.values().flat_map(|table| &table.files);
    let codes = files.filter_map(|file| file.partition.get(ACADEMIE).cloned().flatten());
    codes.collect()
}
