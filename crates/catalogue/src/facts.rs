//! What all documents are made from: a release, with what contracts say of its tables.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat, Utc};
use edulac_contract::{Column, Contract, Notice};
use edulac_engine::record::TableRecord;
use edulac_engine::{Lineage, TableLineage, Workspace, sources_of};
use edulac_export::SourceNote;
use edulac_lake::{Release, ReleasedTable};
use edulac_spec::{Pipeline, Reuse};

/// A release and its tables.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The release.
    pub release: &'a Release,
    /// Its tables, by name.
    pub tables: Vec<TableFacts<'a>>,
    /// The pipelines of the project, where they were given.
    pub pipelines: &'a [Pipeline],
    /// What the release counted of each table.
    accounts: Vec<TableRecord>,
}

/// A table of a release.
#[derive(Debug)]
pub struct TableFacts<'a> {
    /// Its name.
    pub name: &'a str,
    /// The table as released.
    pub released: &'a ReleasedTable,
    /// Its contract; none: the project has it no more, and only what the release says is known.
    pub contract: Option<&'a Contract>,
    /// The sources that it, and the tables that it is made from, were made from.
    pub sources: Vec<SourceNote>,
    /// What its columns come from, as the pipelines are today; none: no pipeline of the project makes it, or none was given.
    pub lineage: Option<&'a TableLineage>,
    /// Those who use it outside of the lake, where they were given.
    pub reuses: Vec<&'a Reuse>,
}

impl<'a> Facts<'a> {
    /// The facts of a release.
    #[must_use]
    pub fn of(release: &'a Release, contracts: &'a BTreeMap<String, Contract>) -> Self {
        let table = |(name, released): (&'a String, &'a ReleasedTable)| TableFacts {
            name,
            released,
            contract: contracts.get(name),
            sources: sources_of(release, std::slice::from_ref(name)),
            lineage: None,
            reuses: Vec::new(),
        };
        Self {
            release,
            tables: release.tables.iter().map(table).collect(),
            pipelines: &[],
            accounts: serde_json::from_value(release.counts["tables"].clone()).unwrap_or_default(),
        }
    }

    /// The same with what the project knows besides contracts: pipelines, lineage, reuses.
    #[must_use]
    pub fn with(mut self, workspace: &'a Workspace, lineage: &'a Lineage) -> Self {
        self.pipelines = &workspace.project.pipelines;
        for table in &mut self.tables {
            table.lineage = lineage.tables.get(table.name);
            let reuses = workspace.reuses.reuses.values();
            table.reuses = reuses
                .filter(|reuse| reuse.tables.contains_key(table.name))
                .collect();
        }
        self
    }

    /// What the release counted when a table was made; none when it does not say.
    pub(crate) fn accounts(&self, table: &str) -> Option<&TableRecord> {
        self.accounts.iter().find(|told| told.table == table)
    }
}

impl<'a> TableFacts<'a> {
    /// The contract's column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'a Column> {
        let columns = self.contract?.columns().iter();
        columns.into_iter().find(|column| column.name == name)
    }

    /// Warnings on the table, then on its columns, each once.
    #[must_use]
    pub fn notices(&self) -> Vec<&'a Notice> {
        let Some(contract) = self.contract else {
            return Vec::new();
        };
        let of_columns = contract.columns().iter().flat_map(|column| &column.notices);
        let mut seen = BTreeSet::new();
        let all = contract.notices().iter().chain(of_columns);
        all.filter(|notice| seen.insert(&notice.id)).collect()
    }

    /// The licences of its sources; that of its contract where they say none.
    #[must_use]
    pub fn licences(&self) -> Vec<&str> {
        let of_sources: BTreeSet<&str> = self
            .sources
            .iter()
            .filter_map(|source| source.licence.as_deref())
            .collect();
        let agreed = || self.contract.and_then(Contract::licence);
        match of_sources.is_empty() {
            true => agreed().into_iter().collect(),
            false => of_sources.into_iter().collect(),
        }
    }

    /// The first and the last day of what its sources say; none where they say nothing.
    #[must_use]
    pub fn days(&self) -> Option<(&str, &str)> {
        let days = || {
            self.sources
                .iter()
                .filter_map(|source| source.date.as_deref())
        };
        Some((days().min()?, days().max()?))
    }

    /// The vintages of its codes and of its boundaries, each once.
    #[must_use]
    pub fn vintages(&self) -> BTreeSet<&str> {
        let columns = self.contract.map(Contract::columns).unwrap_or_default();
        let of_columns = columns
            .iter()
            .filter_map(|column| column.vintage.as_deref());
        of_columns
            .chain(self.contract.and_then(Contract::vintage))
            .collect()
    }
}

/// An instant as catalogues write it.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
