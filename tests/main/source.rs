//! The sources of the sample, changed as their producers would change them.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::lake;
use crate::project::Project;

/// The directory of establishments.
pub(crate) const DIRECTORY: &str = "fr-en-annuaire-education";

/// The records of a CSV of the portal, its names of columns first.
#[derive(Debug, Clone)]
pub(crate) struct Records(pub(crate) Vec<Vec<String>>);

impl Records {
    /// Those of a body, gzipped, as the portal sends it.
    pub(crate) fn of_body(path: &Path) -> Self {
        let text = gunzip(path);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .from_reader(text.as_bytes());
        let fields = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        Self(
            reader
                .records()
                .map(|record| fields(record.unwrap()))
                .collect(),
        )
    }

    /// Place of a column.
    pub(crate) fn column(&self, name: &str) -> usize {
        let place = self.0[0].iter().position(|column| column == name);
        place.unwrap_or_else(|| panic!("no column `{name}` in {:?}", self.0[0]))
    }

    /// A cell; `record` is a `_ligne`, from 1.
    pub(crate) fn cell(&self, record: usize, column: &str) -> &str {
        &self.0[record][self.column(column)]
    }
}

/// A dataset of the portal of the sample, in its first edition.
pub(crate) struct Dataset<'a> {
    project: &'a Project,
    folder: String,
}

impl<'a> Dataset<'a> {
    pub(crate) fn of(project: &'a Project, name: &str) -> Self {
        let datasets =
            "config/sample/edition-1/data.education.gouv.fr/api/explore/v2.1/catalog/datasets";
        Self {
            project,
            folder: format!("{datasets}/{name}"),
        }
    }

    pub(crate) fn body(&self) -> String {
        format!("{}/exports/csv.gz", self.folder)
    }

    /// What the portal says of it.
    pub(crate) fn metadata(&self) -> String {
        format!("{}/index.json", self.folder)
    }

    /// Publishes the dataset again, its records changed, under a new date of processing.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Records)) {
        let mut records = Records::of_body(&self.project.path(&self.body()));
        change(&mut records);
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .from_writer(Vec::new());
        for record in &records.0 {
            writer.write_record(record).unwrap();
        }
        let text = writer.into_inner().unwrap();
        self.project.write(&self.body(), gzip(&text));
        let path = self.metadata();
        let mut metadata = lake::json(&self.project.path(&path));
        let said = &mut metadata["metas"]["default"];
        said["records_count"] = json!(records.0.len() - 1);
        let processed = said["data_processed"].as_str().unwrap();
        said["data_processed"] = Value::from(later(processed));
        self.project.write(&path, metadata.to_string());
    }

    /// Takes out these many schools: in turn, so that no kind is spared.
    pub(crate) fn remove_schools(&self, count: usize) {
        self.change(|records| {
            let every = (records.0.len() - 1) / count;
            let mut left = count;
            let mut record = 0;
            records.0.retain(|_| {
                record += 1;
                let goes = record > 1 && left > 0 && (record - 1) % every == 0;
                left -= usize::from(goes);
                !goes
            });
            assert_eq!(left, 0);
        });
    }
}

/// The same time, a year later.
fn later(time: &str) -> String {
    let (year, rest) = time.split_at(4);
    format!("{}{rest}", year.parse::<u32>().unwrap() + 1)
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn gunzip(path: &Path) -> String {
    String::from_utf8(gunzip_bytes(path)).unwrap()
}

pub(crate) fn gunzip_bytes(path: &Path) -> Vec<u8> {
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    bytes
}
