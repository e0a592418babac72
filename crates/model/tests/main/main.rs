//! The crate through its public door.

mod kinds;
mod messages;
mod problems;
mod real_data;
mod real_passages;
mod values;
