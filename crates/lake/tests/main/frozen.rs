//! Releases written by every earlier form of this crate are still read: `frozen/format-<n>/`, never edited.

use std::path::{Path, PathBuf};

use edulac_lake::{Error, Lake, Location, StorageOptions};
use tempfile::TempDir;

fn frozen() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

fn lake(path: &Path) -> Lake {
    Lake::open(Location::parse(path.to_str().unwrap(), &StorageOptions::default()).unwrap())
}

#[tokio::test]
async fn every_frozen_release_is_read_whole() {
    let lakes = frozen();
    assert!(!lakes.is_empty());
    for path in lakes {
        let lake = lake(&path);
        let entries = lake.releases().await.unwrap();
        assert_eq!(entries.len(), 2, "{}", path.display());
        for entry in entries {
            let release = lake.release(&entry.id).await.unwrap();
            let table = &release.tables["etablissements"];
            assert_eq!(
                (table.rows, table.key.as_slice()),
                (5_000, &["uai".to_owned()][..])
            );
            assert_eq!(table.files.iter().map(|f| f.rows).sum::<u64>(), 5_000);
            assert!(
                lake.files_of(&release, "etablissements").unwrap()[0]
                    .path()
                    .ends_with(".parquet")
            );
        }
        assert_eq!(lake.latest().await.unwrap().unwrap().id, "2026-11-24.0");
    }
}

#[tokio::test]
async fn a_form_from_the_future_is_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let log = dir.path().join("releases/log");
    std::fs::create_dir_all(&log).unwrap();
    let entry = r#"{"format":99,"serial":1,"id":"2030-01-01.0","parent":null,"created":"2030-01-01T00:00:00Z","manifest_sha256":"","tables":{}}"#;
    std::fs::write(log.join("00000001.json"), entry).unwrap();
    let error = lake(dir.path()).latest().await.unwrap_err();
    assert!(matches!(&error, Error::Format { found: 99, .. }));
    insta::assert_snapshot!(error);
}
