//! The lake through its public door, on folders and on a real S3 server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod changes;
mod files;
mod frozen;
mod messages;
mod publishing;
mod reading;
mod recovery;
mod s3;
mod support;
