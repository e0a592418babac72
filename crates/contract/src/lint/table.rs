//! The table: its words, its columns, its key, its rules.

use std::collections::BTreeMap;

use super::Linter;
use crate::checks::{Checks, Comparison, Measure, ShrinkGuard, TableRule};
use crate::contract::{Column, Reference};
use crate::document::{LogicalType, Property, SchemaObject};
use crate::extension::{
    DEFAULT_REJECT_MAX_PERCENT, DEFAULT_SHRINK_MAX_PERCENT, Place, REJECT_MAX_PERCENT,
    SHRINK_MAX_PERCENT, VINTAGE,
};
use crate::meaning::Notice;
use crate::sentence;
use crate::value::{ColumnType, Severity, Unit};

/// Pointer to the only table.
const AT: &str = "/schema/0";

/// What a linted table is.
pub(super) struct Table {
    pub(super) description: String,
    pub(super) grain: String,
    pub(super) vintage: Option<String>,
    pub(super) notices: Vec<Notice>,
    pub(super) columns: Vec<Column>,
    pub(super) references: Vec<Reference>,
    pub(super) checks: Checks,
}

/// Columns of a table by name: those that the rules of the table may speak of.
pub(super) type Types = BTreeMap<String, ColumnType>;

impl Linter<'_> {
    pub(super) fn table(&mut self, table: &SchemaObject, name: Option<&str>) -> Option<Table> {
        self.table_name(table, name);
        let description = self.text(
            &format!("{AT}/description"),
            table.description.as_deref(),
            "the description of the table",
            "say in French what the table holds",
        );
        let grain = self.text(
            &format!("{AT}/dataGranularityDescription"),
            table.data_granularity_description.as_deref(),
            "the grain of the table",
            "say in French what one row is: `dataGranularityDescription: une ligne par …`",
        );
        let extensions = self.extensions(Place::Table, AT, &table.custom_properties);
        let shrink = extensions.percent(self, SHRINK_MAX_PERCENT);
        let reject = extensions.percent(self, REJECT_MAX_PERCENT);

        let types = self.column_types(&table.properties);
        let key = self.key(&table.properties, &types);
        let mut columns = Vec::new();
        let mut column_checks = Vec::new();
        let mut table_rules: Vec<TableRule> = key_rule(&key).into_iter().collect();
        let mut references = Vec::new();
        for (index, property) in table.properties.iter().enumerate() {
            let at = format!("{AT}/properties/{index}");
            let Some(column_type) = types.get(&property.name).copied() else {
                continue;
            };
            let extensions = self.extensions(Place::Column, &at, &property.custom_properties);
            let checks =
                self.column_checks(&at, property, column_type, &extensions, &mut table_rules);
            columns.extend(self.column(&at, property, column_type, &extensions, checks.nullable));
            column_checks.push(checks);
            self.column_relationships(
                &at,
                property,
                &table.name,
                &mut table_rules,
                &mut references,
            );
        }
        self.table_relationships(AT, table, &types, &mut table_rules, &mut references);
        self.table_quality(AT, &table.quality, &types, &mut table_rules);
        self.rule_ids(
            column_checks
                .iter()
                .flat_map(|check| &check.rules)
                .map(|rule| &*rule.id),
            &table_rules,
        );

        let notices = extensions.notices(self);
        self.meanings(AT, table, &types, &columns, &notices);

        Some(Table {
            description: description?,
            grain: grain?,
            vintage: extensions.text(self, VINTAGE),
            notices,
            columns,
            references,
            checks: Checks {
                table: table.name.clone(),
                columns: column_checks,
                table_rules,
                key,
                guard: ShrinkGuard {
                    max_percent: shrink.unwrap_or(DEFAULT_SHRINK_MAX_PERCENT),
                },
                reject_max_percent: reject.unwrap_or(DEFAULT_REJECT_MAX_PERCENT),
            },
        })
    }

    fn table_name(&mut self, table: &SchemaObject, name: Option<&str>) {
        if let Some(name) = name.filter(|name| *name != table.name) {
            self.error(
                "edulac::contract::name",
                &format!("{AT}/name"),
                format!(
                    "the table is named `{}` and the contract `{name}`",
                    table.name
                ),
                format!("write `name: {name}`"),
            );
        }
        if table
            .logical_type
            .is_some_and(|logical| logical != LogicalType::Object)
        {
            self.error(
                "edulac::contract::table_type",
                &format!("{AT}/logicalType"),
                "the `logicalType` of a table is `object`",
                "write `logicalType: object`",
            );
        }
    }

    /// Types of the columns, once their names are good. A column without a readable type is left out: it has its
    /// own finding, and no rule can be read without it.
    fn column_types(&mut self, properties: &[Property]) -> Types {
        if properties.is_empty() {
            self.error(
                "edulac::contract::no_column",
                &format!("{AT}/properties"),
                "the table has no column",
                "list its columns under `properties`",
            );
        }
        let mut types = Types::new();
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, property) in properties.iter().enumerate() {
            let at = format!("{AT}/properties/{index}");
            let name = property.name.as_str();
            if !super::is_identifier(name) {
                self.error(
                    "edulac::contract::name",
                    &format!("{at}/name"),
                    format!("a column cannot be named `{name}`"),
                    "use lower-case letters without accents, digits and `_`, a letter first",
                );
            }
            if let Some(first) = names.insert(name, index) {
                let (first, second) = (
                    self.span(&format!("{AT}/properties/{first}/name")),
                    self.span(&format!("{at}/name")),
                );
                let message = format!("the column `{name}` is written twice");
                let source = self.source;
                self.found.push(
                    edulac_yaml::Diagnostic::error(
                        "edulac::contract::repeated_column",
                        source,
                        second,
                        message,
                    )
                    .with_label("second time")
                    .with_related(source, first, "first time")
                    .with_help("keep one of the two, or rename one"),
                );
                continue;
            }
            if let Some(column_type) = self.column_type(&at, property) {
                types.insert(name.to_owned(), column_type);
            }
        }
        types
    }

    /// The columns of the key in the order of `primaryKeyPosition`, which one column alone may leave out.
    fn key(&mut self, properties: &[Property], types: &Types) -> Vec<String> {
        let members: Vec<(usize, &Property)> = properties
            .iter()
            .enumerate()
            .filter(|(_, p)| p.primary_key)
            .collect();
        if members.is_empty() && !properties.is_empty() {
            self.error(
                "edulac::contract::no_key",
                &format!("{AT}/properties"),
                "the table has no key",
                "write `primaryKey: true` on the columns that tell its rows apart",
            );
        }
        let mut by_position: BTreeMap<i64, &str> = BTreeMap::new();
        for (index, property) in &members {
            let at = format!("{AT}/properties/{index}");
            let name = property.name.as_str();
            let alone = (members.len() == 1).then_some(1);
            let position = property.primary_key_position.or(alone);
            let free = position.filter(|position| (1..=members.len() as i64).contains(position));
            if free.is_none_or(|position| by_position.insert(position, name).is_some()) {
                self.error(
                    "edulac::contract::key_position",
                    &format!("{at}/primaryKeyPosition"),
                    format!("`{name}` has no place of its own in the key"),
                    format!(
                        "number the {} columns of the key from 1 with `primaryKeyPosition`",
                        members.len()
                    ),
                );
            }
            let unfit = [
                ColumnType::Float64,
                ColumnType::Geometry,
                ColumnType::Utf8List,
            ];
            if let Some(column_type) = types
                .get(name)
                .filter(|column_type| unfit.contains(column_type))
            {
                self.error(
                    "edulac::contract::key_type",
                    &format!("{at}/primaryKey"),
                    format!("`{name}` is of type {column_type}, which cannot be part of a key"),
                    "choose columns that compare exactly: texts, whole numbers, dates",
                );
            }
        }
        for (index, property) in properties.iter().enumerate() {
            if !property.primary_key
                && property
                    .primary_key_position
                    .is_some_and(|position| position > 0)
            {
                self.error(
                    "edulac::contract::key_position",
                    &format!("{AT}/properties/{index}/primaryKeyPosition"),
                    format!(
                        "`{}` has a place in the key and is not part of it",
                        property.name
                    ),
                    "add `primaryKey: true`, or remove `primaryKeyPosition`",
                );
            }
        }
        by_position.into_values().map(str::to_owned).collect()
    }

    /// Ids of rules are looked up in rejects and reports: each names one rule.
    fn rule_ids<'b>(
        &mut self,
        row_rules: impl Iterator<Item = &'b str>,
        table_rules: &'b [TableRule],
    ) {
        let mut seen = std::collections::BTreeSet::new();
        for id in row_rules.chain(table_rules.iter().map(|rule| &*rule.id)) {
            if !seen.insert(id) {
                self.error(
                    "edulac::contract::repeated_rule",
                    AT,
                    format!("two rules have the id `{id}`"),
                    "give each of the `quality` rules of a kind a `name` of its own",
                );
            }
        }
    }
}

/// No two rows have the same key.
fn key_rule(key: &[String]) -> Option<TableRule> {
    let measure = Measure::Duplicates {
        columns: key.to_vec(),
    };
    let (expected, unit) = (Comparison::Equal(0.0), Unit::Rows);
    (!key.is_empty()).then(|| TableRule {
        id: "table.key".to_owned(),
        severity: Severity::Error,
        sentence: sentence::table(&measure, expected, unit),
        measure,
        expected,
        unit,
    })
}
