//! How the check of polygons grows with them, beside that of the `geo` library, which it agrees with:
//! `cargo bench --workspace --bench validity`. With `EDULAC_REAL_DATA` it measures the contours of the académies too.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::path::Path;
use std::time::{Duration, Instant};

use edulac_geo::{combine, geojson, validity};
use geo::{Coord, Geometry, LineString, MultiPolygon, Polygon, Rect, Validation, coord};

fn main() {
    println!(
        "{:<28}{:>9}{:>13}{:>13}{:>16}",
        "", "vertices", "library ms", "is_valid ms", "intersection ms"
    );
    for size in [500, 1_000, 2_000, 4_000] {
        line(&format!("coast of {size}"), &[coast(size)]);
    }
    for islands in [50, 200] {
        line(
            &format!("mainland, {islands} islands"),
            &[archipelago(islands)],
        );
    }
    if let Some(root) = std::env::var_os("EDULAC_REAL_DATA") {
        match contours(Path::new(&root)) {
            Some(all) => line("académies of France", &all),
            None => println!("no contours in {}", Path::new(&root).display()),
        }
    }
}

fn line(name: &str, geometries: &[Geometry<f64>]) {
    use geo::CoordsIter;
    let vertices: usize = geometries.iter().map(CoordsIter::coords_count).sum();
    let corner = Rect::new(coord! {x: 2.0, y: 48.0}, coord! {x: 2.2, y: 48.2});
    let corner = Geometry::Polygon(corner.to_polygon());
    let library = timed(|| geometries.iter().filter(|g| g.is_valid()).count());
    let ours = timed(|| geometries.iter().filter(|g| validity::is_valid(g)).count());
    let cut = timed(|| {
        let common = geometries
            .iter()
            .filter_map(|g| combine::intersection(g, &corner).ok());
        common.count()
    });
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{name:<28}{vertices:>9}{:>13.1}{:>13.1}{:>16.1}",
        ms(library),
        ms(ours),
        ms(cut)
    );
}

/// The best of three.
fn timed<T>(work: impl Fn() -> T) -> Duration {
    let once = |_| {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed()
    };
    (0..3).map(once).min().unwrap_or_default()
}

/// A ring that winds around a place and never meets itself.
fn ring(size: usize, centre: Coord<f64>, reach: f64) -> LineString<f64> {
    let turn = std::f64::consts::TAU / size as f64;
    let corner = |at: usize| {
        let (sin, cos) = (turn * at as f64).sin_cos();
        let reach = reach * (1.0 + 0.1 * (at as f64 * 0.7).sin() + 0.05 * (at % 3) as f64);
        coord! {x: centre.x + reach * cos, y: centre.y + reach * sin}
    };
    let mut ring = LineString::new((0..size).map(corner).collect());
    ring.close();
    ring
}

fn coast(size: usize) -> Geometry<f64> {
    Polygon::new(ring(size, coord! {x: 2.0, y: 48.0}, 1.0), Vec::new()).into()
}

/// A long coast with small islands off it, within its box.
fn archipelago(islands: usize) -> Geometry<f64> {
    let mainland = Polygon::new(ring(2_000, coord! {x: 2.0, y: 48.0}, 1.0), Vec::new());
    let island = |at: usize| {
        let (row, column) = (at / 40, at % 40);
        let centre = coord! {x: 0.85 + 0.005 * column as f64, y: 46.85 + 0.005 * row as f64};
        Polygon::new(ring(12, centre, 0.001), Vec::new())
    };
    let all = std::iter::once(mainland).chain((0..islands).map(island));
    MultiPolygon(all.collect()).into()
}

fn contours(root: &Path) -> Option<Vec<Geometry<f64>>> {
    let file = root.join("boundaries/fr-en-contour-academies-2020.geojson");
    let text = std::fs::read_to_string(file).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    let features = json["features"].as_array()?.iter();
    features
        .map(|feature| geojson::read_value(feature["geometry"].clone()).ok())
        .collect()
}
