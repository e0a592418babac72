//! One dataset as data.education.gouv.fr serves it: metadata and CSV export (DOMAIN A1, A4).

use std::fs::File;
use std::io::BufWriter;

use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::Error;
use crate::output::{Output, Text};

/// The ministry's portal; a region's has another name and the same way of serving.
const MINISTRY: &str = "data.education.gouv.fr";
const CATALOG: &str = "api/explore/v2.1/catalog/datasets";

/// What the metadata of a dataset say.
pub(crate) struct Dataset {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) frequency: &'static str,
    /// Days of `modified` (editorial) and of the processing (technical): they often disagree.
    pub(crate) modified: &'static str,
    pub(crate) processed: &'static str,
    pub(crate) geometry: Option<&'static str>,
    /// Technical name and type of each field.
    pub(crate) fields: Vec<(&'static str, &'static str)>,
}

impl Dataset {
    pub(crate) fn path(&self, file: &str) -> String {
        self.path_at(MINISTRY, file)
    }

    fn path_at(&self, host: &str, file: &str) -> String {
        format!("{host}/{CATALOG}/{}/{file}", self.id)
    }

    /// Opens the CSV export: byte order mark, technical names, `;`, CRLF.
    pub(crate) fn csv(&self, out: &Output) -> Result<CsvExport, Error> {
        self.csv_at(MINISTRY, out)
    }

    /// The same on the portal of another host.
    pub(crate) fn csv_at(&self, host: &str, out: &Output) -> Result<CsvExport, Error> {
        let names: Vec<&'static str> = self.fields.iter().map(|(name, _)| *name).collect();
        let mut file = out.gzip(&self.path_at(host, "exports/csv.gz"))?;
        file.write(&format!("\u{feff}{}\r\n", names.join(";")))?;
        Ok(CsvExport {
            file,
            names,
            rows: 0,
        })
    }

    /// Writes the metadata, which count the records.
    pub(crate) fn describe(&self, out: &Output, records: u64) -> Result<(), Error> {
        self.describe_at(MINISTRY, out, records)
    }

    /// The same on the portal of another host.
    pub(crate) fn describe_at(&self, host: &str, out: &Output, records: u64) -> Result<(), Error> {
        out.json(&self.path_at(host, "index.json"), &self.metadata(records))
    }

    fn metadata(&self, records: u64) -> Value {
        let mut features = vec!["analyze", "timeserie"];
        if self.geometry.is_some() {
            features.push("geo");
        }
        let fields: Vec<Value> = self
            .fields
            .iter()
            .map(|(name, kind)| field(name, kind))
            .collect();
        json!({
            "dataset_id": self.id,
            "dataset_uid": format!("da_ex{:04}", self.id.len() * 37 + self.fields.len()),
            "attachments": [],
            "has_records": true,
            "data_visible": true,
            "fields": fields,
            "features": features,
            "metas": {
                "default": {
                    "title": self.title,
                    "description": format!("<p>{} de l'île d'Exemple, un territoire fictif. Aucune de ces données n'est réelle.</p>", self.title),
                    "theme": ["Territoire fictif"],
                    "keyword": ["territoire fictif", "exemple"],
                    "license": "Licence Ouverte v2.0 (Etalab)",
                    "license_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
                    "language": "fr",
                    "metadata_languages": ["fr"],
                    "timezone": "Europe/Paris",
                    "modified": format!("{}T08:30:00+00:00", self.modified),
                    "modified_updates_on_metadata_change": false,
                    "modified_updates_on_data_change": false,
                    "data_processed": format!("{}T03:12:45+00:00", self.processed),
                    "metadata_processed": format!("{}T03:13:02.518000+00:00", self.processed),
                    "geometry_types": self.geometry.map(|geometry| [geometry]),
                    "publisher": "Académies d'Exemple (territoire fictif)",
                    "records_count": records,
                    "federated": false
                },
                "dcat": {
                    "accrualperiodicity": format!("http://publications.europa.eu/resource/authority/frequency/{}", self.frequency)
                }
            }
        })
    }
}

fn field(name: &str, kind: &str) -> Value {
    // A school year held as a date has the precision of a year: the export writes `2025`.
    let (kind, annotations) = match kind {
        "year" => ("date", json!({"timeserie_precision": "year", "facet": []})),
        other => (other, json!({})),
    };
    json!({
        "name": name,
        "label": name.replace('_', " "),
        "type": kind,
        "annotations": annotations,
        "description": null
    })
}

/// A CSV export being written.
pub(crate) struct CsvExport {
    file: Text<GzEncoder<BufWriter<File>>>,
    names: Vec<&'static str>,
    rows: u64,
}

impl CsvExport {
    /// An empty row, to be filled by column name.
    pub(crate) fn row(&self) -> Row {
        Row {
            names: self.names.clone(),
            cells: vec![String::new(); self.names.len()],
        }
    }

    pub(crate) fn write(&mut self, row: &Row) -> Result<(), Error> {
        let cells: Vec<String> = row.cells.iter().map(|cell| quoted(cell)).collect();
        self.rows += 1;
        self.file.write(&format!("{}\r\n", cells.join(";")))
    }

    /// Closes the export and says how many records it has.
    pub(crate) fn finish(self) -> Result<u64, Error> {
        self.file.finish()?;
        Ok(self.rows)
    }
}

/// One record of an export.
pub(crate) struct Row {
    names: Vec<&'static str>,
    cells: Vec<String>,
}

impl Row {
    /// An empty row of these fields.
    pub(crate) fn of(fields: &[(&'static str, &'static str)]) -> Self {
        Self {
            names: fields.iter().map(|(name, _)| *name).collect(),
            cells: vec![String::new(); fields.len()],
        }
    }

    /// The cell of a column; empty when the row has no such column.
    pub(crate) fn get(&self, name: &str) -> &str {
        let column = self.names.iter().position(|known| *known == name);
        debug_assert!(column.is_some(), "{name} is not a column of this dataset");
        column.map_or("", |column| &self.cells[column])
    }

    /// Fills the cells of a column; the name must be one of the dataset's.
    pub(crate) fn set(&mut self, name: &str, value: impl ToString) {
        let column = self.names.iter().position(|known| *known == name);
        debug_assert!(column.is_some(), "{name} is not a column of this dataset");
        if let Some(column) = column {
            self.cells[column] = value.to_string();
        }
    }

    pub(crate) fn set_all(&mut self, names: &[&str], value: impl ToString) {
        let value = value.to_string();
        names.iter().for_each(|name| self.set(name, &value));
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([';', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
