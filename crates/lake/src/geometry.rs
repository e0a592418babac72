//! What the lake asks of geometry: the order of rows, the covering boxes, the `geo` key.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, Int64Array};
use arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use edulac_geo::geoparquet::{self, GeoColumn};
use edulac_geo::hilbert;

pub(crate) use edulac_geo::geoparquet::{BBOX_COLUMN as BBOX, bbox_field};

/// Sides of [`BBOX`], in its order.
pub(crate) const BBOX_SIDES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// What is said about [`BBOX`]; French, as all that tables say.
pub(crate) const BBOX_DESCRIPTION: &str = "Emprise de la géométrie en degrés (WGS 84) ; sert à filtrer vite, vide si la géométrie est vide.";

/// Place of a geometry along the Hilbert curve; null for null and empty ones, to sort last.
pub(crate) fn hilbert_udf() -> ScalarUDF {
    let place = |args: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(args)?;
        let keys = arrays[0].as_binary::<i32>().iter().map(|wkb| {
            let key = hilbert::key_of_wkb(wkb)?;
            Ok((key != hilbert::NULL_LAST).then(|| i64::try_from(key).unwrap_or(i64::MAX)))
        });
        let keys: Int64Array = keys
            .collect::<Result<_, edulac_geo::Error>>()
            .map_err(DataFusionError::from)?;
        Ok(ColumnarValue::Array(Arc::new(keys)))
    };
    let types = vec![DataType::Binary];
    create_udf(
        "lake_hilbert",
        types,
        DataType::Int64,
        Volatility::Immutable,
        Arc::new(place),
    )
}

/// What the rows of one file say of their geometries.
pub(crate) struct Covering(GeoColumn);

impl Covering {
    pub(crate) fn new(column: &str) -> Self {
        Self(GeoColumn::new(column))
    }

    /// Takes in geometries and gives their boxes.
    pub(crate) fn add(&mut self, geometries: &BinaryArray) -> edulac_geo::Result<ArrayRef> {
        Ok(Arc::new(self.0.feed(geometries)?))
    }

    /// The `geo` key.
    pub(crate) fn geo_key(&self) -> Option<String> {
        geoparquet::geo_metadata(std::slice::from_ref(&self.0))
    }

    /// West, south, east, north.
    pub(crate) fn bbox(&self) -> Option<[f64; 4]> {
        self.0.bbox().map(|b| [b.xmin, b.ymin, b.xmax, b.ymax])
    }
}
