//! `st_union_agg(geometry)`: the areas of a group as one, without their common borders; null when there is none.

use std::mem::size_of;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_datafusion_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};
use geo::{Coord, Geometry, MultiPolygon, Polygon};

use super::args::Arg;
use crate::{Error, dissolve, wkb};

pub(super) fn udaf() -> AggregateUDF {
    AggregateUDF::from(UnionAgg {
        signature: Signature::user_defined(Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct UnionAgg {
    signature: Signature,
}

impl AggregateUDFImpl for UnionAgg {
    fn name(&self) -> &'static str {
        "st_union_agg"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [only] => match Arg::Geometry.coerced(only) {
                Some(coerced) => Ok(vec![coerced]),
                None => plan_err!("a geometry is not of type {only}, write st_union_agg(geometry)"),
            },
            _ => plan_err!(
                "{} arguments given, write st_union_agg(geometry)",
                given.len()
            ),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = format!("{}_parts", args.name);
        Ok(vec![Field::new(name, DataType::Binary, true).into()])
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Parts::default()))
    }
}

/// The polygons seen so far. They are only made one at the end: the union of unions would depend on who saw which.
#[derive(Debug, Default)]
struct Parts {
    polygons: Vec<Polygon<f64>>,
    positions: usize,
    /// Whether there was any geometry, perhaps an empty one.
    any: bool,
}

impl Parts {
    fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.any = true;
        for polygon in dissolve::parts(wkb::read(bytes)?)? {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            self.positions += rings.map(|ring| ring.0.len()).sum::<usize>();
            self.polygons.push(polygon);
        }
        Ok(())
    }
}

impl Accumulator for Parts {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let column = values
            .first()
            .and_then(|column| column.as_binary_opt::<i32>());
        let column = column.ok_or_else(|| internal_datafusion_err!("st_union_agg takes WKB"))?;
        for bytes in column.iter().flatten() {
            self.add(bytes)?;
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let bag = Geometry::from(MultiPolygon(std::mem::take(&mut self.polygons)));
        let state = self.any.then(|| wkb::write(&bag));
        Ok(vec![ScalarValue::Binary(state)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if !self.any {
            return Ok(ScalarValue::Binary(None));
        }
        let polygons = std::mem::take(&mut self.polygons);
        let union = dissolve::dissolve(polygons).map_err(Error::from)?;
        Ok(ScalarValue::Binary(Some(wkb::write(&union.into()))))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
            + self.polygons.len() * size_of::<Polygon<f64>>()
            + self.positions * size_of::<Coord<f64>>()
    }
}
