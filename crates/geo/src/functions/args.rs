//! The arguments of a call, row by row, and what comes back.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BinaryArray, BooleanArray, Float64Array, Int64Array, StringArray,
};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::Result;
use datafusion::error::DataFusionError;
use geo::Geometry;

use crate::{Error, wkb};

/// What an argument is, which decides what it may be cast from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arg {
    /// WKB.
    Geometry,
    /// Text; numbers are written out, so that `2154` is an EPSG code too.
    Text,
    /// A number.
    Number,
}

impl Arg {
    /// The type that the function computes on when it is called with `given`; `None` when it cannot.
    pub(super) fn coerced(self, given: &DataType) -> Option<DataType> {
        use DataType::{Binary, BinaryView, Float64, LargeBinary, LargeUtf8, Null, Utf8, Utf8View};
        match (self, given) {
            (Self::Geometry, Binary | LargeBinary | BinaryView | Null) => Some(Binary),
            (Self::Text, Utf8 | LargeUtf8 | Utf8View | Null) => Some(Utf8),
            (Self::Text, given) if given.is_integer() => Some(Utf8),
            (Self::Number, given) if given.is_numeric() || *given == Null => Some(Float64),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Geometry => "geometry",
            Self::Text => "text",
            Self::Number => "number",
        }
    }
}

/// The columns of a call, all of the same length.
pub(super) struct Args(pub(super) Vec<ArrayRef>);

impl Args {
    /// WKB of argument `at`.
    pub(super) fn wkb(&self, at: usize) -> Result<&BinaryArray> {
        self.column(at)?
            .as_binary_opt::<i32>()
            .ok_or_else(|| unexpected(at))
    }

    /// Text of argument `at`.
    pub(super) fn text(&self, at: usize) -> Result<&StringArray> {
        self.column(at)?
            .as_string_opt::<i32>()
            .ok_or_else(|| unexpected(at))
    }

    /// Numbers of argument `at`.
    pub(super) fn number(&self, at: usize) -> Result<&Float64Array> {
        self.column(at)?
            .as_primitive_opt::<Float64Type>()
            .ok_or_else(|| unexpected(at))
    }

    /// Whether the call has an argument `at`.
    pub(super) fn has(&self, at: usize) -> bool {
        at < self.0.len()
    }

    /// Each row's WKB of the first argument through `f`.
    pub(super) fn map_wkb<T>(
        &self,
        f: impl Fn(&[u8]) -> Result<Option<T>, Error>,
    ) -> Result<impl Iterator<Item = Result<Option<T>>>> {
        let rows = self.wkb(0)?.iter();
        Ok(rows.map(move |bytes| Ok(bytes.map(&f).transpose()?.flatten())))
    }

    /// Each row's geometry of the first argument through `f`.
    pub(super) fn map_geometry<T>(
        &self,
        f: impl Fn(Geometry<f64>) -> Result<Option<T>, Error>,
    ) -> Result<impl Iterator<Item = Result<Option<T>>>> {
        self.map_wkb(move |bytes| f(wkb::read(bytes)?))
    }

    /// Each row's geometries of the first two arguments through `f`.
    pub(super) fn map_pairs<T>(
        &self,
        f: impl Fn(&Geometry<f64>, &Geometry<f64>) -> Result<Option<T>, Error>,
    ) -> Result<impl Iterator<Item = Result<Option<T>>>> {
        let rows = self.wkb(0)?.iter().zip(self.wkb(1)?.iter());
        // One side is often a constant: read it once while its bytes stay the same.
        let (mut left, mut right) = (Last::default(), Last::default());
        Ok(rows.map(move |(a, b)| match (a, b) {
            (Some(a), Some(b)) => Ok(f(left.read(a)?, right.read(b)?)?),
            _ => Ok(None),
        }))
    }

    fn column(&self, at: usize) -> Result<&ArrayRef> {
        self.0.get(at).ok_or_else(|| unexpected(at))
    }
}

fn unexpected(at: usize) -> DataFusionError {
    DataFusionError::Internal(format!(
        "argument {} was not coerced to the type of its function",
        at + 1
    ))
}

/// The geometry read last, with its bytes.
struct Last {
    bytes: Vec<u8>,
    geometry: Geometry<f64>,
}

impl Default for Last {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            geometry: geo::MultiPoint::<f64>(Vec::new()).into(),
        }
    }
}

impl Last {
    fn read(&mut self, bytes: &[u8]) -> Result<&Geometry<f64>, Error> {
        if self.bytes != bytes {
            self.geometry = wkb::read(bytes)?;
            self.bytes.clear();
            self.bytes.extend_from_slice(bytes);
        }
        Ok(&self.geometry)
    }
}

/// A `Float64` column.
pub(super) fn floats(rows: impl Iterator<Item = Result<Option<f64>>>) -> Result<ArrayRef> {
    Ok(Arc::new(rows.collect::<Result<Float64Array>>()?))
}

/// An `Int64` column.
pub(super) fn integers(rows: impl Iterator<Item = Result<Option<i64>>>) -> Result<ArrayRef> {
    Ok(Arc::new(rows.collect::<Result<Int64Array>>()?))
}

/// A `Boolean` column.
pub(super) fn booleans(rows: impl Iterator<Item = Result<Option<bool>>>) -> Result<ArrayRef> {
    Ok(Arc::new(rows.collect::<Result<BooleanArray>>()?))
}

/// A `Binary` column of geometries.
pub(super) fn geometries<T: AsRef<[u8]>>(
    rows: impl Iterator<Item = Result<Option<T>>>,
) -> Result<ArrayRef> {
    Ok(Arc::new(rows.collect::<Result<BinaryArray>>()?))
}

/// A `Utf8` column.
pub(super) fn texts<T: AsRef<str>>(
    rows: impl Iterator<Item = Result<Option<T>>>,
) -> Result<ArrayRef> {
    Ok(Arc::new(rows.collect::<Result<StringArray>>()?))
}
