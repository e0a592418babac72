//! The scalar function that carries the establishments to wherever the buildings are.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Float64Builder, ListArray, StructArray, UInt32Builder,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::establishments::Establishments;

/// `geometry -> List<Struct{point UInt32, distance_m Float64, inside Boolean}>`: the establishments
/// within `radius_m` metres of a building, in the order of their numbers; null when there is none.
pub(super) fn candidates_udf(establishments: Arc<Establishments>, radius_m: f64) -> ScalarUDF {
    let signature = Signature::exact(vec![DataType::Binary], Volatility::Immutable);
    ScalarUDF::new_from_impl(Candidates {
        establishments,
        radius_m,
        signature,
    })
}

#[derive(Debug)]
struct Candidates {
    establishments: Arc<Establishments>,
    radius_m: f64,
    signature: Signature,
}

impl PartialEq for Candidates {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.establishments, &other.establishments)
            && self.radius_m.to_bits() == other.radius_m.to_bits()
    }
}

impl Eq for Candidates {}

impl Hash for Candidates {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.establishments).hash(state);
        self.radius_m.to_bits().hash(state);
    }
}

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("point", DataType::UInt32, false),
        Field::new("distance_m", DataType::Float64, false),
        Field::new("inside", DataType::Boolean, false),
    ])
}

fn item() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(fields()), true))
}

impl ScalarUDFImpl for Candidates {
    fn name(&self) -> &'static str {
        "candidats_batiment"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let column = args
            .args
            .first()
            .map(|arg| arg.to_array(args.number_rows))
            .transpose()?;
        let buildings = column
            .as_ref()
            .and_then(|column| column.as_binary_opt::<i32>());
        let buildings =
            buildings.ok_or_else(|| exec_datafusion_err!("{} takes one geometry", self.name()))?;
        let (mut points, mut distances, mut insides) = (
            UInt32Builder::new(),
            Float64Builder::new(),
            BooleanBuilder::new(),
        );
        let mut lengths = Vec::with_capacity(buildings.len());
        for bytes in buildings {
            let near = match bytes {
                Some(bytes) => self
                    .establishments
                    .index
                    .within_of_wkb(bytes, self.radius_m)
                    .map_err(edulac_geo::Error::from)?,
                None => Vec::new(),
            };
            for near in &near {
                points.append_value(near.point);
                distances.append_value(near.distance_m);
                insides.append_value(near.inside);
            }
            lengths.push(near.len());
        }
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(points.finish()),
            Arc::new(distances.finish()),
            Arc::new(insides.finish()),
        ];
        let values = StructArray::try_new(fields(), arrays, None)?;
        let nulls: NullBuffer = lengths.iter().map(|&length| length > 0).collect();
        let offsets = OffsetBuffer::from_lengths(lengths);
        let lists = ListArray::try_new(item(), offsets, Arc::new(values), Some(nulls))?;
        Ok(ColumnarValue::Array(Arc::new(lists)))
    }
}
