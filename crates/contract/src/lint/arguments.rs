//! `arguments` of quality rules: valid values, patterns, columns.

use super::table::Types;
use super::{Linter, suggest};
use crate::checks::RowTest;
use crate::document::{Quality, Scalar};
use crate::value::ColumnType;

impl Linter<'_> {
    /// The test of `invalidValues`.
    pub(super) fn validity(
        &mut self,
        at: &str,
        quality: &Quality,
        column_type: ColumnType,
    ) -> Option<RowTest> {
        let arguments = &quality.arguments;
        match (&arguments.valid_values, &arguments.pattern) {
            (Some(values), None) => {
                self.values(&format!("{at}/arguments/validValues"), values, column_type);
                Some(RowTest::OneOf(values.clone()))
            }
            (None, Some(pattern)) => {
                let at = format!("{at}/arguments/pattern");
                if !matches!(column_type, ColumnType::Utf8 | ColumnType::Utf8List) {
                    let message = format!("a pattern means nothing for the type {column_type}");
                    self.error(
                        "edulac::contract::pattern",
                        &at,
                        message,
                        "use `validValues`, or the limits of the column",
                    );
                    return None;
                }
                self.pattern(&at, pattern)
                    .then(|| RowTest::Pattern(pattern.clone()))
            }
            _ => {
                self.error(
                    "edulac::contract::arguments",
                    at,
                    "`invalidValues` needs to know which values are valid",
                    "give either `arguments: {validValues: […]}` or `arguments: {pattern: …}`",
                );
                None
            }
        }
    }

    /// A list of values: some, of the column's own type, none twice.
    pub(super) fn values(&mut self, at: &str, values: &[Scalar], column_type: ColumnType) {
        if values.is_empty() {
            self.error(
                "edulac::contract::values",
                at,
                "the list of values is empty",
                "give at least one value",
            );
        }
        for (index, value) in values.iter().enumerate() {
            let at = format!("{at}/{index}");
            let fits = match column_type {
                ColumnType::Utf8 | ColumnType::Utf8List => matches!(value, Scalar::Text(_)),
                ColumnType::Int32 | ColumnType::Int64 => matches!(value, Scalar::Integer(_)),
                ColumnType::Boolean => matches!(value, Scalar::Boolean(_)),
                _ => false,
            };
            if !fits {
                self.error(
                    "edulac::contract::values",
                    &at,
                    format!("`{value}` is not a value of the type {column_type}"),
                    "texts go between quotes; lists of values are for texts, whole numbers and booleans",
                );
            }
            if values.iter().take(index).any(|earlier| earlier == value) {
                self.error(
                    "edulac::contract::values",
                    &at,
                    format!("`{value}` is listed twice"),
                    "keep one of the two",
                );
            }
        }
    }

    /// Columns that a rule of the table speaks of.
    pub(super) fn known_columns(&mut self, at: &str, columns: &[String], types: &Types) {
        if columns.is_empty() {
            self.error(
                "edulac::contract::arguments",
                at,
                "no column is given",
                "give `arguments: {properties: […]}`",
            );
        }
        let names: Vec<&str> = types.keys().map(String::as_str).collect();
        for (index, column) in columns.iter().enumerate() {
            if !types.contains_key(column) {
                self.error(
                    "edulac::contract::unknown_column",
                    &format!("{at}/{index}"),
                    format!("the table has no column `{column}`"),
                    suggest(column, &names),
                );
            }
        }
    }
}
