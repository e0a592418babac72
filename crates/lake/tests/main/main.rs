//! The lake through its public door, on folders and on a real S3 server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod changes;
mod checking;
mod failing;
mod faults;
mod feed;
mod files;
mod frozen;
mod messages;
mod mirror;
mod publishing;
mod reading;
mod recovery;
mod retention;
mod s3;
#[path = "../../../../tests/main/s3_server.rs"]
#[allow(dead_code, reason = "the tests of the binary use more of it")]
mod s3_server;
mod support;
mod verifying;
