//! Pipeline and profile YAML to a checked specification.
//!
//! [`load_profile`] reads where and how to run; [`load_pipelines`] reads all pipelines of a project with the profile's
//! variables put in, and reports **everything** wrong in all files at once, each finding with its place and a remedy.
//! What comes out is a [`Project`]: pipelines in the order of the run, steps in the order of the data. Findings that
//! need more than the files (a missing contract, a column that no step gives) are made by later crates at the right
//! place with [`Pipeline::diagnostic_at`].

mod across;
mod draft;
mod editor;
mod error;
mod load;
mod order;
pub mod pipeline;
mod profile;
mod project;
mod query;
mod questions;
mod references;
mod reuses;
mod rules;
mod schema;
mod secret;
mod synonyms;
mod unit_test;
mod variables;

pub use editor::schemas;
pub use error::Error;
pub use load::{SqlInputs, load_pipelines};
pub use profile::{Expected, Notify, Profile, Storage, load_profile};
pub use project::{NamedStep, Pipeline, Project};
pub use query::{QueryFault, QueryInput, QueryPlace, diagnostic_of_query};
pub use questions::{Question, Questions, Refusal, load_questions};
pub use reuses::{Reuse, Reuses, load_reuses};
pub use secret::{NotASecret, Secret, SecretValue};
pub use synonyms::{Synonyms, load_synonyms};
pub use unit_test::{Cell, ExpectedReject, Row, UnitTest, UnitTests, load_unit_tests};
pub use variables::{Scalar, Variable};
