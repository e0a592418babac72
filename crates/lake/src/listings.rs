//! Documents of a release that name its files one by one. None uses a glob: a folder holds the files
//! of every edition, and reading them all doubles rows.

use std::fmt::Write;

use crate::error::Result;
use crate::lake::Lake;
use crate::release::{Release, ReleasedTable};

/// `SHA-256  path` per file, paths below the lake: `sha256sum -c` from the lake's folder checks a copy.
pub(crate) fn files_txt(release: &Release) -> String {
    let mut text = String::new();
    for table in release.tables.values() {
        for file in table.named() {
            let _ = writeln!(text, "{}  {}", file.sha256, file.path);
        }
    }
    text
}

/// One view per table over its files. On a folder the paths are relative to the release's folder.
pub(crate) fn duckdb_sql(lake: &Lake, release: &Release) -> Result<String> {
    let local = lake.location().local_path().is_some();
    let mut sql = format!(
        "-- Version {} : une vue par table, sur la liste exacte de ses fichiers.\n",
        release.id
    );
    if local {
        sql.push_str(
            "-- Les chemins partent du dossier de ce fichier. Depuis le dossier du lac :\n",
        );
        let _ = writeln!(
            sql,
            "--   cd {} && duckdb -init duckdb.sql",
            release.folder()
        );
    } else {
        // Binding the views reads the files: what opens the store comes first.
        sql.push_str(store_opening(lake.location().url().scheme()));
    }
    sql.push_str("-- Fonctions spatiales (ST_…) :\n--   INSTALL spatial; LOAD spatial;\n");
    for (name, table) in &release.tables {
        view(&mut sql, lake, local, name, table)?;
    }
    Ok(sql)
}

/// How DuckDB opens the store of a scheme.
fn store_opening(scheme: &str) -> &'static str {
    match scheme {
        "az" => {
            "-- Dans duckdb, avant de lire ce fichier (.read duckdb.sql) :\n\
             --   INSTALL azure; LOAD azure;\n\
             -- et, si le dépôt n'est pas public :\n\
             --   CREATE SECRET (TYPE azure, CONNECTION_STRING '…');\n"
        }
        "gs" => {
            "-- Dans duckdb, avant de lire ce fichier (.read duckdb.sql) :\n\
             --   INSTALL httpfs; LOAD httpfs;\n\
             -- et, si le dépôt n'est pas public (clé HMAC) :\n\
             --   CREATE SECRET (TYPE gcs, KEY_ID '…', SECRET '…');\n"
        }
        _ => {
            "-- Dans duckdb, avant de lire ce fichier (.read duckdb.sql) :\n\
             --   INSTALL httpfs; LOAD httpfs;\n\
             -- et, si le dépôt n'est pas public (ENDPOINT, URL_STYLE et USE_SSL hors d'AWS seulement) :\n\
             --   CREATE SECRET (TYPE s3, KEY_ID '…', SECRET '…', REGION '…', ENDPOINT '…', URL_STYLE 'path', USE_SSL true);\n"
        }
    }
}

fn view(
    sql: &mut String,
    lake: &Lake,
    local: bool,
    name: &str,
    table: &ReleasedTable,
) -> Result<()> {
    let mut paths = Vec::with_capacity(table.files.len());
    for file in &table.files {
        let path = format!("{}/{}", table.path, file.path);
        paths.push(match local {
            true => format!("../../{path}"),
            false => lake.location().file_url(&path)?.to_string(),
        });
    }
    let list: Vec<_> = paths
        .iter()
        .map(|path| format!("    {}", quoted(path)))
        .collect();
    // Without `hive_partitioning = false` DuckDB would read codes such as `01` in folder names as numbers.
    let _ = write!(
        sql,
        "\nCREATE OR REPLACE VIEW {name} AS\nSELECT * FROM read_parquet([\n{}\n], hive_partitioning = false);\n",
        list.join(",\n"),
    );
    let _ = writeln!(
        sql,
        "COMMENT ON VIEW {name} IS {};",
        quoted(&table.description)
    );
    for column in &table.columns {
        if let Some(text) = &column.description {
            let identifier = column.name.replace('"', "\"\"");
            let _ = writeln!(
                sql,
                "COMMENT ON COLUMN {name}.\"{identifier}\" IS {};",
                quoted(text)
            );
        }
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
