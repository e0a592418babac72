//! Points to areas: which commune, which académie, how far from its border.

mod areas;
mod function;
mod step;

pub use areas::{Area, AreasIndex, Located, OUTSIDE_CAP_M};
pub use function::locate_udf;
pub use step::{LocateOptions, Within, locate_step, located_columns};
