//! Statistics of a file for the Delta log, from what Parquet already knows.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array, make_comparator};
use arrow::compute::{SortOptions, cast, filter};
use arrow::datatypes::{DataType, Float64Type, Int64Type, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::errors::Result;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;
use serde_json::{Map, Value, json};

use crate::geometry;

/// `numRecords`, and for each scalar column `nullCount`, `minValues`, `maxValues`. Texts are bounds,
/// cut at the length the writer keeps; geometry and nested columns are left out, save `bbox`.
pub(crate) fn delta_stats(schema: &SchemaRef, metadata: &ParquetMetaData) -> Result<String> {
    let rows: i64 = metadata
        .row_groups()
        .iter()
        .map(RowGroupMetaData::num_rows)
        .sum();
    let (mut nulls, mut mins, mut maxes) = (Map::new(), Map::new(), Map::new());
    for field in schema.fields() {
        if field.data_type().is_nested() || *field.data_type() == DataType::Binary {
            continue;
        }
        let descriptor = metadata.file_metadata().schema_descr();
        let column = StatisticsConverter::try_new(field.name(), schema, descriptor)?;
        let groups = metadata.row_groups();
        let null_counts: UInt64Array = column.row_group_null_counts(groups)?;
        nulls.insert(
            field.name().clone(),
            json!(null_counts.iter().flatten().sum::<u64>()),
        );
        // A group of nulls has no extremes; any other group without them leaves the column unbounded.
        let with_values: BooleanArray = groups
            .iter()
            .zip(&null_counts)
            .map(|(group, nulls)| Some(nulls != Some(group.num_rows() as u64)))
            .collect();
        let min = extreme(
            &filter(&column.row_group_mins(groups)?, &with_values)?,
            Ordering::Less,
        );
        let max = extreme(
            &filter(&column.row_group_maxes(groups)?, &with_values)?,
            Ordering::Greater,
        );
        if let (Some(min), Some(max)) = (min, max) {
            mins.insert(field.name().clone(), min);
            maxes.insert(field.name().clone(), max);
        }
    }
    let sides: Option<Vec<_>> = geometry::BBOX_SIDES
        .iter()
        .map(|side| Some((*side, side_range(metadata, side)?)))
        .collect();
    if let Some(sides) = sides {
        let pick = |pick: fn((f64, f64)) -> f64| -> Value {
            sides
                .iter()
                .map(|(side, range)| ((*side).to_owned(), json!(pick(*range))))
                .collect()
        };
        mins.insert(geometry::BBOX.to_owned(), pick(|range| range.0));
        maxes.insert(geometry::BBOX.to_owned(), pick(|range| range.1));
    }
    Ok(
        json!({"numRecords": rows, "minValues": mins, "maxValues": maxes, "nullCount": nulls})
            .to_string(),
    )
}

/// Least and greatest value of one side of the covering boxes; none where no row has a box.
fn side_range(metadata: &ParquetMetaData, side: &str) -> Option<(f64, f64)> {
    let columns = metadata.file_metadata().schema_descr().columns();
    let leaf = columns
        .iter()
        .position(|c| c.path().parts() == [geometry::BBOX, side])?;
    metadata
        .row_groups()
        .iter()
        .filter_map(|group| match group.column(leaf).statistics()? {
            Statistics::Double(s) => Some((*s.min_opt()?, *s.max_opt()?)),
            Statistics::Float(s) => Some(((*s.min_opt()?).into(), (*s.max_opt()?).into())),
            _ => None,
        })
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The least or greatest value over the row groups; none when one of them has no bound.
fn extreme(values: &ArrayRef, wanted: Ordering) -> Option<Value> {
    if values.null_count() > 0 {
        return None;
    }
    let order = make_comparator(values, values, SortOptions::default()).ok()?;
    let best =
        (0..values.len()).reduce(|best, i| if order(i, best) == wanted { i } else { best })?;
    delta_value(values, best)
}

fn delta_value(values: &ArrayRef, row: usize) -> Option<Value> {
    match values.data_type() {
        DataType::Utf8 => Some(values.as_string::<i32>().value(row).into()),
        DataType::Boolean => Some(values.as_boolean().value(row).into()),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            let wide = cast(&values.slice(row, 1), &DataType::Int64).ok()?;
            Some(wide.as_primitive::<Int64Type>().value(0).into())
        }
        DataType::Float32 | DataType::Float64 => {
            let wide = cast(&values.slice(row, 1), &DataType::Float64).ok()?;
            let value = wide.as_primitive::<Float64Type>().value(0);
            serde_json::Number::from_f64(value).map(Value::Number)
        }
        DataType::Date32 => text(values, row, &FormatOptions::default()),
        DataType::Timestamp(..) => {
            let options =
                FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.6fZ"));
            text(values, row, &options)
        }
        _ => None,
    }
}

fn text(values: &ArrayRef, row: usize, options: &FormatOptions<'_>) -> Option<Value> {
    let formatter = ArrayFormatter::try_new(values, options).ok()?;
    formatter.value(row).try_to_string().ok().map(Value::String)
}
