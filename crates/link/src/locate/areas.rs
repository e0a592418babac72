//! Areas of several levels, indexed.

use std::collections::BTreeMap;

use edulac_geo::index::{AreaIndex, AreaIndexBuilder};
use geo::{Coord, Geometry, GeometryCollection, InteriorPoint};

/// How far from every area a point may be for its distance to the nearest border to be told.
pub const OUTSIDE_CAP_M: f64 = 50_000.0;

/// An area to locate points in; rows of one code and rank are parts of one area.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Its code, as `35238`.
    pub code: String,
    /// Its place among the levels, 0 being preferred.
    pub rank: usize,
    /// Polygons of CRS84.
    pub geometry: Geometry<f64>,
}

/// Where a point is.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<'a> {
    /// The area it is in, `None` when in none.
    pub code: Option<&'a str>,
    /// Metres to that area's border; in no area, to the nearest border within [`OUTSIDE_CAP_M`].
    pub distance_m: Option<f64>,
    /// The other areas nearby, sorted.
    pub neighbours: Vec<&'a str>,
    /// All areas it is in, whatever their level, the preferred one first: Paris beside its arrondissement.
    pub containing: Vec<&'a str>,
}

/// Areas of one or several levels. A point belongs to the area of the lowest rank that contains it, and
/// on a border shared within a rank to the smallest code.
#[derive(Debug)]
pub struct AreasIndex {
    index: AreaIndex,
    /// By area number, which grows with (rank, code): the first of several is the preferred one.
    codes: Vec<String>,
    ranks: Vec<usize>,
    /// Areas that areas of a better rank lie in (Paris, under its arrondissements): the same place at another
    /// level, so never a neighbour.
    shadowed: Vec<bool>,
}

impl AreasIndex {
    /// Indexes areas; their order does not matter.
    #[must_use]
    pub fn build(areas: impl IntoIterator<Item = Area>) -> Self {
        let mut by_key: BTreeMap<(usize, String), Vec<Geometry<f64>>> = BTreeMap::new();
        for area in areas {
            by_key
                .entry((area.rank, area.code))
                .or_default()
                .push(area.geometry);
        }
        let mut builder = AreaIndexBuilder::default();
        let (mut codes, mut ranks, mut insides) = (Vec::new(), Vec::new(), Vec::new());
        let last_rank = by_key.keys().next_back().map_or(0, |(rank, _)| *rank);
        for ((rank, code), parts) in by_key {
            let whole = Geometry::GeometryCollection(GeometryCollection(parts));
            builder.add(&whole);
            // Only a better rank can shadow another one.
            insides.push(if rank < last_rank {
                whole.interior_point()
            } else {
                None
            });
            codes.push(code);
            ranks.push(rank);
        }
        let mut built = Self {
            index: builder.finish(),
            shadowed: vec![false; codes.len()],
            codes,
            ranks,
        };
        for (area, inside) in insides.iter().enumerate() {
            let Some(inside) = inside else { continue };
            for over in built.index.containing(inside.0) {
                if built.ranks[over as usize] > built.ranks[area] {
                    built.shadowed[over as usize] = true;
                }
            }
        }
        built
    }

    /// The number of areas.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Where a point of CRS84 is, with the other areas within `straddling_m` metres when that is asked.
    #[must_use]
    pub fn locate(&self, point: Coord<f64>, straddling_m: Option<f64>) -> Located<'_> {
        let containing = self.index.containing(point);
        let border = match containing.first() {
            Some(&own) => self
                .index
                .nearest_border(point, f64::INFINITY, |area| area == own),
            None => self.index.nearest_border(point, OUTSIDE_CAP_M, |_| true),
        };
        Located {
            code: containing.first().and_then(|&own| self.code(own)),
            distance_m: border.map(|(_, metres)| metres),
            neighbours: straddling_m
                .map_or_else(Vec::new, |max_m| self.neighbours(point, max_m, &containing)),
            containing: containing
                .iter()
                .filter_map(|&area| self.code(area))
                .collect(),
        }
    }

    /// Areas that contain the point at another rank are the same place, not neighbours.
    fn neighbours(&self, point: Coord<f64>, max_m: f64, containing: &[u32]) -> Vec<&str> {
        let own = containing.first().copied();
        let (same_rank, other_ranks): (Vec<u32>, Vec<u32>) = containing
            .iter()
            .skip(1)
            .partition(|&&area| own.map(|own| self.rank(own)) == Some(self.rank(area)));
        let mut found = self.index.borders_within(point, max_m, |area| {
            Some(area) != own && !other_ranks.contains(&area) && !self.shadowed[area as usize]
        });
        found.extend(same_rank);
        let mut codes: Vec<_> = found
            .into_iter()
            .filter_map(|area| self.code(area))
            .collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    fn code(&self, area: u32) -> Option<&str> {
        self.codes.get(area as usize).map(String::as_str)
    }

    fn rank(&self, area: u32) -> usize {
        self.ranks[area as usize]
    }
}

#[cfg(test)]
mod tests {
    use geo::{Rect, coord};
    use proptest::prelude::*;

    use super::*;

    fn area(code: &str, rank: usize, x: f64, y: f64, side: f64) -> Area {
        let geometry = Rect::new(coord! { x: x, y: y }, coord! { x: x + side, y: y + side })
            .to_polygon()
            .into();
        Area {
            code: code.to_owned(),
            rank,
            geometry,
        }
    }

    /// A city of two arrondissements with a suburb to its east.
    fn city() -> Vec<Area> {
        vec![
            area("75056", 1, 2.0, 48.0, 0.2),
            area("75101", 0, 2.0, 48.0, 0.1),
            area("75102", 0, 2.1, 48.0, 0.1),
            area("75103", 0, 2.0, 48.1, 0.1),
            area("75104", 0, 2.1, 48.1, 0.1),
            area("94041", 1, 2.2, 48.0, 0.2),
        ]
    }

    #[test]
    fn the_preferred_level_wins_and_the_city_is_no_neighbour_of_its_own_parts() {
        let index = AreasIndex::build(city());
        let near_suburb = index.locate(coord! { x: 2.199, y: 48.05 }, Some(200.0));
        assert_eq!(near_suburb.code, Some("75102"));
        assert_eq!(near_suburb.neighbours, ["94041"]);
        assert!((near_suburb.distance_m.unwrap() - 74.6).abs() < 0.5);
        let suburb = index.locate(coord! { x: 2.201, y: 48.05 }, Some(200.0));
        assert_eq!(
            (suburb.code, suburb.neighbours),
            (Some("94041"), vec!["75102"])
        );
    }

    #[test]
    fn on_a_shared_border_the_smallest_code_wins_and_the_others_are_neighbours() {
        let located = AreasIndex::build(city());
        let located = located.locate(coord! { x: 2.1, y: 48.05 }, Some(10.0));
        assert_eq!(
            (located.code, located.distance_m),
            (Some("75101"), Some(0.0))
        );
        assert_eq!(located.neighbours, ["75102"]);
    }

    #[test]
    fn outside_every_area_the_code_is_unknown_and_the_distance_is_capped() {
        let index = AreasIndex::build(city());
        let near = index.locate(coord! { x: 1.999, y: 48.05 }, None);
        assert_eq!(near.code, None);
        assert!((near.distance_m.unwrap() - 74.6).abs() < 0.5);
        assert!(near.neighbours.is_empty());
        let far = index.locate(coord! { x: -1.0, y: 48.05 }, Some(200.0));
        assert_eq!(
            far,
            Located {
                code: None,
                distance_m: None,
                neighbours: vec![],
                containing: vec![]
            }
        );
    }

    #[test]
    fn rows_of_one_code_are_one_area() {
        let index = AreasIndex::build([area("a", 0, 0.0, 0.0, 1.0), area("a", 0, 5.0, 0.0, 1.0)]);
        assert_eq!(index.len(), 1);
        assert_eq!(
            index.locate(coord! { x: 5.5, y: 0.5 }, None).code,
            Some("a")
        );
    }

    proptest! {
        #[test]
        fn the_order_of_areas_does_not_matter(
            areas in proptest::collection::vec((0usize..3, 0u8..9, -2.0..2.0f64, -2.0..2.0f64, 0.1..2.0f64), 1..12)
                .prop_shuffle(),
            x in -3.0..3.0f64, y in -3.0..3.0f64,
        ) {
            let mut areas: Vec<_> = areas.into_iter()
                .map(|(rank, code, ax, ay, side)| area(&code.to_string(), rank, ax, ay, side)).collect();
            let point = coord! { x: x, y: y };
            let first = AreasIndex::build(areas.clone());
            areas.reverse();
            let second = AreasIndex::build(areas);
            prop_assert_eq!(first.locate(point, Some(20_000.0)), second.locate(point, Some(20_000.0)));
        }
    }
}
