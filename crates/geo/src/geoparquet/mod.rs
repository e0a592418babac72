//! GeoParquet 1.1.0: the `geo` key of a file's metadata, and the `bbox` column that covers its geometries.
//!
//! Written by hand as ordered JSON rather than with the `geoparquet` crate, whose hash maps change the
//! order of keys from run to run: the same rows must give the same bytes.
//! Source: `format-specs/geoparquet.md` of opengeospatial/geoparquet at v1.1.0.

mod column;
mod covering;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

pub use column::GeoColumn;
pub use covering::{BBOX_COLUMN, bbox_array, bbox_field};

/// The key of the file metadata.
pub const GEO_KEY: &str = "geo";

/// The version of the format that is written.
pub const VERSION: &str = "1.1.0";

/// Why a `geo` key could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GeoMetadataError {
    /// Not JSON.
    #[error("the `geo` key is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A member that the format requires is missing or has another type.
    #[error("the `geo` key has no usable `{member}`")]
    Member {
        /// Its path, as `columns.geometry.encoding`.
        member: String,
    },
}

/// The value of the `geo` key for a file whose geometry columns are `columns`, all WKB in CRS84. The
/// first one is the primary column and is covered by the column [`BBOX_COLUMN`]; `None` without columns.
#[must_use]
pub fn geo_metadata(columns: &[GeoColumn]) -> Option<String> {
    let primary = columns.first()?.name();
    let described: Map<String, Value> = columns
        .iter()
        .map(|column| {
            (
                column.name().to_owned(),
                describe(column, column.name() == primary),
            )
        })
        .collect();
    Some(json!({"version": VERSION, "primary_column": primary, "columns": described}).to_string())
}

fn describe(column: &GeoColumn, covered: bool) -> Value {
    let types: Vec<_> = column.kinds().map(crate::wkb::Kind::name).collect();
    let mut about = json!({"encoding": "WKB", "geometry_types": types, "crs": crs84()});
    if let Some(bbox) = column.bbox() {
        about["bbox"] = json!([bbox.xmin, bbox.ymin, bbox.xmax, bbox.ymax]);
    }
    if covered {
        let path = |side: &str| json!([BBOX_COLUMN, side]);
        about["covering"] = json!({"bbox": {
            "xmin": path("xmin"), "ymin": path("ymin"), "xmax": path("xmax"), "ymax": path("ymax"),
        }});
    }
    about
}

/// OGC:CRS84 in PROJJSON, as in the examples of the format's specification.
#[must_use]
pub fn crs84() -> Value {
    let axis = |name: &str, abbreviation: &str, direction: &str| json!({"name": name, "abbreviation": abbreviation, "direction": direction, "unit": "degree"});
    json!({
        "$schema": "https://proj.org/schemas/v0.5/projjson.schema.json",
        "type": "GeographicCRS",
        "name": "WGS 84 longitude-latitude",
        "datum": {
            "type": "GeodeticReferenceFrame",
            "name": "World Geodetic System 1984",
            "ellipsoid": {
                "name": "WGS 84",
                "semi_major_axis": 6_378_137,
                "inverse_flattening": 298.257_223_563,
            },
        },
        "coordinate_system": {
            "subtype": "ellipsoidal",
            "axis": [
                axis("Geodetic longitude", "Lon", "east"),
                axis("Geodetic latitude", "Lat", "north"),
            ],
        },
        "id": {"authority": "OGC", "code": "CRS84"},
    })
}

/// What a `geo` key says of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct GeoMetadata {
    /// Version of the format, as `1.1.0`.
    pub version: String,
    /// The column that tools read when none is named.
    pub primary_column: String,
    /// Each geometry column, in the order of the key.
    pub columns: Vec<GeoColumnMetadata>,
}

/// What a `geo` key says of one column.
#[derive(Debug, Clone, PartialEq)]
pub struct GeoColumnMetadata {
    /// Its name.
    pub name: String,
    /// `WKB`, or a native encoding such as `point`.
    pub encoding: String,
    /// The types found, as `MultiPolygon`; empty when unknown.
    pub geometry_types: Vec<String>,
    /// Its coordinate system.
    pub crs: FileCrs,
    /// West, south, east, north of all its geometries (or with elevations, six numbers).
    pub bbox: Option<Vec<f64>>,
    /// The column that holds the box of each geometry.
    pub covering: Option<String>,
}

/// The coordinate system that a file declares.
#[derive(Debug, Clone, PartialEq)]
pub enum FileCrs {
    /// Longitude and latitude of WGS 84: said or, since it is the default, left out.
    Crs84,
    /// Declared unknown.
    Unknown,
    /// Another one, by its authority and code, as `EPSG:2154`, or its name when it has none.
    Other(String),
}

/// Reads the value of a `geo` key.
///
/// # Errors
/// [`GeoMetadataError`] when it is not JSON or lacks what the format requires.
pub fn parse(text: &str) -> Result<GeoMetadata, GeoMetadataError> {
    let root: Value = serde_json::from_str(text)?;
    let listed = root
        .get("columns")
        .and_then(Value::as_object)
        .ok_or_else(|| missing("columns"))?;
    Ok(GeoMetadata {
        version: string(&root, "version", "version")?,
        primary_column: string(&root, "primary_column", "primary_column")?,
        columns: listed
            .iter()
            .map(|(name, about)| parse_column(name, about))
            .collect::<Result<_, _>>()?,
    })
}

fn parse_column(name: &str, about: &Value) -> Result<GeoColumnMetadata, GeoMetadataError> {
    let texts = |values: &Vec<Value>| {
        values
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let numbers =
        |values: &Vec<Value>| values.iter().map(Value::as_f64).collect::<Option<Vec<_>>>();
    Ok(GeoColumnMetadata {
        name: name.to_owned(),
        encoding: string(about, "encoding", &format!("columns.{name}.encoding"))?,
        geometry_types: about
            .get("geometry_types")
            .and_then(Value::as_array)
            .map(texts)
            .unwrap_or_default(),
        crs: parse_crs(about.get("crs")),
        bbox: about
            .get("bbox")
            .and_then(Value::as_array)
            .and_then(numbers),
        covering: about
            .pointer("/covering/bbox/xmin/0")
            .and_then(Value::as_str)
            .map(str::to_owned),
    })
}

fn parse_crs(crs: Option<&Value>) -> FileCrs {
    let Some(crs) = crs else {
        return FileCrs::Crs84;
    };
    if crs.is_null() {
        return FileCrs::Unknown;
    }
    let authority = crs.pointer("/id/authority").and_then(Value::as_str);
    let code = crs.pointer("/id/code").map(|code| {
        code.as_str()
            .map_or_else(|| code.to_string(), str::to_owned)
    });
    match (authority, code) {
        // GeoParquet keeps x before y whatever the system says of its axes.
        (Some("OGC"), Some(code)) if code == "CRS84" => FileCrs::Crs84,
        (Some("EPSG"), Some(code)) if code == "4326" => FileCrs::Crs84,
        (Some(authority), Some(code)) => FileCrs::Other(format!("{authority}:{code}")),
        _ => FileCrs::Other(
            crs.get("name")
                .and_then(Value::as_str)
                .unwrap_or("unnamed")
                .to_owned(),
        ),
    }
}

fn string(value: &Value, member: &str, path: &str) -> Result<String, GeoMetadataError> {
    value
        .get(member)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| missing(path))
}

fn missing(member: &str) -> GeoMetadataError {
    GeoMetadataError::Member {
        member: member.to_owned(),
    }
}
