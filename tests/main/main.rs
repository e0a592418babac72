//! `edulac` as its users meet it: the built binary, run on a copy of the project; and the arrows between crates.
#![cfg(test)]

mod arrows;
mod broken;
mod contracts;
mod edulac;
mod manners;
mod project;
mod queries;
mod real;
mod schemas;
mod secrets;
mod validate;
mod words;
