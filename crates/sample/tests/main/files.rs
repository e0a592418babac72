//! Reading the files of an edition.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use edulac_sample::{Options, generate};
use tempfile::TempDir;

pub(crate) const CATALOG: &str = "data.education.gouv.fr/api/explore/v2.1/catalog/datasets";
pub(crate) const RNB: &str = "rnb-opendata.s3.fr-par.scw.cloud/files/RNB_99.csv.zip";

pub(crate) type Row = BTreeMap<String, String>;

/// The small edition, made once for all tests.
pub(crate) fn edition(number: u8) -> &'static Path {
    static EDITIONS: [OnceLock<TempDir>; 2] = [OnceLock::new(), OnceLock::new()];
    let made = EDITIONS[usize::from(number) - 1].get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        generate(
            &Options {
                edition: number,
                ..Options::default()
            },
            folder.path(),
        )
        .unwrap();
        folder
    });
    made.path()
}

/// The editions that the project carries.
pub(crate) fn committed(number: u8) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../config/sample/edition-{number}"))
}

/// A file's content, out of its compression.
pub(crate) fn content(path: &Path) -> Vec<u8> {
    let mut content = Vec::new();
    let file = File::open(path).unwrap();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => {
            flate2::read::GzDecoder::new(file)
                .read_to_end(&mut content)
                .unwrap();
        }
        Some("zip") => {
            let mut archive = zip::ZipArchive::new(file).unwrap();
            assert_eq!(archive.len(), 1);
            archive
                .by_index(0)
                .unwrap()
                .read_to_end(&mut content)
                .unwrap();
        }
        _ => content = fs::read(path).unwrap(),
    }
    content
}

/// All files below a folder, by relative path.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(
                    path.strip_prefix(folder)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned(),
                );
            }
        }
    }
    files.sort();
    files
}

fn rows(bytes: &[u8], delimiter: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(bytes);
    reader.deserialize().map(Result::unwrap).collect()
}

/// A dataset of the portal.
pub(crate) fn dataset(edition: &Path, id: &str) -> Vec<Row> {
    let bytes = content(&edition.join(format!("{CATALOG}/{id}/exports/csv.gz")));
    rows(
        bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .expect("a byte order mark"),
        b';',
    )
}

pub(crate) fn directory(edition: &Path) -> Vec<Row> {
    dataset(edition, "fr-en-annuaire-education")
}

pub(crate) fn buildings(edition: &Path) -> Vec<Row> {
    rows(&content(&edition.join(RNB)), b';')
}

/// The events of the register.
pub(crate) fn diff(edition: &Path) -> Vec<Row> {
    let file = "rnb-api.beta.gouv.fr/api/alpha/buildings/diff.gz";
    rows(&content(&edition.join(file)), b',')
}

pub(crate) fn truth(edition: &Path, name: &str) -> Vec<Row> {
    rows(&content(&edition.join(format!("truth/{name}.csv"))), b',')
}

pub(crate) fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&content(path)).unwrap()
}
