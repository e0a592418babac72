use geo::{Contains, Point, Polygon, coord};
use proptest::prelude::*;

use super::*;

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    geo::Rect::new(coord! { x: x, y: y }, coord! { x: x + side, y: y + side }).to_polygon()
}

fn index(areas: &[Geometry<f64>]) -> AreaIndex {
    let mut builder = AreaIndexBuilder::default();
    areas.iter().for_each(|area| {
        builder.add(area);
    });
    builder.finish()
}

#[test]
fn a_point_is_in_its_area_and_on_a_shared_border_in_both() {
    let index = index(&[square(0.0, 0.0, 1.0).into(), square(1.0, 0.0, 1.0).into()]);
    assert_eq!(index.containing(coord! { x: 0.5, y: 0.5 }), [0]);
    assert_eq!(index.containing(coord! { x: 1.5, y: 0.5 }), [1]);
    assert_eq!(index.containing(coord! { x: 1.0, y: 0.5 }), [0, 1]);
    assert_eq!(index.containing(coord! { x: 0.0, y: 0.0 }), [0]);
    assert_eq!(index.containing(coord! { x: 1.0, y: 1.0 }), [0, 1]);
    assert!(index.containing(coord! { x: -0.5, y: 0.0 }).is_empty());
    assert!(index.containing(coord! { x: 0.5, y: 1.5 }).is_empty());
}

#[test]
fn a_hole_is_outside() {
    let holed = Polygon::new(
        square(0.0, 0.0, 4.0).exterior().clone(),
        vec![square(1.0, 1.0, 2.0).exterior().clone()],
    );
    let index = index(&[holed.into()]);
    assert!(index.containing(coord! { x: 2.0, y: 2.0 }).is_empty());
    assert_eq!(index.containing(coord! { x: 0.5, y: 2.0 }), [0]);
}

#[test]
fn distances_to_borders_are_metres() {
    let index = index(&[square(2.0, 48.0, 0.1).into(), square(2.1, 48.0, 0.1).into()]);
    let metric = LocalMetric::at(48.05);
    let point = coord! { x: 2.099, y: 48.05 };
    let (area, metres) = index
        .nearest_border(point, f64::INFINITY, |_| true)
        .unwrap();
    assert_eq!(area, 0);
    assert!((metres - 0.001 * metric.metres_per_lon).abs() < 1e-6);
    assert_eq!(index.borders_within(point, 100.0, |area| area != 0), [1]);
    assert!(index.borders_within(point, 50.0, |_| true).is_empty());
    assert_eq!(index.nearest_border(point, 50.0, |_| true), None);
}

#[test]
fn an_index_of_nothing_and_areas_without_inside_contain_nothing() {
    let empty = index(&[]);
    assert!(empty.is_empty() && empty.containing(coord! { x: 0.0, y: 0.0 }).is_empty());
    assert_eq!(
        empty.nearest_border(coord! { x: 0.0, y: 0.0 }, 1e9, |_| true),
        None
    );
    let point = index(&[Point::new(0.0, 0.0).into()]);
    assert_eq!(point.len(), 1);
    assert!(point.containing(coord! { x: 0.0, y: 0.0 }).is_empty());
}

proptest! {
    #[test]
    fn containing_agrees_with_an_exhaustive_test(
        seeds in proptest::collection::vec((-2.0..2.0f64, -2.0..2.0f64, 0.1..2.0f64), 1..20),
        px in -3.0..3.0f64, py in -3.0..3.0f64,
    ) {
        let areas: Vec<Geometry<f64>> = seeds.iter().map(|&(x, y, r)| {
            let ring: Vec<_> = (0..12).map(|step| {
                let angle = f64::from(step) * std::f64::consts::TAU / 12.0;
                let radius = if step % 2 == 0 { r } else { r * 0.4 };
                (x + radius * angle.cos(), y + radius * angle.sin())
            }).collect();
            Polygon::new(ring.into(), vec![]).into()
        }).collect();
        let expected: Vec<u32> = (0..).zip(&areas)
            .filter(|(_, area)| area.contains(&Point::new(px, py)))
            .map(|(number, _)| number).collect();
        prop_assert_eq!(index(&areas).containing(coord! { x: px, y: py }), expected);
    }
}
