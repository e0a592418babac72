//! `position(x, y, crs, lon, lat, precision, xy_columns, lon_lat_columns) -> struct`: one position from what a row
//! says of it.
//!
//! The coordinates in the row's own CRS come first; the WGS84 columns are the fallback, since the ministry derives
//! them from the others (their agreement proves nothing, their disagreement is a problem). The CRS is the row's,
//! never guessed from its territory. A position outside the area of use of its CRS is no position: so are caught
//! swapped, zero and foreign coordinates.
//!
//! Result: `struct{geometry: WKB Point CRS84, source: xy|wgs84, methode, qualite: precise|rue|commune|inconnue,
//! incertitude_m: metres, probleme}`; all null but `probleme` when there is no position. Arguments that the source
//! does not have are null literals; a null `precision` literal means that the source states none, and then `qualite`
//! is `inconnue`. The last two are the names that the coordinates have in the source, for the problems.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, Float64Builder, StringBuilder, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_geo::crs::{self, Epsg};
use edulac_geo::wkb;
use edulac_model::problem::{Problem, encode};
use edulac_model::values::parse_decimal;

use crate::precision;
use crate::text::{cell, returned, string_arrays};

/// Both positions of a row may differ by the rounding of its columns; beyond this many degrees (some 10 m) one of
/// them is wrong.
const AGREEMENT_DEGREES: f64 = 1e-4;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Position {
    signature: Signature,
}

/// The function.
pub(crate) fn udf() -> ScalarUDF {
    ScalarUDF::from(Position::new())
}

impl Position {
    fn new() -> Self {
        Self {
            signature: Signature::exact(vec![DataType::Utf8; 8], Volatility::Immutable),
        }
    }
}

/// The fields of the result.
pub(crate) fn fields() -> Fields {
    Fields::from(vec![
        Field::new("geometry", DataType::Binary, true),
        Field::new("source", DataType::Utf8, true),
        Field::new("methode", DataType::Utf8, true),
        Field::new("qualite", DataType::Utf8, true),
        Field::new("incertitude_m", DataType::Float64, true),
        Field::new("probleme", DataType::Utf8, true),
    ])
}

/// What one row says of its position; blank is `None`.
struct Said<'a> {
    x: Option<&'a str>,
    y: Option<&'a str>,
    crs: Option<&'a str>,
    lon: Option<&'a str>,
    lat: Option<&'a str>,
    precision: Option<&'a str>,
    xy_columns: &'a str,
    lon_lat_columns: &'a str,
}

type Degrees = (f64, f64);

impl Said<'_> {
    /// The position by the row's own CRS: `Ok(None)` when the row gives none.
    fn projected(&self) -> std::result::Result<Option<Degrees>, Problem> {
        let (Some(x), Some(y)) = (self.x, self.y) else {
            return Ok(None);
        };
        let problem = |reason: String| Problem {
            column: self.xy_columns.to_owned(),
            value: format!("{x}, {y}, {}", self.crs.unwrap_or("")),
            reason,
        };
        let number = |text: &str| parse_decimal(text).map_err(|e| problem(e.to_string()));
        let (east, north) = (number(x)?, number(y)?);
        let Some(crs) = self.crs else {
            return Err(problem(
                "coordinates without their CRS: none is guessed".to_owned(),
            ));
        };
        let epsg: Epsg = crs
            .parse()
            .map_err(|e: crs::CrsError| problem(e.to_string()))?;
        crs::to_crs84(epsg, east, north)
            .map(Some)
            .map_err(|e| problem(e.to_string()))
    }

    /// The position by the longitude and latitude columns: `Ok(None)` when the row gives none.
    fn geographic(&self) -> std::result::Result<Option<Degrees>, Problem> {
        let (Some(lon), Some(lat)) = (self.lon, self.lat) else {
            return Ok(None);
        };
        let problem = |reason: String| Problem {
            column: self.lon_lat_columns.to_owned(),
            value: format!("{lon}, {lat}"),
            reason,
        };
        let number = |text: &str| parse_decimal(text).map_err(|e| problem(e.to_string()));
        let degrees = (number(lon)?, number(lat)?);
        match self.crs.and_then(|text| text.parse::<Epsg>().ok()) {
            Some(epsg) => crs::from_crs84(epsg, degrees.0, degrees.1)
                .map(|_| Some(degrees))
                .map_err(|e| problem(e.to_string())),
            None if in_a_french_territory(degrees) => Ok(Some(degrees)),
            None => Err(problem("in no French territory".to_owned())),
        }
    }
}

/// Without a CRS on the row, the position must at least lie where one of the sources' systems is in use.
fn in_a_french_territory((lon, lat): Degrees) -> bool {
    Epsg::known()
        .filter(|epsg| *epsg != crs::WGS84)
        .any(|epsg| crs::from_crs84(epsg, lon, lat).is_ok())
}

/// A position that was found.
struct Found {
    degrees: Degrees,
    source: &'static str,
}

/// The position of a row, with the problems met on the way.
fn locate(said: &Said<'_>) -> (Option<Found>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut keep = |result: std::result::Result<Option<Degrees>, Problem>| {
        result.unwrap_or_else(|problem| {
            problems.push(problem);
            None
        })
    };
    let projected = keep(said.projected());
    let geographic = keep(said.geographic());
    if let (Some(a), Some(b)) = (projected, geographic)
        && ((a.0 - b.0).abs() > AGREEMENT_DEGREES || (a.1 - b.1).abs() > AGREEMENT_DEGREES)
    {
        problems.push(Problem {
            column: said.lon_lat_columns.to_owned(),
            value: format!(
                "{}, {}",
                said.lon.unwrap_or_default(),
                said.lat.unwrap_or_default()
            ),
            reason: format!(
                "disagrees with x, y in their CRS, which give {:.6}, {:.6}; x, y are kept",
                a.0, a.1
            ),
        });
    }
    let found = match (projected, geographic) {
        (Some(degrees), _) => Some(Found {
            degrees,
            source: "xy",
        }),
        (None, Some(degrees)) => Some(Found {
            degrees,
            source: "wgs84",
        }),
        (None, None) => None,
    };
    (found, problems)
}

impl ScalarUDFImpl for Position {
    fn name(&self) -> &'static str {
        "position"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = string_arrays(&args.args, args.number_rows)?;
        let mut geometry = BinaryBuilder::new();
        let mut source = StringBuilder::new();
        let mut method = StringBuilder::new();
        let mut quality = StringBuilder::new();
        let mut uncertainty = Float64Builder::new();
        let mut problem = StringBuilder::new();
        for row in 0..args.number_rows {
            let at = |column: usize| cell(&columns[column], row);
            let said = Said {
                x: at(0),
                y: at(1),
                crs: at(2),
                lon: at(3),
                lat: at(4),
                precision: at(5),
                xy_columns: at(6).unwrap_or_default(),
                lon_lat_columns: at(7).unwrap_or_default(),
            };
            let (found, problems) = locate(&said);
            let precision = said.precision.map_or(precision::UNKNOWN, precision::of);
            geometry.append_option(
                found
                    .as_ref()
                    .map(|f| wkb::write_point(f.degrees.0, f.degrees.1)),
            );
            source.append_option(found.as_ref().map(|f| f.source));
            method.append_option(found.as_ref().and(said.precision));
            quality.append_option(found.as_ref().map(|_| precision.quality));
            uncertainty.append_option(found.as_ref().and(precision.uncertainty_m));
            problem.append_option(encode(&problems));
        }
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(geometry.finish()),
            Arc::new(source.finish()),
            Arc::new(method.finish()),
            Arc::new(quality.finish()),
            Arc::new(uncertainty.finish()),
            Arc::new(problem.finish()),
        ];
        Ok(returned(Arc::new(StructArray::try_new(
            fields(),
            arrays,
            None,
        )?)))
    }
}
