//! What the rows of a CSV are, in the file beside it that the W3C's "CSV on the Web" looks for: `x.csv-metadata.json`.
//!
//! Form: Metadata Vocabulary for Tabular Data (w3.org/TR/tabular-metadata). What it has no word for stands under the prefixes that
//! it knows (Dublin Core, schema.org) and, for notices, in `notes`.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;

use crate::about::About;
use crate::cells::{Kind, Shape};
use crate::error::{Error, Result};
use crate::named_later;

/// The file beside a CSV.
#[must_use]
pub fn companion(csv: &Path) -> PathBuf {
    let mut name = csv.file_name().unwrap_or_default().to_owned();
    name.push("-metadata.json");
    csv.with_file_name(name)
}

/// Writes it, under a passing name.
pub(crate) fn write(
    folder: &Path,
    csv: &Path,
    shape: &Shape,
    about: &About,
) -> Result<(NamedTempFile, PathBuf)> {
    let path = companion(csv);
    let mut file = named_later(folder).map_err(Error::io(&path))?;
    let name = csv.file_name().unwrap_or_default().to_string_lossy();
    let text = format!("{:#}\n", metadata(&name, shape, about));
    file.write_all(text.as_bytes()).map_err(Error::io(&path))?;
    Ok((file, path))
}

fn metadata(name: &str, shape: &Shape, about: &About) -> Value {
    let columns: Vec<Value> = shape
        .columns()
        .map(|(name, kind)| column(name, kind, about))
        .collect();
    let sources: Vec<Value> = about
        .sources
        .iter()
        .map(|source| {
            let mut said = Map::new();
            said.insert("dc:title".to_owned(), source.name.as_str().into());
            for (word, text) in [
                ("dc:publisher", &source.producer),
                ("dc:license", &source.licence),
                ("dc:date", &source.date),
                ("schema:url", &source.address),
            ] {
                if let Some(text) = text {
                    said.insert(word.to_owned(), text.as_str().into());
                }
            }
            said.into()
        })
        .collect();
    let notes: Vec<Value> = about
        .notices
        .iter()
        .map(|notice| {
            json!({
                "dc:identifier": notice.id,
                "dc:description": notice.text,
                "schema:about": notice.columns,
            })
        })
        .collect();
    let mut metadata = json!({
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "fr"}],
        "url": name,
        "dc:title": about.title,
        "dc:bibliographicCitation": about.citation,
        "dc:license": about.licences,
        "dc:issued": about.published.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "schema:version": about.release,
        "dc:source": sources,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": true},
        "tableSchema": {"columns": columns},
    });
    if let Some(query) = &about.query {
        metadata["dc:provenance"] = query.as_str().into();
    }
    if !notes.is_empty() {
        metadata["notes"] = notes.into();
    }
    metadata
}

fn column(name: &str, kind: Kind, about: &About) -> Value {
    let mut column = json!({"titles": name, "datatype": datatype(kind), "null": ""});
    let Some(note) = about.columns.get(name) else {
        column["dc:description"] = "calculée par la requête".into();
        return column;
    };
    column["dc:description"] = note.description.as_str().into();
    column["dc:source"] = format!("table {} ({})", note.table, note.sources.join(", ")).into();
    for (word, text) in [
        ("schema:unitText", &note.unit),
        ("dc:temporal", &note.vintage),
    ] {
        if let Some(text) = text {
            column[word] = text.as_str().into();
        }
    }
    if !note.notices.is_empty() {
        column["dc:relation"] = note.notices.clone().into();
    }
    column
}

fn datatype(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "integer",
        Kind::Number => "double",
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::Moment => "dateTime",
        // Geometries are WKT.
        Kind::Text | Kind::Geometry => "string",
    }
}
