//! The scalar function that carries the areas to wherever the points are.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Builder, StringBuilder, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_geo::wkb;
use geo::{Coord, InteriorPoint};

use super::areas::AreasIndex;

/// `geometry -> Struct{code Utf8, distance_m Float64, neighbours Utf8, containing Utf8}`: where a point is; neighbours and all
/// areas that contain it separated by a space. A geometry that is not a point is located by a point on it; null and empty ones give null fields.
#[must_use]
pub fn locate_udf(name: &str, areas: Arc<AreasIndex>, straddling_m: Option<f64>) -> ScalarUDF {
    let kinds = vec![DataType::Binary];
    ScalarUDF::new_from_impl(Locate {
        name: format!("locate_{name}"),
        areas,
        straddling_m,
        signature: Signature::exact(kinds, Volatility::Immutable),
    })
}

pub(super) const CODE: &str = "code";
pub(super) const DISTANCE: &str = "distance_m";
pub(super) const NEIGHBOURS: &str = "neighbours";
pub(super) const CONTAINING: &str = "containing";

#[derive(Debug)]
struct Locate {
    name: String,
    areas: Arc<AreasIndex>,
    straddling_m: Option<f64>,
    signature: Signature,
}

// Two functions are one when they carry the same index, not merely the same name.
impl PartialEq for Locate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.areas, &other.areas)
            && self.name == other.name
            && self.straddling_m.map(f64::to_bits) == other.straddling_m.map(f64::to_bits)
    }
}

impl Eq for Locate {}

impl Hash for Locate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        Arc::as_ptr(&self.areas).hash(state);
    }
}

fn fields() -> Fields {
    Fields::from(vec![
        Field::new(CODE, DataType::Utf8, true),
        Field::new(DISTANCE, DataType::Float64, true),
        Field::new(NEIGHBOURS, DataType::Utf8, true),
        Field::new(CONTAINING, DataType::Utf8, true),
    ])
}

impl ScalarUDFImpl for Locate {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let column = args
            .args
            .first()
            .map(|arg| arg.to_array(args.number_rows))
            .transpose()?;
        let points = column
            .as_ref()
            .and_then(|column| column.as_binary_opt::<i32>());
        let points =
            points.ok_or_else(|| exec_datafusion_err!("{} takes one geometry", self.name))?;
        let (mut codes, mut distances) = (StringBuilder::new(), Float64Builder::new());
        let (mut neighbours, mut containing) = (StringBuilder::new(), StringBuilder::new());
        for bytes in points {
            let position = bytes.map(position).transpose()?.flatten();
            let located = position.map(|position| self.areas.locate(position, self.straddling_m));
            codes.append_option(located.as_ref().and_then(|located| located.code));
            distances.append_option(located.as_ref().and_then(|located| located.distance_m));
            let listed = |codes: &[&str]| (!codes.is_empty()).then(|| codes.join(" "));
            let located = located.as_ref();
            neighbours.append_option(located.and_then(|located| listed(&located.neighbours)));
            containing.append_option(located.and_then(|located| listed(&located.containing)));
        }
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(codes.finish()),
            Arc::new(distances.finish()),
            Arc::new(neighbours.finish()),
            Arc::new(containing.finish()),
        ];
        Ok(ColumnarValue::Array(Arc::new(StructArray::try_new(
            fields(),
            arrays,
            None,
        )?)))
    }
}

fn position(bytes: &[u8]) -> Result<Option<Coord<f64>>, edulac_geo::Error> {
    if let Some((x, y)) = wkb::point(bytes)? {
        return Ok(Some(Coord { x, y }));
    }
    Ok(wkb::read(bytes)?.interior_point().map(|point| point.0))
}
