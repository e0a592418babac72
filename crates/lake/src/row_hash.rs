//! A 128-bit hash of a row that does not depend on machine, version or order of rows.
//!
//! The hash is the first 16 bytes of SHA-256 over the row's values, column after column:
//!
//! | value | bytes |
//! |---|---|
//! | null | `00` |
//! | anything else | `01`, then |
//! | boolean | one byte, `00` or `01` |
//! | integer, date, timestamp, decimal | little endian, in the width of its type |
//! | float | little endian IEEE 754; `-0.0` as `0.0`, every NaN as `7ff8…0` |
//! | text, bytes | length as 8 bytes little endian, then the bytes (text in UTF-8) |
//! | list | length as 8 bytes little endian, then each item as a value |
//! | struct | each field as a value |
//!
//! Names and types of columns are not part of it: both sides of a comparison must list the same columns.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow::error::ArrowError;
use datafusion::common::Result as DfResult;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use sha2::{Digest, Sha256};

/// Bytes of a row hash.
pub const ROW_HASH_BYTES: usize = 16;

/// `row_hash(a, b, …)`: `Binary` of 16 bytes, never null; the hash of the module's text over the
/// arguments in their order.
#[must_use]
pub fn row_hash_udf() -> ScalarUDF {
    ScalarUDF::from(RowHash {
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

/// The hash of each row of `columns`, which are of equal length.
///
/// # Errors
/// A column type without an encoding (maps, unions, intervals).
pub fn row_hashes(columns: &[ArrayRef]) -> Result<Vec<[u8; ROW_HASH_BYTES]>, ArrowError> {
    let rows = columns.first().map_or(0, Array::len);
    let encoders = columns
        .iter()
        .map(|c| encoder(c))
        .collect::<Result<Vec<_>, _>>()?;
    let mut bytes = Vec::new();
    let mut hashes = Vec::with_capacity(rows);
    for row in 0..rows {
        bytes.clear();
        for encode in &encoders {
            encode(row, &mut bytes);
        }
        let mut hash = [0; ROW_HASH_BYTES];
        hash.copy_from_slice(&Sha256::digest(&bytes)[..ROW_HASH_BYTES]);
        hashes.push(hash);
    }
    Ok(hashes)
}

type Encoder<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + 'a>;

fn encoder(array: &ArrayRef) -> Result<Encoder<'_>, ArrowError> {
    macro_rules! fixed {
        ($type:ty) => {{
            let values = array.as_primitive::<$type>();
            value(array, move |row, out| {
                out.extend_from_slice(&values.value(row).to_le_bytes())
            })
        }};
        ($type:ty, $nan:expr) => {{
            let values = array.as_primitive::<$type>();
            value(array, move |row, out| {
                let v = values.value(row);
                let v = if v.is_nan() { $nan } else { v + 0.0 };
                out.extend_from_slice(&v.to_le_bytes());
            })
        }};
    }
    macro_rules! bytes {
        ($values:expr) => {{
            let values = $values;
            value(array, move |row, out| {
                let bytes: &[u8] = values.value(row).as_ref();
                out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
                out.extend_from_slice(bytes);
            })
        }};
    }
    Ok(match array.data_type() {
        DataType::Null => Box::new(|_, out| out.push(0)),
        DataType::Boolean => {
            let values = array.as_boolean();
            value(array, move |row, out| out.push(u8::from(values.value(row))))
        }
        DataType::Int8 => fixed!(Int8Type),
        DataType::Int16 => fixed!(Int16Type),
        DataType::Int32 => fixed!(Int32Type),
        DataType::Int64 => fixed!(Int64Type),
        DataType::Float32 => fixed!(Float32Type, f32::from_bits(0x7fc0_0000)),
        DataType::Float64 => fixed!(Float64Type, f64::from_bits(0x7ff8_0000_0000_0000)),
        DataType::Date32 => fixed!(Date32Type),
        DataType::Decimal128(..) => fixed!(Decimal128Type),
        DataType::Timestamp(TimeUnit::Second, _) => fixed!(TimestampSecondType),
        DataType::Timestamp(TimeUnit::Millisecond, _) => fixed!(TimestampMillisecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => fixed!(TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => fixed!(TimestampNanosecondType),
        DataType::Utf8 => bytes!(array.as_string::<i32>()),
        DataType::LargeUtf8 => bytes!(array.as_string::<i64>()),
        DataType::Utf8View => bytes!(array.as_string_view()),
        DataType::Binary => bytes!(array.as_binary::<i32>()),
        DataType::LargeBinary => bytes!(array.as_binary::<i64>()),
        DataType::BinaryView => bytes!(array.as_binary_view()),
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let item = encoder(lists.values())?;
            value(array, move |row, out| {
                let offsets = lists.value_offsets();
                let range = offsets[row] as usize..offsets[row + 1] as usize;
                out.extend_from_slice(&(range.len() as u64).to_le_bytes());
                range.for_each(|i| item(i, out));
            })
        }
        DataType::Struct(_) => {
            let fields = array
                .as_struct()
                .columns()
                .iter()
                .map(encoder)
                .collect::<Result<Vec<_>, _>>()?;
            value(array, move |row, out| {
                fields.iter().for_each(|field| field(row, out));
            })
        }
        other => {
            return Err(ArrowError::NotYetImplemented(format!(
                "row_hash of a column of {other}"
            )));
        }
    })
}

/// Puts the null mark before a value.
fn value<'a>(array: &'a ArrayRef, encode: impl Fn(usize, &mut Vec<u8>) + 'a) -> Encoder<'a> {
    Box::new(move |row, out| {
        if array.is_null(row) {
            out.push(0);
        } else {
            out.push(1);
            encode(row, out);
        }
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct RowHash {
    signature: Signature,
}

impl ScalarUDFImpl for RowHash {
    fn name(&self) -> &str {
        "row_hash"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DfResult<DataType> {
        Ok(DataType::Binary)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let hashes = row_hashes(&columns)?;
        let mut out = BinaryBuilder::with_capacity(hashes.len(), hashes.len() * ROW_HASH_BYTES);
        hashes.iter().for_each(|hash| out.append_value(hash));
        Ok(ColumnarValue::Array(Arc::new(out.finish())))
    }
}
