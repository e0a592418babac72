//! Linked buildings of other départements.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::dataframe::DataFrame;

use super::fetch::Want;
use super::select::Selected;
use super::straddling::View;
use crate::data_file::DataFile;
use crate::error::{Error, Result};
use crate::lake::table_path;
use crate::read::file_list;

/// Buildings, by département.
pub(super) const BUILDINGS: &str = "batiments";

/// How far from the position of an establishment a building of another département is looked for, in degrees: well beyond
/// the reach of links.
const REACH_DEG: f64 = 0.05;

impl View<'_> {
    /// Linked buildings that the départements do not have, found in the files around the establishments that they are
    /// linked to; none when nothing is missing.
    pub(super) async fn buildings(&self, selected: &Selected) -> Result<Option<DataFrame>> {
        let Some(table) = self.release.tables.get(BUILDINGS) else {
            return Ok(None);
        };
        let places = self.places_of_missing(&selected.files).await?;
        let others = table
            .files
            .iter()
            .filter(|file| !selected.files.contains(file));
        let near: Vec<DataFile> = others
            .filter(|file| is_near(file, &places))
            .cloned()
            .collect();
        if near.is_empty() {
            return Ok(None);
        }
        let rows = self.read(BUILDINGS, &near).await?;
        self.register("_ailleurs", rows.into_view())?;
        let rows = "SELECT x.* FROM _ailleurs x LEFT SEMI JOIN _manquants m ON m.source = x.source AND m.id_source = x.id_source";
        self.sql(BUILDINGS, rows).await.map(Some)
    }

    /// Registers the keys of linked buildings that no file here has as `_manquants`, and gives the positions of the
    /// establishments that they are linked to.
    async fn places_of_missing(&self, files: &[DataFile]) -> Result<Vec<(f64, f64)>> {
        let (with, here) = (self.with(), self.keys_here(files).await?);
        let missing = format!(
            "{with} SELECT k.* FROM k LEFT ANTI JOIN ({here}) i ON i.source = k.source AND i.id_source = k.id_source"
        );
        let fail = |e| Error::rows(BUILDINGS, e);
        let missing = self.sql(BUILDINGS, &missing).await?;
        let missing = missing.cache().await.map_err(fail)?;
        self.register("_manquants", missing.into_view())?;
        let around =
            "SELECT DISTINCT e.bbox['xmin'] AS x, e.bbox['ymin'] AS y FROM etablissements e
             JOIN etablissements_batiments l ON l.uai = e.uai
             JOIN _manquants m ON m.source = l.source AND m.id_source = l.id_source";
        let mut places = Vec::new();
        for batch in self.collect(BUILDINGS, around).await? {
            places.extend(positions(&batch).map_err(|e| Error::rows(BUILDINGS, e))?);
        }
        Ok(places)
    }

    /// A query for the keys of buildings in the files of the source that are copied; they are fetched first.
    async fn keys_here(&self, files: &[DataFile]) -> Result<String> {
        if files.is_empty() {
            return Ok("SELECT NULL AS source, NULL AS id_source WHERE false".to_owned());
        }
        let courier = &self.work.courier;
        let path = |file: &DataFile| format!("{}/{}", table_path(BUILDINGS), file.path);
        let wants = files
            .iter()
            .map(|file| Want::new(&path(file), &path(file), file.bytes, &file.sha256));
        courier.fetch(wants.collect()).await?;
        let location = courier.mirror.location();
        location.register(&self.ctx.runtime_env());
        let urls = files.iter().map(|file| location.file_url(&path(file)));
        let urls = urls.collect::<Result<Vec<_>>>()?;
        self.register("_ici", file_list(self.ctx, BUILDINGS, &urls).await?)?;
        Ok("SELECT source, id_source FROM _ici".to_owned())
    }
}

/// The rows as longitude and latitude; those without are left out.
fn positions(batch: &RecordBatch) -> Result<Vec<(f64, f64)>, arrow::error::ArrowError> {
    let axis = |column: usize| cast(batch.column(column), &DataType::Float64);
    let (x, y) = (axis(0)?, axis(1)?);
    let (x, y) = (
        x.as_primitive::<Float64Type>(),
        y.as_primitive::<Float64Type>(),
    );
    let known = (0..batch.num_rows()).filter(|row| x.is_valid(*row) && y.is_valid(*row));
    Ok(known.map(|row| (x.value(row), y.value(row))).collect())
}

/// Whether a file may have buildings around one of these places.
fn is_near(file: &DataFile, places: &[(f64, f64)]) -> bool {
    file.bbox.is_some_and(|[west, south, east, north]| {
        places.iter().any(|(x, y)| {
            (west - REACH_DEG..=east + REACH_DEG).contains(x)
                && (south - REACH_DEG..=north + REACH_DEG).contains(y)
        })
    })
}
