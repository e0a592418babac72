//! The scalar function that carries the evidence to wherever the buildings are.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Float64Builder, Int8Builder, ListArray, StructArray,
    UInt32Builder,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::evidence::{Building, Evidence};
use super::named::Correction;

/// `(id_source, rnb_id, geometry, addresses) -> List<Struct{place, distance_m, inside, on_ground, address, declared,
/// correction, area_m2, has_address}>`: the places that something ties to a building, in the order of their numbers; null
/// when there is none.
pub(super) fn ties_udf(evidence: Arc<Evidence>) -> ScalarUDF {
    let kinds = vec![
        DataType::Utf8,
        DataType::Utf8,
        DataType::Binary,
        DataType::Utf8,
    ];
    ScalarUDF::new_from_impl(TiesFunction {
        evidence,
        signature: Signature::exact(kinds, Volatility::Immutable),
    })
}

#[derive(Debug)]
struct TiesFunction {
    evidence: Arc<Evidence>,
    signature: Signature,
}

// Two functions are one when they carry the same evidence.
impl PartialEq for TiesFunction {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.evidence, &other.evidence)
    }
}

impl Eq for TiesFunction {}

impl Hash for TiesFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.evidence).hash(state);
    }
}

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("place", DataType::UInt32, false),
        Field::new("distance_m", DataType::Float64, true),
        Field::new("inside", DataType::Boolean, false),
        Field::new("on_ground", DataType::Float64, true),
        Field::new("address", DataType::Float64, true),
        Field::new("declared", DataType::Boolean, false),
        Field::new("correction", DataType::Int8, true),
        Field::new("area_m2", DataType::Float64, false),
        Field::new("has_address", DataType::Boolean, false),
    ])
}

fn item() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(fields()), true))
}

#[derive(Default)]
struct Columns {
    place: UInt32Builder,
    distance_m: Float64Builder,
    inside: BooleanBuilder,
    on_ground: Float64Builder,
    address: Float64Builder,
    declared: BooleanBuilder,
    correction: Int8Builder,
    area_m2: Float64Builder,
    has_address: BooleanBuilder,
}

impl Columns {
    /// The number of ties of a building.
    fn add(&mut self, evidence: &Evidence, building: &Building<'_>) -> Result<usize> {
        let found = evidence.ties(building)?;
        for (&row, tie) in &found.ties {
            self.place.append_value(row as u32);
            self.distance_m.append_option(tie.distance_m);
            self.inside.append_value(tie.inside);
            self.on_ground.append_option(tie.on_ground);
            self.address.append_option(tie.address);
            self.declared.append_value(tie.declared);
            let correction = tie.correction.map(|correction| match correction {
                Correction::Accept => ACCEPT,
                Correction::Reject => REJECT,
            });
            self.correction.append_option(correction);
            self.area_m2.append_value(found.area_m2);
            self.has_address.append_value(found.has_address);
        }
        Ok(found.ties.len())
    }

    fn finish(mut self) -> Vec<ArrayRef> {
        vec![
            Arc::new(self.place.finish()),
            Arc::new(self.distance_m.finish()),
            Arc::new(self.inside.finish()),
            Arc::new(self.on_ground.finish()),
            Arc::new(self.address.finish()),
            Arc::new(self.declared.finish()),
            Arc::new(self.correction.finish()),
            Arc::new(self.area_m2.finish()),
            Arc::new(self.has_address.finish()),
        ]
    }
}

/// As the function writes a correction.
pub(super) const ACCEPT: i8 = 1;
const REJECT: i8 = 2;

impl ScalarUDFImpl for TiesFunction {
    fn name(&self) -> &'static str {
        "indices_batiment"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let wrong = || exec_datafusion_err!("{} takes texts and one geometry", self.name());
        let [ids, rnb_ids, geometries, addresses] = arrays.as_slice() else {
            return Err(wrong());
        };
        let text = |array: &ArrayRef| array.as_string_opt::<i32>().cloned().ok_or_else(wrong);
        let (ids, rnb_ids, addresses) = (text(ids)?, text(rnb_ids)?, text(addresses)?);
        let geometries = geometries.as_binary_opt::<i32>().ok_or_else(wrong)?;
        let mut columns = Columns::default();
        let mut lengths = Vec::with_capacity(geometries.len());
        for row in 0..geometries.len() {
            if geometries.is_null(row) || ids.is_null(row) {
                lengths.push(0);
                continue;
            }
            let building = Building {
                id_source: ids.value(row),
                rnb_id: rnb_ids.is_valid(row).then(|| rnb_ids.value(row)),
                wkb: geometries.value(row),
                addresses: addresses.is_valid(row).then(|| addresses.value(row)),
            };
            lengths.push(columns.add(&self.evidence, &building)?);
        }
        let values = StructArray::try_new(fields(), columns.finish(), None)?;
        let nulls: NullBuffer = lengths.iter().map(|&length| length > 0).collect();
        let offsets = OffsetBuffer::from_lengths(lengths);
        let lists = ListArray::try_new(item(), offsets, Arc::new(values), Some(nulls))?;
        Ok(ColumnarValue::Array(Arc::new(lists)))
    }
}
