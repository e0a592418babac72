//! Whether a geometry contains another, for any input.

use std::borrow::Cow;

use geo::{Contains, Geometry, Validation};

use crate::repair::{RepairError, make_valid};
use crate::validity::is_valid;

/// Whether no point of `b` is outside `a` and their insides meet (a point on the border of an area is not contained).
///
/// Between areas and lines the topology is only defined for valid geometries: invalid polygons are
/// repaired first. A point is tested as it is.
///
/// # Errors
/// A line or collection that breaks the rules of simple features, such as a line of one position.
pub fn contains(a: &Geometry<f64>, b: &Geometry<f64>) -> Result<bool, RepairError> {
    match b {
        Geometry::Point(point) => Ok(a.contains(point)),
        _ => Ok(valid(a)?.contains(valid(b)?.as_ref())),
    }
}

fn valid(geometry: &Geometry<f64>) -> Result<Cow<'_, Geometry<f64>>, RepairError> {
    if is_valid(geometry) {
        return Ok(Cow::Borrowed(geometry));
    }
    let repaired = make_valid(geometry.clone())?.geometry;
    repaired
        .check_validation()
        .map_err(|error| RepairError::StillInvalid {
            reason: error.to_string(),
        })?;
    Ok(Cow::Owned(repaired))
}

#[cfg(test)]
mod tests {
    use geo::{LineString, Point, polygon};

    use super::*;

    #[test]
    fn a_polygon_contains_what_is_inside_even_when_it_is_a_bowtie() {
        let bowtie: Geometry<f64> =
            polygon![(x: 0.0, y: 0.0), (x: 0.0, y: 10.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0)]
                .into();
        let small: Geometry<f64> =
            polygon![(x: 1.0, y: 4.0), (x: 2.0, y: 4.0), (x: 1.0, y: 5.0)].into();
        assert!(contains(&bowtie, &small).unwrap());
        assert!(!contains(&small, &bowtie).unwrap());
        assert!(contains(&bowtie, &Point::new(1.0, 5.0).into()).unwrap());
        let stub: Geometry<f64> = LineString::from(vec![(1.0, 1.0)]).into();
        assert!(contains(&bowtie, &stub).is_err());
    }
}
