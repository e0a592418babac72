//! `edulac` as its users meet it: the built binary, run on a copy of the project; and the arrows between crates.
#![cfg(test)]

mod arrows;
mod broken;
mod contracts;
mod determinism;
mod editions;
mod edulac;
mod features;
mod first_run;
mod frozen;
mod guards;
mod held;
mod killed;
mod lake;
mod lost_column;
mod manners;
mod outside;
mod project;
mod queries;
mod readers;
mod real;
mod rejects;
mod run;
mod s3;
mod s3_server;
mod schemas;
mod scope;
mod secrets;
mod source;
mod together;
mod truth;
mod unreadable;
mod validate;
mod words;
