//! What columns identify, how they add up, and what notices forbid.

use super::extensions::Extensions;
use super::table::Types;
use super::{Linter, suggest};
use crate::contract::Column;
use crate::document::{Property, SchemaObject};
use crate::extension::{AGGREGATION, KIND, NOTICES};
use crate::meaning::{Aggregation, Forbids, KeyKind, Notice};
use crate::value::ColumnType;

impl Linter<'_> {
    /// What a column identifies, as its pattern or its contract says.
    pub(super) fn kind(
        &mut self,
        at: &str,
        property: &Property,
        column_type: ColumnType,
        extensions: &Extensions<'_>,
    ) -> Option<KeyKind> {
        let name = &property.name;
        let pattern = property.logical_type_options.pattern.as_deref();
        let derived = pattern.and_then(KeyKind::of_pattern);
        let word = extensions.text(self, KIND);
        let pointer = extensions.pointer(KIND, at).to_owned();
        let declared = word.and_then(|word| {
            let what = format!("the kind of `{name}`");
            self.word(&pointer, &word, &what, KeyKind::ALL, KeyKind::as_str)
        });
        if declared.is_some() && column_type != ColumnType::Utf8 {
            self.error(
                "edulac::contract::kind",
                &pointer,
                format!("`{name}` is of type {column_type}, and codes are texts"),
                "remove `kind`, or store the codes as `STRING`",
            );
        }
        if let (Some(declared), Some(derived)) = (declared, derived)
            && declared != derived
        {
            self.error(
                "edulac::contract::kind",
                &pointer,
                format!("`{name}` is a {derived} by its pattern and a {declared} by its kind"),
                "remove the one of the two that is wrong",
            );
        }
        declared.or(derived)
    }

    /// How a column adds up.
    pub(super) fn aggregation(
        &mut self,
        at: &str,
        name: &str,
        column_type: ColumnType,
        extensions: &Extensions<'_>,
    ) -> Option<Aggregation> {
        let read = extensions.read(self, AGGREGATION, |_: &Aggregation| true);
        if read.is_some() && !Aggregation::is_of(column_type) {
            self.error(
                "edulac::contract::aggregation",
                extensions.pointer(AGGREGATION, at),
                format!("`{name}` is of type {column_type}, which is nothing to add up"),
                "remove `aggregation`",
            );
        }
        read
    }

    /// The weights of means and the columns of notices are columns of the table; weights add up.
    pub(super) fn meanings(
        &mut self,
        at: &str,
        table: &SchemaObject,
        types: &Types,
        columns: &[Column],
        notices: &[Notice],
    ) {
        let names: Vec<&str> = types.keys().map(String::as_str).collect();
        for column in columns {
            let Some(Aggregation::Mean(weight)) = &column.aggregation else {
                continue;
            };
            let pointer = self.place(at, table, Some(&column.name), AGGREGATION);
            match columns.iter().find(|other| other.name == *weight) {
                None => self.error(
                    "edulac::contract::aggregation",
                    &pointer,
                    format!(
                        "there is no column `{weight}` to weight `{}` by",
                        column.name
                    ),
                    suggest(weight, &names),
                ),
                Some(other) if other.aggregation != Some(Aggregation::Sum) => self.error(
                    "edulac::contract::aggregation",
                    &pointer,
                    format!("`{weight}` does not add up, and weights `{}`", column.name),
                    format!(
                        "add the custom property `aggregation` with the value `sum` to `{weight}`"
                    ),
                ),
                Some(_) => {}
            }
        }
        let of_columns = columns.iter().flat_map(|column| {
            column
                .notices
                .iter()
                .map(|n| (Some(column.name.as_str()), n))
        });
        for (column, notice) in notices.iter().map(|n| (None, n)).chain(of_columns) {
            let spoken: Vec<&str> = notice.forbids.iter().flat_map(Forbids::columns).collect();
            for name in spoken.into_iter().filter(|name| !types.contains_key(*name)) {
                let pointer = self.place(at, table, column, NOTICES);
                self.error(
                    "edulac::contract::forbids",
                    &pointer,
                    format!(
                        "`{}` forbids by a column `{name}` that is not there",
                        notice.id
                    ),
                    suggest(name, &names),
                );
            }
        }
    }

    /// Pointer to the value of an extension of the table, or of one of its columns.
    fn place(
        &self,
        at: &str,
        table: &SchemaObject,
        column: Option<&str>,
        extension: &str,
    ) -> String {
        let index = |name: &str| table.properties.iter().position(|p| p.name == name);
        let (at, properties) = match column.and_then(index) {
            Some(index) => {
                let properties = &table.properties[index].custom_properties;
                (format!("{at}/properties/{index}"), properties)
            }
            None => (at.to_owned(), &table.custom_properties),
        };
        let place = properties.iter().position(|p| p.property == extension);
        place.map_or(at.clone(), |place| {
            format!("{at}/customProperties/{place}/value")
        })
    }
}
