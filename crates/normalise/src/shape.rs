//! `shape(wkb, wkt, crs) -> struct{geometry: WKB CRS84, probleme}`: a geometry given as WKB or as (E)WKT text in a
//! known CRS, brought to CRS84. Null in, null out; what cannot be read or projected is null with a problem.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, StringBuilder, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_geo::crs::{self, Epsg};
use edulac_geo::{wkb, wkt};
use edulac_model::problem::{Problem, encode};

use crate::text::{cell, returned};

#[derive(Debug, PartialEq, Eq, Hash)]
struct Shape {
    signature: Signature,
}

/// The function.
pub(crate) fn udf() -> ScalarUDF {
    ScalarUDF::from(Shape::new())
}

impl Shape {
    fn new() -> Self {
        Self {
            signature: Signature::exact(
                vec![DataType::Binary, DataType::Utf8, DataType::Utf8],
                Volatility::Immutable,
            ),
        }
    }
}

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("geometry", DataType::Binary, true),
        Field::new("probleme", DataType::Utf8, true),
    ])
}

/// The geometry of one row in CRS84, or why there is none.
fn read(
    bytes: Option<&[u8]>,
    text: Option<&str>,
    crs: Option<&str>,
) -> std::result::Result<Option<Vec<u8>>, String> {
    let given = match (bytes, text) {
        (Some(bytes), _) => bytes.to_vec(),
        (None, Some(text)) => wkt::to_wkb(text).map_err(|e| e.to_string())?,
        (None, None) => return Ok(None),
    };
    let epsg: Epsg = crs
        .ok_or_else(|| "a geometry without its CRS: none is guessed".to_owned())?
        .parse()
        .map_err(|e: crs::CrsError| e.to_string())?;
    if epsg == crs::WGS84 {
        return wkb::kind(&given)
            .map(|_| Some(given))
            .map_err(|e| e.to_string());
    }
    let geometry = wkb::read(&given).map_err(|e| e.to_string())?;
    crs::geometry_to_crs84(epsg, &geometry)
        .map(|geometry| Some(wkb::write(&geometry)))
        .map_err(|e| e.to_string())
}

impl ScalarUDFImpl for Shape {
    fn name(&self) -> &'static str {
        "shape"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let bytes = args.args[0].to_array(rows)?;
        let bytes = bytes.as_binary::<i32>();
        let text = args.args[1].to_array(rows)?;
        let text = text.as_string::<i32>();
        let crs = args.args[2].to_array(rows)?;
        let crs = crs.as_string::<i32>();
        let mut geometry = BinaryBuilder::new();
        let mut problem = StringBuilder::new();
        for row in 0..rows {
            let blob = (!bytes.is_null(row)).then(|| bytes.value(row));
            let written = cell(text, row);
            match read(blob, written, cell(crs, row)) {
                Ok(read) => {
                    geometry.append_option(read);
                    problem.append_null();
                }
                Err(reason) => {
                    geometry.append_null();
                    problem.append_option(encode(&[Problem {
                        column: "geometry".to_owned(),
                        value: excerpt(written.unwrap_or("(binary)")),
                        reason,
                    }]));
                }
            }
        }
        let arrays: Vec<ArrayRef> = vec![Arc::new(geometry.finish()), Arc::new(problem.finish())];
        Ok(returned(Arc::new(StructArray::try_new(
            fields(),
            arrays,
            None,
        )?)))
    }
}

/// A problem shows the start of a geometry, not its thousand vertices.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
