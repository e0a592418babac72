//! `st_bbox(geometry)`: its box as a struct of `xmin`, `ymin`, `xmax`, `ymax`, as in the `bbox` column
//! of our files. The sides of an empty geometry are null.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use std::sync::Arc;

use super::args::{Arg, Args};
use super::function::Function;
use crate::geoparquet;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_bbox",
        &[Arg::Geometry],
        geoparquet::bbox_field().data_type().clone(),
        compute,
    )
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    Ok(Arc::new(geoparquet::bbox_array(args.wkb(0)?)?))
}
