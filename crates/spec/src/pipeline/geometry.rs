//! Where the position or shape of a row is.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Crs;

/// Where the position or shape of a row is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "GeometryOptions")]
pub enum Geometry {
    /// Numbers in columns. At least one of `projected` and `wgs84` is there; `projected` counts first.
    Coordinates {
        /// Coordinates in a projected (or any) CRS.
        projected: Option<Projected>,
        /// Longitude and latitude.
        wgs84: Option<LonLat>,
        /// Column that says how precise the position is.
        precision_column: Option<String>,
        /// Column that says how well the address was matched.
        match_column: Option<String>,
    },
    /// A column of WKT texts (`SRID=…;` before it is read past).
    Wkt {
        /// The column.
        column: String,
        /// The CRS of all rows.
        crs: Crs,
    },
    /// A column of WKB, as GeoJSON, Parquet and shapefile sources have.
    Column {
        /// The column.
        column: String,
        /// The CRS of all rows.
        crs: Crs,
    },
}

/// Coordinates in a CRS: x is always eastward, whatever the axis order of the CRS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projected {
    /// Column of the abscissa.
    pub x: String,
    /// Column of the ordinate.
    pub y: String,
    /// Their CRS.
    pub crs: CrsOf,
}

/// The CRS of coordinates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CrsOf {
    /// The same for all rows.
    Constant(Crs),
    /// Each row's own: a column of EPSG numbers.
    Column(String),
}

/// Longitude and latitude in degrees, WGS 84.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LonLat {
    /// Column of the longitude.
    pub lon: String,
    /// Column of the latitude.
    pub lat: String,
}

/// Where the position or shape of a row is: `x`, `y` and their CRS, `lon` and `lat`, or both; or a `wkt` column; or a
/// WKB `column`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Geometry")]
pub(crate) struct GeometryOptions {
    /// Column of the abscissa, eastward.
    #[serde(default)]
    x: Option<String>,
    /// Column of the ordinate, northward.
    #[serde(default)]
    y: Option<String>,
    /// CRS of all rows.
    #[serde(default)]
    crs: Option<Crs>,
    /// Column that holds the EPSG number of each row.
    #[serde(default)]
    crs_column: Option<String>,
    /// Column of the longitude in degrees, WGS 84.
    #[serde(default)]
    lon: Option<String>,
    /// Column of the latitude in degrees, WGS 84.
    #[serde(default)]
    lat: Option<String>,
    /// Column that says how precise the position is.
    #[serde(default)]
    precision_column: Option<String>,
    /// Column that says how well the address was matched.
    #[serde(default)]
    match_column: Option<String>,
    /// Column of WKT texts.
    #[serde(default)]
    wkt: Option<String>,
    /// Column of WKB.
    #[serde(default)]
    column: Option<String>,
}

/// Options that do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GeometryFault {
    #[error("`geometry` says nothing of where the position is")]
    Nothing,
    #[error("`{key}` needs {missing} beside it")]
    Alone {
        key: &'static str,
        missing: &'static str,
    },
    #[error("`{key}` and `{other}` exclude each other")]
    Both {
        key: &'static str,
        other: &'static str,
    },
}

impl GeometryFault {
    /// The option to look at, none when it is the whole.
    pub(crate) fn key(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Alone { key, .. } | Self::Both { key, .. } => Some(key),
        }
    }

    /// What to do about it.
    pub(crate) fn remedy(self) -> String {
        match self {
            Self::Nothing => "give `x`, `y` and `crs` (or `crs_column`), or `lon` and `lat`, or `wkt` and `crs`, or \
                              `column` and `crs`"
                .to_owned(),
            Self::Alone { missing, .. } => format!("add {missing}"),
            Self::Both { .. } => "keep one of the two".to_owned(),
        }
    }
}

impl TryFrom<GeometryOptions> for Geometry {
    type Error = GeometryFault;

    fn try_from(options: GeometryOptions) -> Result<Self, GeometryFault> {
        options.exclude_each_other()?;
        if let Some(column) = options.wkt {
            let crs = options.crs.ok_or(alone("wkt", "`crs`"))?;
            return Ok(Self::Wkt { column, crs });
        }
        if let Some(column) = options.column {
            let crs = options.crs.ok_or(alone("column", "`crs`"))?;
            return Ok(Self::Column { column, crs });
        }
        let projected = match pair(("x", options.x, "`y`"), ("y", options.y, "`x`"))? {
            Some((x, y)) => {
                let constant = options.crs.map(CrsOf::Constant);
                let crs = constant.or(options.crs_column.map(CrsOf::Column));
                let crs = crs.ok_or(alone("x", "`crs` or `crs_column`"))?;
                Some(Projected { x, y, crs })
            }
            None if options.crs.is_some() => return Err(alone("crs", "`x` and `y`")),
            None if options.crs_column.is_some() => return Err(alone("crs_column", "`x` and `y`")),
            None => None,
        };
        let wgs84 = pair(("lon", options.lon, "`lat`"), ("lat", options.lat, "`lon`"))?;
        let wgs84 = wgs84.map(|(lon, lat)| LonLat { lon, lat });
        if projected.is_none() && wgs84.is_none() {
            return Err(GeometryFault::Nothing);
        }
        Ok(Self::Coordinates {
            projected,
            wgs84,
            precision_column: options.precision_column,
            match_column: options.match_column,
        })
    }
}

impl GeometryOptions {
    fn exclude_each_other(&self) -> Result<(), GeometryFault> {
        let coordinates = [
            ("x", self.x.is_some()),
            ("y", self.y.is_some()),
            ("crs_column", self.crs_column.is_some()),
            ("lon", self.lon.is_some()),
            ("lat", self.lat.is_some()),
            ("precision_column", self.precision_column.is_some()),
            ("match_column", self.match_column.is_some()),
        ];
        let both = |key, other| Err(GeometryFault::Both { key, other });
        let coordinate = coordinates.into_iter().find(|(_, given)| *given);
        match (&self.wkt, &self.column, coordinate) {
            (Some(_), Some(_), _) => both("column", "wkt"),
            (Some(_), None, Some((key, _))) => both(key, "wkt"),
            (None, Some(_), Some((key, _))) => both(key, "column"),
            _ if self.crs.is_some() && self.crs_column.is_some() => both("crs_column", "crs"),
            _ => Ok(()),
        }
    }
}

/// One of two columns that go together: its option, its name, and the option that it needs.
type Half = (&'static str, Option<String>, &'static str);

fn pair(first: Half, second: Half) -> Result<Option<(String, String)>, GeometryFault> {
    match (first, second) {
        ((_, Some(first), _), (_, Some(second), _)) => Ok(Some((first, second))),
        ((_, None, _), (_, None, _)) => Ok(None),
        ((key, Some(_), missing), _) | (_, (key, Some(_), missing)) => Err(alone(key, missing)),
    }
}

fn alone(key: &'static str, missing: &'static str) -> GeometryFault {
    GeometryFault::Alone { key, missing }
}
