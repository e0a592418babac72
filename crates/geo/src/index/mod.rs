//! Spatial indexes: the small side of a join, built once in memory and probed by the rows of the big
//! one. Coordinates are CRS84, distances metres by the [local metric](crate::measure::LocalMetric).

mod areas;
mod points;

pub use areas::{AreaIndex, AreaIndexBuilder};
pub use points::{Near, PointIndex};
