//! Extraction through its public door, on small bodies made for their purpose and on the real files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod archive;
mod bodies;
mod changes;
mod csv;
mod geojson;
mod geopackage;
mod json;
mod messages;
mod parquet;
mod publishers;
mod real_data;
mod sample;
mod servers;
mod shapefile;
mod support;
