//! GeoJSON geometries (RFC 7946: CRS84, x then y; elevations dropped).

use ::geojson::{Geometry as Json, GeometryValue, Position};
use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};
use serde_json::{Value, json};

/// Why a text is not a GeoJSON geometry.
#[derive(Debug, thiserror::Error)]
pub enum GeoJsonError {
    /// Not JSON, or not the shape of a geometry.
    #[error("not a GeoJSON geometry: {0}")]
    Shape(#[from] serde_json::Error),
    /// A position with fewer than two numbers.
    #[error("a GeoJSON position needs two numbers, {found} found")]
    Position {
        /// How many there are.
        found: usize,
    },
}

/// The geometry of a text such as `{"type": "Point", "coordinates": [2.35, 48.85]}`; `{"type":"Feature"}`
/// is not one.
///
/// # Errors
/// Anything else than a geometry object.
pub fn read(text: &str) -> Result<Geometry<f64>, GeoJsonError> {
    from_json(&serde_json::from_str(text)?)
}

/// The geometry of a JSON value.
///
/// # Errors
/// Anything else than a geometry object.
pub fn read_value(value: Value) -> Result<Geometry<f64>, GeoJsonError> {
    from_json(&serde_json::from_value(value)?)
}

fn from_json(geometry: &Json) -> Result<Geometry<f64>, GeoJsonError> {
    Ok(match &geometry.value {
        GeometryValue::Point { coordinates } => Point(coord(coordinates)?).into(),
        GeometryValue::MultiPoint { coordinates } => MultiPoint(
            coordinates
                .iter()
                .map(|p| coord(p).map(Point))
                .collect::<Result<_, _>>()?,
        )
        .into(),
        GeometryValue::LineString { coordinates } => line(coordinates)?.into(),
        GeometryValue::MultiLineString { coordinates } => MultiLineString(
            coordinates
                .iter()
                .map(|l| line(l))
                .collect::<Result<_, _>>()?,
        )
        .into(),
        GeometryValue::Polygon { coordinates } => polygon(coordinates)?.into(),
        GeometryValue::MultiPolygon { coordinates } => MultiPolygon(
            coordinates
                .iter()
                .map(|p| polygon(p))
                .collect::<Result<_, _>>()?,
        )
        .into(),
        GeometryValue::GeometryCollection { geometries } => {
            let members = geometries.iter().map(from_json).collect::<Result<_, _>>()?;
            Geometry::GeometryCollection(GeometryCollection(members))
        }
    })
}

fn coord(position: &Position) -> Result<Coord<f64>, GeoJsonError> {
    match position.as_slice() {
        &[x, y, ..] => Ok(Coord { x, y }),
        short => Err(GeoJsonError::Position { found: short.len() }),
    }
}

fn line(positions: &[Position]) -> Result<LineString<f64>, GeoJsonError> {
    positions
        .iter()
        .map(coord)
        .collect::<Result<Vec<_>, _>>()
        .map(LineString)
}

fn polygon(rings: &[Vec<Position>]) -> Result<Polygon<f64>, GeoJsonError> {
    let mut rings = rings
        .iter()
        .map(|ring| line(ring))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter();
    let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Ok(Polygon::new(exterior, rings.collect()))
}

/// The geometry as a GeoJSON value. Coordinates are written as they are, so they should be CRS84.
#[must_use]
pub fn write(geometry: &Geometry<f64>) -> Value {
    let named = |kind: &str, coordinates: Value| json!({"type": kind, "coordinates": coordinates});
    match geometry {
        Geometry::Point(point) => named("Point", position(point.0)),
        Geometry::MultiPoint(points) => named(
            "MultiPoint",
            points.iter().map(|point| position(point.0)).collect(),
        ),
        Geometry::Line(segment) => named(
            "LineString",
            json!([position(segment.start), position(segment.end)]),
        ),
        Geometry::LineString(line) => named("LineString", positions(line)),
        Geometry::MultiLineString(lines) => {
            named("MultiLineString", lines.iter().map(positions).collect())
        }
        Geometry::Polygon(polygon) => named("Polygon", rings(polygon)),
        Geometry::MultiPolygon(polygons) => {
            named("MultiPolygon", polygons.iter().map(rings).collect())
        }
        Geometry::Rect(rect) => named("Polygon", rings(&rect.to_polygon())),
        Geometry::Triangle(triangle) => named("Polygon", rings(&triangle.to_polygon())),
        Geometry::GeometryCollection(members) => {
            json!({"type": "GeometryCollection", "geometries": members.iter().map(write).collect::<Vec<_>>()})
        }
    }
}

fn position(coord: Coord<f64>) -> Value {
    json!([coord.x, coord.y])
}

fn positions(line: &LineString<f64>) -> Value {
    line.coords().map(|&coord| position(coord)).collect()
}

fn rings(polygon: &Polygon<f64>) -> Value {
    if polygon.exterior().0.is_empty() {
        return json!([]);
    }
    std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .map(positions)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_back_as_it_was_written() {
        for text in [
            r#"{"type":"Point","coordinates":[2.35,48.85]}"#,
            r#"{"type":"MultiPoint","coordinates":[[1.0,2.0],[3.0,4.0]]}"#,
            r#"{"type":"LineString","coordinates":[[1.0,2.0],[3.0,4.0]]}"#,
            r#"{"type":"MultiLineString","coordinates":[[[1.0,2.0],[3.0,4.0]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[4.0,0.0],[4.0,4.0],[0.0,0.0]],[[1.0,0.5],[2.0,0.5],[2.0,1.0],[1.0,0.5]]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[0.0,0.0],[4.0,0.0],[4.0,4.0],[0.0,0.0]]]]}"#,
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1.0,2.0]}]}"#,
            r#"{"type":"Polygon","coordinates":[]}"#,
        ] {
            assert_eq!(write(&read(text).unwrap()).to_string(), text);
        }
    }

    #[test]
    fn elevations_are_dropped_and_short_positions_refused() {
        assert_eq!(
            read(r#"{"type":"Point","coordinates":[1,2,3]}"#).unwrap(),
            Point::new(1.0, 2.0).into()
        );
        for text in [
            r#"{"type":"Point","coordinates":[1]}"#,
            r#"{"type":"Feature"}"#,
            "",
            "[]",
            "null",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
