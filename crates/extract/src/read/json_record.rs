//! One JSON record: its keys, and its values as texts.

use indexmap::{IndexMap, IndexSet};
use serde_json::value::RawValue;

/// The members of the object of a record, values as they stand in the body.
pub(super) type Members<'a> = IndexMap<String, &'a RawValue>;

/// The steps of a JSON pointer; the empty pointer has none.
pub(super) fn steps(pointer: &str) -> Vec<String> {
    let steps = pointer.split('/').skip(1);
    steps
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// The members of the object to which `steps` lead inside a record.
///
/// # Errors
/// What is wrong with the record.
pub(super) fn members<'a>(record: &'a str, steps: &[String]) -> Result<Members<'a>, String> {
    let mut value: &RawValue = serde_json::from_str(record).map_err(said)?;
    for step in steps {
        let next = match object(value) {
            Ok(members) => members.get(step.as_str()).copied(),
            Err(_) => {
                let array: Vec<&RawValue> = serde_json::from_str(value.get())
                    .map_err(|_| format!("no `{step}` in it: {}", kind(value)))?;
                step.parse::<usize>()
                    .ok()
                    .and_then(|index| array.get(index).copied())
            }
        };
        value = next.ok_or_else(|| format!("no `{step}` in it"))?;
    }
    object(value)
}

fn object(value: &RawValue) -> Result<Members<'_>, String> {
    match value.get().as_bytes().first() {
        Some(b'{') => serde_json::from_str(value.get()).map_err(said),
        _ => Err(format!("{} where an object was expected", kind(value))),
    }
}

/// The values of a record as texts, in the order of `keys`: scalars as they stand, nested values without blanks,
/// null for null and for a key that is not there.
///
/// # Errors
/// What is wrong with a value.
pub(super) fn texts(
    members: &Members<'_>,
    keys: &IndexSet<String>,
) -> Result<Vec<Option<String>>, String> {
    keys.iter()
        .map(|key| members.get(key).map_or(Ok(None), |value| text(value)))
        .collect()
}

fn text(value: &RawValue) -> Result<Option<String>, String> {
    let raw = value.get();
    Ok(match raw.as_bytes().first() {
        Some(b'n') => None,
        Some(b'"') => Some(serde_json::from_str(raw).map_err(said)?),
        Some(b'{' | b'[') => Some(compact(raw)),
        _ => Some(raw.to_owned()),
    })
}

/// JSON without the blanks between its tokens; numbers keep their digits.
fn compact(json: &str) -> String {
    let mut quoted = false;
    let mut escaped = false;
    let mut compact = json.to_owned();
    compact.retain(|c| {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return true;
        }
        quoted = c == '"';
        !c.is_ascii_whitespace()
    });
    compact
}

fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a text",
        Some(b'n') => "null",
        Some(b't' | b'f') => "a boolean",
        _ => "a number",
    }
}

/// What the JSON reader says.
pub(super) fn said(error: serde_json::Error) -> String {
    error.to_string()
}
