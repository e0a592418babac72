//! The form of a feed: from pairs of rows, before and after, to its own columns.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray, new_null_array};
use arrow::compute::{cast, is_not_null, kernels::zip::zip};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::Tally;
use crate::geometry;
use crate::release::ReleasedTable;
use crate::row_hash::row_hashes;

/// The columns of a table and those of its feed.
pub(super) struct Form {
    pub(super) table: String,
    /// Columns of the rows that are compared, in the form of the table after.
    pub(super) fields: Vec<FieldRef>,
    /// Places of the key among them; empty: the whole row is the key.
    pub(super) key: Vec<usize>,
    /// Columns of the feed.
    pub(super) schema: SchemaRef,
    cause: Option<String>,
}

impl Form {
    pub(super) fn new(files: &Schema, shape: &ReleasedTable, cause: Option<&str>) -> Self {
        let fields: Vec<FieldRef> = files
            .fields()
            .iter()
            .filter(|field| shape.geometry.is_none() || field.name() != geometry::BBOX)
            .cloned()
            .collect();
        let place = |name: &String| fields.iter().position(|field| field.name() == name);
        let key: Vec<usize> = shape.key.iter().filter_map(place).collect();
        let mut taken: BTreeSet<String> = shape.key.iter().cloned().collect();
        let mut named = |name: String, data_type: &DataType| {
            let mut name = name;
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            Field::new(name, data_type.clone(), true)
        };
        let mut columns = vec![named("operation".to_owned(), &DataType::Utf8)];
        columns.extend(key.iter().map(|place| {
            let field = &fields[*place];
            Field::new(field.name(), field.data_type().clone(), true)
        }));
        columns.push(named("colonnes".to_owned(), &DataType::Utf8));
        columns.push(named("cause".to_owned(), &DataType::Utf8));
        for (place, field) in fields.iter().enumerate() {
            if !key.contains(&place) {
                for side in ["avant", "apres"] {
                    columns.push(named(format!("{side}_{}", field.name()), field.data_type()));
                }
            }
        }
        Self {
            table: shape.path.rsplit('/').next().unwrap_or_default().to_owned(),
            fields,
            key,
            schema: Arc::new(Schema::new(columns)),
            cause: cause.map(str::to_owned),
        }
    }

    /// Rows of the feed, counted. `pairs`: the columns of rows before, their hash, the same after; the hash is null where
    /// there is no row.
    pub(super) fn batch(
        &self,
        pairs: &RecordBatch,
        tally: &mut Tally,
    ) -> Result<RecordBatch, ArrowError> {
        let width = self.fields.len();
        let before = &pairs.columns()[..width];
        let after = &pairs.columns()[width + 1..2 * width + 1];
        let was = is_not_null(pairs.column(width))?;
        let is = is_not_null(pairs.column(2 * width + 1))?;
        let operation = self.operations(&was, &is, tally);
        let changed = self.changed(before, after, (&was, &is), tally)?;
        let cause: ArrayRef = match &self.cause {
            Some(cause) => Arc::new(StringArray::from(vec![cause.as_str(); was.len()])),
            None => new_null_array(&DataType::Utf8, was.len()),
        };
        let mut columns: Vec<ArrayRef> = vec![Arc::new(operation)];
        for place in &self.key {
            columns.push(zip(&is, &after[*place], &before[*place])?);
        }
        columns.push(Arc::new(changed));
        columns.push(cause);
        for place in 0..width {
            if !self.key.contains(&place) {
                columns.push(Arc::clone(&before[place]));
                columns.push(Arc::clone(&after[place]));
            }
        }
        // Readers of Parquet may have given a type of the same values.
        let fields = self.schema.fields().iter().zip(columns);
        let columns = fields.map(|(field, column)| cast(&column, field.data_type()));
        RecordBatch::try_new(Arc::clone(&self.schema), columns.collect::<Result<_, _>>()?)
    }

    fn operations(&self, was: &BooleanArray, is: &BooleanArray, tally: &mut Tally) -> StringArray {
        let counts = &mut tally.counts;
        let operation = |row| match (was.value(row), is.value(row)) {
            (true, true) => {
                counts.changed += 1;
                "modification"
            }
            (true, false) => {
                counts.removed += 1;
                "retrait"
            }
            (false, _) => {
                counts.added += 1;
                "ajout"
            }
        };
        let names: Vec<&str> = (0..was.len()).map(operation).collect();
        StringArray::from(names)
    }

    /// The columns that differ, row by row.
    fn changed(
        &self,
        before: &[ArrayRef],
        after: &[ArrayRef],
        (was, is): (&BooleanArray, &BooleanArray),
        tally: &mut Tally,
    ) -> Result<StringArray, ArrowError> {
        let mut names: Vec<Option<String>> = (0..was.len())
            .map(|row| (was.value(row) && is.value(row)).then(String::new))
            .collect();
        for (place, field) in self.fields.iter().enumerate() {
            if self.key.contains(&place) {
                continue;
            }
            // Equal is what the hash of rows takes for equal, whatever the type.
            let old = row_hashes(std::slice::from_ref(&before[place]))?;
            let new = row_hashes(std::slice::from_ref(&after[place]))?;
            for (names, (old, new)) in names.iter_mut().zip(old.iter().zip(&new)) {
                if let Some(names) = names.as_mut().filter(|_| old != new) {
                    if !names.is_empty() {
                        names.push(',');
                    }
                    names.push_str(field.name());
                    *tally.columns.entry(field.name().clone()).or_default() += 1;
                }
            }
        }
        Ok(StringArray::from(names))
    }
}
