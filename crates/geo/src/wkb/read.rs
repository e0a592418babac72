//! WKB to geometry.

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

use super::WkbError;
use super::scan::{Cursor, Header};
use super::shape::Kind;

/// The geometry, in the coordinates it is written in. Rings that are not closed are closed.
///
/// # Errors
/// Whatever makes the bytes not a geometry.
pub fn read(wkb: &[u8]) -> Result<Geometry<f64>, WkbError> {
    let mut cursor = Cursor::new(wkb);
    let geometry = geometry(&mut cursor, None, 0)?;
    cursor.end()?;
    Ok(geometry)
}

fn geometry(
    cursor: &mut Cursor<'_>,
    parent: Option<Kind>,
    depth: usize,
) -> Result<Geometry<f64>, WkbError> {
    let header = cursor.header(parent, depth)?;
    Ok(match header.kind {
        Kind::Point => match cursor.point(&header)? {
            Some((x, y)) => Point::new(x, y).into(),
            None => MultiPoint::<f64>(Vec::new()).into(),
        },
        Kind::LineString => line(cursor, &header)?.into(),
        Kind::Polygon => polygon(cursor, &header)?.into(),
        kind => {
            let mut members = Vec::new();
            for _ in 0..cursor.count(&header)? {
                members.push(geometry(cursor, Some(kind), depth + 1)?);
            }
            gather(kind, members)
        }
    })
}

/// Members of a multi-geometry have its type already, but for empty points, which are left out.
fn gather(kind: Kind, members: Vec<Geometry<f64>>) -> Geometry<f64> {
    let members_of = members.into_iter();
    match kind {
        Kind::MultiPoint => {
            MultiPoint(members_of.filter_map(|g| Point::try_from(g).ok()).collect()).into()
        }
        Kind::MultiLineString => MultiLineString(
            members_of
                .filter_map(|g| LineString::try_from(g).ok())
                .collect(),
        )
        .into(),
        Kind::MultiPolygon => MultiPolygon(
            members_of
                .filter_map(|g| Polygon::try_from(g).ok())
                .collect(),
        )
        .into(),
        _ => Geometry::GeometryCollection(GeometryCollection(members_of.collect())),
    }
}

fn polygon(cursor: &mut Cursor<'_>, header: &Header) -> Result<Polygon<f64>, WkbError> {
    let rings = cursor.count(header)?;
    if rings == 0 {
        return Ok(Polygon::new(LineString(Vec::new()), Vec::new()));
    }
    let exterior = line(cursor, header)?;
    let mut interiors = Vec::new();
    for _ in 1..rings {
        interiors.push(line(cursor, header)?);
    }
    Ok(Polygon::new(exterior, interiors))
}

fn line(cursor: &mut Cursor<'_>, header: &Header) -> Result<LineString<f64>, WkbError> {
    let positions = cursor
        .run(header)?
        .map(|position| position.map(|(x, y)| Coord { x, y }));
    positions.collect::<Result<Vec<_>, _>>().map(LineString)
}
