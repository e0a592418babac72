//! Relationships: references to other tables, each a rule on the table.

use super::Linter;
use super::table::Types;
use crate::checks::{Comparison, Measure, TableRule};
use crate::contract::Reference;
use crate::document::{Property, Relationship, SchemaObject};
use crate::extension::{MAX_ORPHAN_PERCENT, Place, SEVERITY};
use crate::sentence;
use crate::value::{Severity, Unit};

impl Linter<'_> {
    /// References of one column, where `from` goes without saying.
    pub(super) fn column_relationships(
        &mut self,
        at: &str,
        property: &Property,
        table: &str,
        rules: &mut Vec<TableRule>,
        references: &mut Vec<Reference>,
    ) {
        for (index, relationship) in property.relationships.iter().enumerate() {
            let at = format!("{at}/relationships/{index}");
            if relationship.from.is_some() {
                self.error(
                    "edulac::contract::relationship",
                    &format!("{at}/from"),
                    format!(
                        "`from` is `{table}.{}`, where the relationship stands",
                        property.name
                    ),
                    "remove `from`, or move the relationship to the table",
                );
            }
            self.reference(
                &at,
                relationship,
                vec![property.name.clone()],
                rules,
                references,
            );
        }
    }

    /// References over several columns.
    pub(super) fn table_relationships(
        &mut self,
        at: &str,
        table: &SchemaObject,
        types: &Types,
        rules: &mut Vec<TableRule>,
        references: &mut Vec<Reference>,
    ) {
        for (index, relationship) in table.relationships.iter().enumerate() {
            let at = format!("{at}/relationships/{index}");
            let Some(from) = &relationship.from else {
                self.error(
                    "edulac::contract::relationship",
                    &at,
                    "the relationship does not say which columns refer",
                    format!(
                        "add `from`: columns of this table, as `{}.column`",
                        table.name
                    ),
                );
                continue;
            };
            let Some((own, columns)) = self.qualified(&format!("{at}/from"), from.as_slice())
            else {
                continue;
            };
            if own != table.name {
                self.error(
                    "edulac::contract::relationship",
                    &format!("{at}/from"),
                    format!("`from` speaks of the table `{own}`"),
                    format!("write `{}.{}`", table.name, columns.join("`, `")),
                );
            }
            self.known_columns(&format!("{at}/from"), &columns, types);
            self.reference(&at, relationship, columns, rules, references);
        }
    }

    fn reference(
        &mut self,
        at: &str,
        relationship: &Relationship,
        columns: Vec<String>,
        rules: &mut Vec<TableRule>,
        references: &mut Vec<Reference>,
    ) {
        if relationship
            .kind
            .as_deref()
            .is_some_and(|kind| kind != "foreignKey")
        {
            self.error(
                "edulac::contract::relationship",
                &format!("{at}/type"),
                "the only kind of relationship is `foreignKey`",
                "write `type: foreignKey`, or remove `type`",
            );
        }
        let extensions = self.extensions(Place::Relationship, at, &relationship.custom_properties);
        let percent = extensions.percent(self, MAX_ORPHAN_PERCENT);
        let severity = extensions.read(self, SEVERITY, |word: &String| {
            Severity::parse(word).is_some()
        });
        let pointer = format!("{at}/to");
        let Some((table, target)) = self.qualified(&pointer, relationship.to.as_slice()) else {
            return;
        };
        if target.len() != columns.len() {
            self.error(
                "edulac::contract::relationship",
                &pointer,
                format!(
                    "{} column(s) cannot refer to {}",
                    columns.len(),
                    target.len()
                ),
                "give `to` one `table.column` for each column, in the same order",
            );
        }
        let measure = Measure::Orphans {
            columns: columns.clone(),
            table: table.clone(),
            target: target.clone(),
        };
        let (expected, unit) = match percent {
            Some(percent) => (Comparison::AtMost(percent), Unit::Percent),
            None => (Comparison::Equal(0.0), Unit::Rows),
        };
        rules.push(TableRule {
            id: format!("{}.{table}", columns.join("_")),
            severity: severity
                .and_then(|word| Severity::parse(&word))
                .unwrap_or(Severity::Error),
            sentence: sentence::table(&measure, expected, unit),
            measure,
            expected,
            unit,
        });
        references.push(Reference {
            columns,
            table,
            target,
            span: self.span(&pointer),
        });
    }

    /// `table.column` texts, all of one table, as the table and its columns.
    fn qualified(&mut self, at: &str, written: &[String]) -> Option<(String, Vec<String>)> {
        let parts: Option<Vec<(&str, &str)>> = written
            .iter()
            .map(|text| {
                text.split_once('.').filter(|(table, column)| {
                    super::is_identifier(table) && super::is_identifier(column)
                })
            })
            .collect();
        let parts = parts.unwrap_or_default();
        let table = parts.first().map(|(table, _)| *table);
        match table.filter(|table| parts.iter().all(|(other, _)| other == table)) {
            Some(table) => {
                let columns = parts
                    .iter()
                    .map(|(_, column)| (*column).to_owned())
                    .collect();
                Some((table.to_owned(), columns))
            }
            None => {
                self.error(
                    "edulac::contract::relationship",
                    at,
                    format!("`{}` is not a column of a table", written.join(", ")),
                    "write `table.column`, or a list of them for one table: `etablissements.uai`",
                );
                None
            }
        }
    }
}
