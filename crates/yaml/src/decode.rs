//! Tree to type.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::{Diagnostic, Node, Source};

/// The tree as a type. After a clean [`crate::check`] against the type's own schema, only values that the schema
/// cannot describe can still fail.
///
/// # Errors
/// The first value that the type refuses, at its place.
pub fn decode<T: DeserializeOwned>(source: &Source, node: &Node) -> Result<T, Vec<Diagnostic>> {
    serde_path_to_error::deserialize(node.to_json()).map_err(|error| {
        let span = node.span_at(&pointer(error.path()));
        let message = error.inner().to_string();
        vec![Diagnostic::error(
            "edulac::yaml::bad_value",
            source,
            span,
            message,
        )]
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        let token = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&token);
    }
    pointer
}
