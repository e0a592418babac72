//! A contract that passed its lint.

use edulac_yaml::{Diagnostic, Severity as Level, Source, Span};

use crate::checks::Checks;
use crate::document::Document;
use crate::lint;
use crate::meaning::{Aggregation, KeyKind, Notice};
use crate::value::{Classification, ColumnType, Status, Version};

/// A contract that says all that this lake needs: one table, its key, and for each column a type, a French
/// description and a classification.
#[derive(Debug, Clone)]
pub struct Contract {
    pub(crate) source: Source,
    pub(crate) document: Document,
    pub(crate) version: Version,
    pub(crate) status: Status,
    pub(crate) description: String,
    pub(crate) grain: String,
    pub(crate) vintage: Option<String>,
    pub(crate) licence: Option<String>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) columns: Vec<Column>,
    pub(crate) references: Vec<Reference>,
    pub(crate) checks: Checks,
    pub(crate) warnings: Vec<Diagnostic>,
}

/// A column, as a reader of the table wants to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its name for people, in French.
    pub title: Option<String>,
    /// What its values mean, in French.
    pub description: String,
    /// The type in which it is stored.
    pub column_type: ColumnType,
    /// false: never null.
    pub nullable: bool,
    /// Who may see it.
    pub classification: Classification,
    /// Unit of its values; none where there is none to give.
    pub unit: Option<String>,
    /// The vintage that its codes are valid for; none where it holds no code that changes with time.
    pub vintage: Option<String>,
    /// What its values identify; none where they identify nothing that tables are joined by.
    pub kind: Option<KeyKind>,
    /// How its values become that of a group of rows; none where the contract does not say, and it cannot be done.
    pub aggregation: Option<Aggregation>,
    /// Warnings against misreading it.
    pub notices: Vec<Notice>,
}

/// A reference of this table to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Columns of this table.
    pub columns: Vec<String>,
    /// The other table.
    pub table: String,
    /// Its columns, one for each of `columns`.
    pub target: Vec<String>,
    pub(crate) span: Span,
}

impl Contract {
    /// Reads one file.
    ///
    /// # Errors
    /// Everything that is wrong with the file, in its order: syntax alone; else shape and lint together, as far
    /// as the shape lets the lint read on.
    pub fn read(source: &Source) -> Result<Self, Vec<Diagnostic>> {
        let tree = edulac_yaml::parse(source)?;
        let mut found = edulac_yaml::check(source, &tree, &crate::json_schema());
        let document = match edulac_yaml::decode::<Document>(source, &tree) {
            Ok(document) => document,
            Err(refused) if found.is_empty() => return Err(refused),
            Err(_) => return Err(found),
        };
        let (contract, linted) = lint::lint(source, &tree, document);
        found.extend(linted);
        found.sort_by_key(|diagnostic| diagnostic.span.start);
        match contract {
            Some(mut contract) if found.iter().all(|found| found.severity == Level::Warning) => {
                contract.warnings = found;
                Ok(contract)
            }
            _ => Err(found),
        }
    }

    /// Name of the table, of its contract and of its file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.checks.table
    }

    /// Identifier of the contract, for good.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.document.id
    }

    /// Version of the contract.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Where the contract stands in its life.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Name of the table for people, in French.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.document.schema.first()?.business_name.as_deref()
    }

    /// What the table holds, in French.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What one row is, in French.
    #[must_use]
    pub fn grain(&self) -> &str {
        &self.grain
    }

    /// The vintage that the codes of the table are valid for, where one is declared for all.
    #[must_use]
    pub fn vintage(&self) -> Option<&str> {
        self.vintage.as_deref()
    }

    /// Licence under which the table is published.
    #[must_use]
    pub fn licence(&self) -> Option<&str> {
        self.licence.as_deref()
    }

    /// Warnings against misreading the table. Those of a column are with the column.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The columns, in the order in which they are published. Never empty.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The columns of the key, in key order. Never empty.
    #[must_use]
    pub fn key(&self) -> &[String] {
        &self.checks.key
    }

    /// References to other tables.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The most protected classification among the columns: rows and rejects of the table are held to it.
    #[must_use]
    pub fn classification(&self) -> Classification {
        let strictest = self
            .columns
            .iter()
            .map(|column| column.classification)
            .max();
        strictest.unwrap_or(Classification::Restreint)
    }

    /// What the rows and the table are checked against.
    #[must_use]
    pub const fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The whole document, for what is neither checked nor listed here (team, service levels, pages…).
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// The file it was read from.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// What is odd but not wrong, with its place: extensions that this lake does not know.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}
