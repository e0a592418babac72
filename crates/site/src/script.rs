//! Data as scripts: a page that was opened from a folder may not fetch a file, but may load a script.

use std::fmt::Write;

use serde_json::Value;

/// The path of a script of data, `donnees/<name>.js`.
pub(crate) fn path(name: &str) -> String {
    format!("donnees/{name}.js")
}

/// A script that hands `body`, an expression, to the page under its name.
pub(crate) fn deliver(name: &str, body: &str) -> String {
    format!("edulac.receive({}, {body});\n", Value::from(name))
}

/// The values of a column of many rows, as an array. What is not there is a hole and costs a byte.
#[derive(Debug, Default)]
pub(crate) struct Column(String);

impl Column {
    /// Adds a value.
    pub(crate) fn push(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            // `12.0` as `12`.
            Value::Number(number) => match number.as_f64() {
                Some(whole) if whole.fract() == 0.0 && whole.abs() < 1e15 => {
                    let _ = write!(self.0, "{whole:.0}");
                }
                _ => {
                    let _ = write!(self.0, "{number}");
                }
            },
            other => {
                let _ = write!(self.0, "{other}");
            }
        }
        self.0.push(',');
    }

    /// The array.
    pub(crate) fn array(&self) -> String {
        format!("[{}]", self.0)
    }
}

/// Columns by name, as an object.
pub(crate) fn object<'a>(columns: impl IntoIterator<Item = (&'a str, &'a Column)>) -> String {
    let mut text = String::from("{\n");
    for (name, column) in columns {
        let _ = writeln!(text, "{}: {},", Value::from(name), column.array());
    }
    text.push('}');
    text
}
