//! A row test of the contract, compiled for the type of its column.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Float64Type, Int32Type, Int64Type,
    TimestampMicrosecondType,
};
use edulac_contract::document::Scalar;
use edulac_contract::{ColumnType, GeometryKind, Limit, RowTest};
use edulac_geo::wkb;
use regex::Regex;

/// A test on the values of one type. Null fails `Required` and passes all others.
pub(crate) enum Test {
    Required,
    Text(TextTest),
    /// On whole numbers, on days since 1970-01-01, on microseconds since then.
    Integer(IntegerTest),
    Number(Bound<f64>),
    Boolean(Vec<bool>),
    Geometry(GeometryTest),
}

pub(crate) enum TextTest {
    Pattern(Regex),
    MinLength(u64),
    MaxLength(u64),
    OneOf(HashSet<String>),
}

pub(crate) enum IntegerTest {
    Bound(Bound<i64>),
    OneOf(HashSet<i64>),
}

#[derive(Clone, Copy)]
pub(crate) enum Bound<T> {
    AtLeast(T),
    AtMost(T),
    Above(T),
    Below(T),
}

pub(crate) enum GeometryTest {
    Kind(GeometryKind),
    Bounds([f64; 4]),
}

impl Test {
    /// `None` when the test does not go with the type.
    pub(crate) fn compile(test: &RowTest, column_type: ColumnType) -> Option<Self> {
        let text = matches!(column_type, ColumnType::Utf8 | ColumnType::Utf8List);
        match test {
            RowTest::Required => Some(Self::Required),
            RowTest::Pattern(pattern) if text => {
                Some(Self::Text(TextTest::Pattern(Regex::new(pattern).ok()?)))
            }
            RowTest::MinLength(length) if text => Some(Self::Text(TextTest::MinLength(*length))),
            RowTest::MaxLength(length) if text => Some(Self::Text(TextTest::MaxLength(*length))),
            RowTest::Minimum(limit) => {
                Self::bound(*limit, column_type, Bound::AtLeast, Bound::AtLeast)
            }
            RowTest::Maximum(limit) => {
                Self::bound(*limit, column_type, Bound::AtMost, Bound::AtMost)
            }
            RowTest::ExclusiveMinimum(limit) => {
                Self::bound(*limit, column_type, Bound::Above, Bound::Above)
            }
            RowTest::ExclusiveMaximum(limit) => {
                Self::bound(*limit, column_type, Bound::Below, Bound::Below)
            }
            RowTest::OneOf(values) => Self::one_of(values, column_type),
            RowTest::GeometryType(kind) if column_type == ColumnType::Geometry => {
                Some(Self::Geometry(GeometryTest::Kind(*kind)))
            }
            RowTest::Bounds(bounds) if column_type == ColumnType::Geometry => {
                Some(Self::Geometry(GeometryTest::Bounds(*bounds)))
            }
            _ => None,
        }
    }

    fn bound(
        limit: Limit,
        column_type: ColumnType,
        integer: fn(i64) -> Bound<i64>,
        number: fn(f64) -> Bound<f64>,
    ) -> Option<Self> {
        let integer = |value| Some(Self::Integer(IntegerTest::Bound(integer(value))));
        match (limit, column_type) {
            (Limit::Integer(value), ColumnType::Int32 | ColumnType::Int64) => integer(value),
            (Limit::Number(value), ColumnType::Float64) => Some(Self::Number(number(value))),
            (Limit::Date(day), ColumnType::Date32) => {
                integer(i64::from(Date32Type::from_naive_date(day)))
            }
            (Limit::Timestamp(instant), ColumnType::Timestamp) => {
                integer(instant.timestamp_micros())
            }
            _ => None,
        }
    }

    fn one_of(values: &[Scalar], column_type: ColumnType) -> Option<Self> {
        match column_type {
            ColumnType::Utf8 | ColumnType::Utf8List => {
                let text = |value: &Scalar| {
                    if let Scalar::Text(text) = value {
                        Some(text.clone())
                    } else {
                        None
                    }
                };
                Some(Self::Text(TextTest::OneOf(
                    values.iter().map(text).collect::<Option<_>>()?,
                )))
            }
            ColumnType::Int32 | ColumnType::Int64 => {
                let integer = |value: &Scalar| {
                    if let Scalar::Integer(value) = value {
                        Some(*value)
                    } else {
                        None
                    }
                };
                let values = values.iter().map(integer).collect::<Option<_>>()?;
                Some(Self::Integer(IntegerTest::OneOf(values)))
            }
            ColumnType::Boolean => {
                let boolean = |value: &Scalar| {
                    if let Scalar::Boolean(value) = value {
                        Some(*value)
                    } else {
                        None
                    }
                };
                Some(Self::Boolean(
                    values.iter().map(boolean).collect::<Option<_>>()?,
                ))
            }
            _ => None,
        }
    }

    /// For each row, whether its value breaks the rule. The array has the exact type of the column, as
    /// [`crate::data_type`] gives it.
    pub(crate) fn broken(&self, array: &ArrayRef) -> BooleanBuffer {
        match self {
            Self::Required => match array.logical_nulls() {
                Some(nulls) => !nulls.inner(),
                None => BooleanBuffer::new_unset(array.len()),
            },
            Self::Text(test) => match array.data_type() {
                DataType::List(_) => {
                    let lists = array.as_list::<i32>();
                    failing(array, |row| {
                        lists
                            .value(row)
                            .as_string::<i32>()
                            .iter()
                            .flatten()
                            .all(|item| test.holds(item))
                    })
                }
                _ => {
                    let texts = array.as_string::<i32>();
                    failing(array, |row| test.holds(texts.value(row)))
                }
            },
            Self::Integer(test) => match array.data_type() {
                DataType::Int32 => integers::<Int32Type>(array, test),
                DataType::Date32 => integers::<Date32Type>(array, test),
                DataType::Timestamp(..) => integers::<TimestampMicrosecondType>(array, test),
                _ => integers::<Int64Type>(array, test),
            },
            Self::Number(bound) => {
                let numbers: &PrimitiveArray<Float64Type> = array.as_primitive();
                failing(array, |row| bound.holds(numbers.value(row)))
            }
            Self::Boolean(allowed) => {
                let booleans = array.as_boolean();
                failing(array, |row| allowed.contains(&booleans.value(row)))
            }
            Self::Geometry(test) => {
                let geometries = array.as_binary::<i32>();
                failing(array, |row| test.holds(geometries.value(row)))
            }
        }
    }
}

/// Rows that have a value for which `holds` is false.
fn failing(array: &ArrayRef, holds: impl Fn(usize) -> bool) -> BooleanBuffer {
    BooleanBuffer::collect_bool(array.len(), |row| array.is_valid(row) && !holds(row))
}

fn integers<T>(array: &ArrayRef, test: &IntegerTest) -> BooleanBuffer
where
    T: ArrowPrimitiveType,
    T::Native: Into<i64>,
{
    let values: &PrimitiveArray<T> = array.as_primitive();
    failing(array, |row| test.holds(values.value(row).into()))
}

impl TextTest {
    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.is_match(text),
            Self::MinLength(least) => text.chars().count() as u64 >= *least,
            Self::MaxLength(most) => text.chars().count() as u64 <= *most,
            Self::OneOf(values) => values.contains(text),
        }
    }
}

impl IntegerTest {
    fn holds(&self, value: i64) -> bool {
        match self {
            Self::Bound(bound) => bound.holds(value),
            Self::OneOf(values) => values.contains(&value),
        }
    }
}

impl<T: PartialOrd> Bound<T> {
    /// NaN compares with nothing, so it passes no bound.
    fn holds(&self, value: T) -> bool {
        match self {
            Self::AtLeast(limit) => value >= *limit,
            Self::AtMost(limit) => value <= *limit,
            Self::Above(limit) => value > *limit,
            Self::Below(limit) => value < *limit,
        }
    }
}

impl GeometryTest {
    fn holds(&self, bytes: &[u8]) -> bool {
        let bbox = wkb::bbox(bytes);
        match self {
            Self::Kind(expected) => {
                bbox.is_ok_and(|bbox| bbox.is_some())
                    && wkb::kind(bytes).is_ok_and(|kind| is_kind(kind, *expected))
            }
            // What is unreadable or empty is the other test's finding.
            Self::Bounds([xmin, ymin, xmax, ymax]) => bbox.ok().flatten().is_none_or(|bbox| {
                bbox.xmin >= *xmin && bbox.ymin >= *ymin && bbox.xmax <= *xmax && bbox.ymax <= *ymax
            }),
        }
    }
}

fn is_kind(found: wkb::Kind, expected: GeometryKind) -> bool {
    match expected {
        GeometryKind::Point => found == wkb::Kind::Point,
        GeometryKind::Polygon => found == wkb::Kind::Polygon,
        GeometryKind::MultiPolygon => matches!(found, wkb::Kind::Polygon | wkb::Kind::MultiPolygon),
        GeometryKind::Geometry => true,
    }
}
