//! YAML files as people write them: a tree whose every node knows its place, and messages that show that place.
//!
//! The way of a file: [`parse`] (syntax, duplicate keys) → [`check`] against the JSON Schema of its type (every
//! unknown key, missing key, wrong type and bad value, all at once) → [`decode`] into the type. The schema is
//! generated from the type itself, so that shape is said in one place only. Later findings (an unknown column, a
//! bad SQL text) become [`Diagnostic`]s on the same tree, found by JSON pointer ([`Node::span_at`]).

mod check;
mod decode;
mod diagnostic;
mod finding;
mod node;
mod parse;
mod render;
mod schema;
mod secret;
mod source;
mod suggest;
mod syntax;
mod words;

/// The code of findings about what should be a reference to a secret, and may be the secret.
pub const NO_REFERENCE: &str = "edulac::yaml::no_reference";

pub use check::{FormatCheck, check, check_with_formats};
pub use decode::decode;
pub use diagnostic::{Diagnostic, Severity};
pub use node::{Entry, Node, Value};
pub use parse::parse;
pub use render::{DEFAULT_WIDTH, render};
pub use source::{Source, Span};
pub use suggest::{did_you_mean, list};
