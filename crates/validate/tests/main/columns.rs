use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, RecordBatch, StringArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int32Type, Schema, TimeUnit};
use edulac_model::ErrorClass;
use edulac_validate::{RowChecker, align, table_schema};

use crate::{Row, batch, checks};

/// The input's schema with the type of some columns changed, and others renamed.
fn schema(types: &[(&str, DataType)], names: &[(&str, &str)]) -> Schema {
    let input = batch(&[]).schema();
    let fields = input.fields().iter().map(|field| {
        let data_type = types
            .iter()
            .find(|(name, _)| name == field.name())
            .map_or(field.data_type(), |(_, to)| to);
        let name = names
            .iter()
            .find(|(name, _)| name == field.name())
            .map_or(field.name().as_str(), |(_, to)| to);
        Field::new(name, data_type.clone(), true)
    });
    Schema::new(fields.collect::<Vec<_>>())
}

#[test]
fn columns_that_the_contract_does_not_ask_for_are_dropped_and_named() {
    let plan = align(&schema(&[], &[]), &checks()).unwrap();
    assert_eq!(plan.dropped, ["en_trop"]);
    assert_eq!(plan.columns[..3], [7, 6, 8]);
}

#[test]
fn every_missing_column_and_wrong_type_is_named_with_its_remedy() {
    let types = [
        ("eleves", DataType::Utf8),
        ("vu_le", DataType::LargeUtf8),
        ("rentree", DataType::Int64),
        ("lu_le", DataType::Timestamp(TimeUnit::Microsecond, None)),
        ("mail", DataType::Int32),
        ("geometry", DataType::Utf8),
    ];
    let error = align(
        &schema(&types, &[("voie", "Voie"), ("niveau", "classe")]),
        &checks(),
    )
    .unwrap_err();
    assert_eq!(error.class(), ErrorClass::Config);
    insta::assert_snapshot!(error);
}

#[test]
fn types_are_widened_only_where_no_value_can_be_lost() {
    let dictionary = |values| DataType::Dictionary(Box::new(DataType::Int32), Box::new(values));
    let timestamp = |unit| DataType::Timestamp(unit, Some("UTC".into()));
    for (column, found, fits) in [
        ("uai", DataType::Utf8View, true),
        ("uai", DataType::LargeUtf8, true),
        ("uai", dictionary(DataType::Utf8), true),
        ("uai", DataType::Int64, false),
        ("uai", DataType::Null, true),
        ("rentree", DataType::Int16, true),
        ("rentree", DataType::UInt32, false),
        ("rentree", DataType::Int64, false),
        ("eleves", DataType::Int32, true),
        ("eleves", DataType::UInt64, false),
        ("eleves", DataType::Float64, false),
        ("ips", DataType::Float32, true),
        ("ips", DataType::Int32, true),
        ("ips", DataType::Int64, false),
        ("ips", DataType::Decimal128(10, 2), false),
        ("ouvert", DataType::Utf8, false),
        ("vu_le", DataType::Date64, true),
        ("vu_le", timestamp(TimeUnit::Second), false),
        ("lu_le", timestamp(TimeUnit::Second), true),
        ("lu_le", timestamp(TimeUnit::Nanosecond), false),
        ("geometry", DataType::BinaryView, true),
        (
            "langues",
            DataType::new_list(DataType::Utf8View, true),
            true,
        ),
        ("langues", DataType::new_list(DataType::Int32, true), false),
    ] {
        assert_eq!(
            align(&schema(&[(column, found.clone())], &[]), &checks()).is_ok(),
            fits,
            "{column} {found}"
        );
    }
}

#[test]
fn accepted_rows_have_exactly_the_columns_and_types_of_the_contract() {
    let input = batch(&[
        Row::default(),
        Row {
            rentree: Some(2023),
            ..Row::default()
        },
    ]);
    let views: StringViewArray = vec![Some("0350852K"), Some("0351234A")]
        .into_iter()
        .collect();
    let dictionary: DictionaryArray<Int32Type> = vec!["GT", "PRO"].into_iter().collect();
    let small = cast(input.column_by_name("eleves").unwrap(), &DataType::Int16).unwrap();
    let schema = input.schema();
    let columns = schema
        .fields()
        .iter()
        .zip(input.columns())
        .map(|(field, column)| {
            let column: ArrayRef = match field.name().as_str() {
                "uai" => Arc::new(views.clone()),
                "_source" => Arc::new(StringArray::from(vec!["a", "b"])),
                "voie" => Arc::new(dictionary.clone()),
                "eleves" => Arc::clone(&small),
                _ => Arc::clone(column),
            };
            (field.name().clone(), column, true)
        });
    let input = RecordBatch::try_from_iter_with_nullable(columns.collect::<Vec<_>>()).unwrap();
    let checks = checks();
    let checked = RowChecker::new(&checks, &input.schema())
        .unwrap()
        .check(&input)
        .unwrap();
    assert_eq!(checked.accepted.schema(), table_schema(&checks));
    assert_eq!(checked.accepted.num_rows(), 2);
    let schema = checked.accepted.schema();
    let described: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| {
            format!(
                "{} {}{}",
                field.name(),
                field.data_type(),
                if field.is_nullable() { "" } else { " not null" }
            )
        })
        .collect();
    insta::assert_snapshot!(described.join("\n"));
}

#[test]
fn a_batch_of_another_schema_is_our_mistake() {
    let checker = RowChecker::new(&checks(), &batch(&[]).schema()).unwrap();
    let other = batch(&[Row::default()]).project(&[0, 1, 2]).unwrap();
    assert_eq!(checker.check(&other).unwrap_err().class(), ErrorClass::Bug);
}
