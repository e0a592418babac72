//! Small tables for the tests, and where the real data is.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, RecordBatch, StringArray};
use arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{DataFrame, SessionContext};
use edulac_geo::wkt;

/// A text column; `""` is null.
pub(crate) fn texts<T: AsRef<str>>(values: &[T]) -> ArrayRef {
    Arc::new(
        values
            .iter()
            .map(|v| Some(v.as_ref()).filter(|v| !v.is_empty()))
            .collect::<StringArray>(),
    )
}

/// A geometry column from WKT; `""` is null.
pub(crate) fn shapes<T: AsRef<str>>(values: &[T]) -> ArrayRef {
    let wkb = values.iter().map(|v| {
        Some(v.as_ref())
            .filter(|v| !v.is_empty())
            .map(|v| wkt::to_wkb(v).unwrap())
    });
    Arc::new(wkb.collect::<BinaryArray>())
}

/// A table of those columns.
pub(crate) fn table(ctx: &SessionContext, columns: &[(&str, ArrayRef)]) -> DataFrame {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.iter().map(|(n, c)| (*n, Arc::clone(c), true)),
    );
    ctx.read_batch(batch.unwrap()).unwrap()
}

/// A square of `side` metres (about) whose south-west corner is `east` and `north` metres from a place in Brittany.
pub(crate) fn square(east: f64, north: f64, side: f64) -> String {
    let (x0, y0) = place(east, north);
    let (x1, y1) = place(east + side, north + side);
    format!("POLYGON(({x0} {y0},{x1} {y0},{x1} {y1},{x0} {y1},{x0} {y0}))")
}

/// A point there.
pub(crate) fn point(east: f64, north: f64) -> String {
    let (x, y) = place(east, north);
    format!("POINT({x} {y})")
}

pub(crate) fn place(east: f64, north: f64) -> (f64, f64) {
    let metric = edulac_geo::measure::LocalMetric::at(48.1);
    (
        -1.68 + east / metric.metres_per_lon,
        48.1 + north / metric.metres_per_lat,
    )
}

/// The rows of a table as text, in the order it has.
pub(crate) async fn print(frame: DataFrame) -> String {
    pretty_format_batches(&frame.collect().await.unwrap())
        .unwrap()
        .to_string()
}

/// A text column of a collected table; null as `""`.
pub(crate) fn strings(batches: &[RecordBatch], column: &str) -> Vec<String> {
    let values = batches.iter().flat_map(|batch| {
        let column = arrow::compute::cast(
            batch.column_by_name(column).unwrap(),
            &arrow::datatypes::DataType::Utf8,
        );
        let column = column.unwrap();
        column
            .as_string::<i32>()
            .iter()
            .map(|v| v.unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    });
    values.collect()
}

/// A path of the real data, or `None` with a loud word when it is not there.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
pub(crate) fn real_data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("EDULAC_REAL_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!(
        "SKIPPED: no real data at {}; set EDULAC_REAL_DATA to its folder",
        found.display()
    );
    None
}

/// The records of a CSV with `;` and those columns of each, whatever else it has.
pub(crate) fn records<const N: usize>(path: PathBuf, columns: [&str; N]) -> Vec<[String; N]> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(path)
        .unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = columns.map(|name| {
        let same = |header: &str| header.trim_start_matches('\u{feff}') == name;
        headers.iter().position(same).unwrap()
    });
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| at.map(|at| record[at].to_owned()))
        .collect()
}
