//! Plane geometry in EPSG:2154 metres, and the way to WGS84.
//!
//! Rotations avoid `sin` and `cos`, whose last digits differ between platforms.

use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::Error;

/// A position, EPSG:2154, metres: `[x, y]`.
pub(crate) type Point = [f64; 2];

/// A frame of its own for a town or a block: origin, rotation, and local axes `u`, `v` in metres.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    origin: Point,
    cos: f64,
    sin: f64,
}

impl Frame {
    /// A frame at `origin` turned by the angle whose half tangent is `half_tangent`.
    pub(crate) fn new(origin: Point, half_tangent: f64) -> Self {
        let square = half_tangent * half_tangent;
        Self {
            origin,
            cos: (1.0 - square) / (1.0 + square),
            sin: 2.0 * half_tangent / (1.0 + square),
        }
    }

    pub(crate) fn to_world(self, [u, v]: Point) -> Point {
        [
            self.origin[0] + u * self.cos - v * self.sin,
            self.origin[1] + u * self.sin + v * self.cos,
        ]
    }

    /// The same axes with another origin, given in this frame.
    pub(crate) fn moved(self, to: Point) -> Self {
        Self {
            origin: self.to_world(to),
            ..self
        }
    }
}

pub(crate) fn distance(a: Point, b: Point) -> f64 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

pub(crate) fn middle(a: Point, b: Point) -> Point {
    [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]
}

/// The sides of a ring given without its closing point.
fn sides(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    ring.iter()
        .copied()
        .zip(ring.iter().copied().cycle().skip(1))
}

/// Area-weighted centre of a ring given without its closing point.
pub(crate) fn centroid(ring: &[Point]) -> Point {
    let origin = ring[0];
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for (a, b) in sides(ring) {
        let (a, b) = (
            [a[0] - origin[0], a[1] - origin[1]],
            [b[0] - origin[0], b[1] - origin[1]],
        );
        let cross = a[0] * b[1] - b[0] * a[1];
        area += cross;
        x += (a[0] + b[0]) * cross;
        y += (a[1] + b[1]) * cross;
    }
    [origin[0] + x / (3.0 * area), origin[1] + y / (3.0 * area)]
}

/// Whether a point is inside a ring given without its closing point.
pub(crate) fn contains(ring: &[Point], p: Point) -> bool {
    sides(ring).fold(false, |inside, (a, b)| {
        let crosses = (a[1] > p[1]) != (b[1] > p[1])
            && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0];
        inside != crosses
    })
}

/// Metres from a point to a ring; 0 inside.
pub(crate) fn distance_to(ring: &[Point], p: Point) -> f64 {
    if contains(ring, p) {
        return 0.0;
    }
    sides(ring)
        .map(|(a, b)| distance_to_segment(a, b, p))
        .fold(f64::INFINITY, f64::min)
}

fn distance_to_segment(a: Point, b: Point, p: Point) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy);
    let t = along.clamp(0.0, 1.0);
    distance([a[0] + t * dx, a[1] + t * dy], p)
}

/// From EPSG:2154 to WGS84. RGF93 and WGS84 are taken as one, as the sources do.
pub(crate) struct Projection {
    from: Proj,
    to: Proj,
}

impl Projection {
    pub(crate) fn new() -> Result<Self, Error> {
        let parse = |text: &str| {
            Proj::from_proj_string(text).map_err(|source| Error::Projection {
                x: 0.0,
                y: 0.0,
                source,
            })
        };
        Ok(Self {
            from: parse(crs_definitions::EPSG_2154.proj4)?,
            to: parse("+proj=longlat +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs")?,
        })
    }

    /// `[lon, lat]` in degrees.
    pub(crate) fn wgs84(&self, [x, y]: Point) -> Result<[f64; 2], Error> {
        let mut point = (x, y, 0.0);
        transform(&self.from, &self.to, &mut point).map_err(|source| Error::Projection {
            x,
            y,
            source,
        })?;
        Ok([point.0.to_degrees(), point.1.to_degrees()])
    }
}

/// `value` rounded to `digits` decimals: few enough that the last bits of a platform's mathematics
/// library do not show.
pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}
