//! Overlays of polygons (union, difference) that never panic.
//!
//! The library below does its geometry on a grid of integers and, on some broken rings, trips over its own rounding. The
//! same polygons turned by a quarter fall on the grid otherwise: they are tried that way before the overlay is given up.

use std::panic::{AssertUnwindSafe, catch_unwind};

use geo::{MapCoords, MultiPolygon, Polygon, coord};

use crate::validity;

/// Why an overlay gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OverlayFault {
    /// The library gave up, both ways.
    GaveUp,
    /// The result breaks this rule of simple features, both ways.
    Invalid(String),
}

/// What `compute` makes of polygons: valid, or a fault.
pub(crate) fn overlay(
    polygons: &[Polygon<f64>],
    compute: impl Fn(&[Polygon<f64>]) -> MultiPolygon<f64>,
) -> Result<MultiPolygon<f64>, OverlayFault> {
    let first = attempt(|| compute(polygons));
    if first.is_ok() {
        return first;
    }
    let turned: Vec<Polygon<f64>> = polygons
        .iter()
        .map(|polygon| polygon.map_coords(|c| coord! {x: -c.y, y: c.x}))
        .collect();
    let second = attempt(|| compute(&turned).map_coords(|c| coord! {x: c.y, y: -c.x}));
    second.or(first)
}

fn attempt(compute: impl Fn() -> MultiPolygon<f64>) -> Result<MultiPolygon<f64>, OverlayFault> {
    let judged = || {
        let area = compute();
        let rule = validity::broken_rule(&area);
        (area, rule)
    };
    let (area, rule) = catch_unwind(AssertUnwindSafe(judged)).map_err(|_| OverlayFault::GaveUp)?;
    match rule {
        None => Ok(area),
        Some(rule) => Err(OverlayFault::Invalid(rule)),
    }
}
