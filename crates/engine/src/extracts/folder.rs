//! The folders of the extracts.

use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{Schema, SchemaRef};
use edulac_export::{About, Export, Options};

use super::{Extracts, Territory, TerritoryExtract, notice, write};
use crate::error::{Error, Result};

/// The list of the territories, for programs, by which the next extracts know what is theirs.
const INDEX: &str = "index.json";
const README: &str = "LISEZMOI.md";
const CSV: &str = "etablissements.csv";
const GEOJSON: &str = "etablissements.geojson";
const NOTICE: &str = "notice.md";

/// Where all of them go.
pub(super) struct Folder {
    path: PathBuf,
    /// What was written there before.
    before: Option<Extracts>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).map_err(Error::io(path))?;
        let index = path.join(INDEX);
        let before = match fs::read_to_string(&index) {
            // What is not ours is left alone.
            Ok(text) => serde_json::from_str(&text).ok(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::io(&index)(error)),
        };
        Ok(Self {
            path: path.to_owned(),
            before,
        })
    }

    /// Begins the files of a territory.
    pub(super) fn begin(
        &mut self,
        code: &str,
        name: Option<&String>,
        schema: &SchemaRef,
        said: &About,
        by: Territory,
    ) -> Result<Files> {
        let folder = self.path.join(code);
        fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let mut said = said.clone();
        let called = name.map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"));
        said.title = format!("Établissements scolaires, {} : {called}", by.word());
        let geometry = schema.index_of("geometry").ok();
        // The first column is the code of the territory.
        let all = 1..schema.fields().len();
        let coordinates = ["longitude", "latitude"];
        let flat: Vec<usize> = all.clone().filter(|at| Some(*at) != geometry).collect();
        let shaped: Vec<usize> = all
            .filter(|at| !coordinates.contains(&schema.field(*at).name().as_str()))
            .collect();
        let create = |file: &str, columns: &[usize]| {
            let schema: Schema = schema
                .project(columns)
                .map_err(edulac_export::Error::from)?;
            let options = Options::default();
            Export::create(&folder.join(file), &schema, &said, &options)
        };
        let csv = create(CSV, &flat).map_err(Box::new)?;
        let geojson = match geometry {
            Some(_) => Some(create(GEOJSON, &shaped).map_err(Box::new)?),
            None => None,
        };
        Ok(Files {
            code: code.to_owned(),
            name: name.cloned(),
            folder,
            said,
            columns: flat
                .iter()
                .map(|at| schema.field(*at).name().clone())
                .collect(),
            csv,
            geojson,
            flat,
            shaped,
            geometry,
            establishments: 0,
            placed: 0,
        })
    }

    /// Writes the list of territories and takes away those that are there no more. Where only some were asked for, the others
    /// stay in the list.
    pub(super) fn end(&self, now: &Extracts, said: &About, all: bool) -> Result<()> {
        let before = self.before.iter().filter(|before| before.by == now.by);
        let others: Vec<&TerritoryExtract> = before
            .flat_map(|before| &before.territories)
            .filter(|other| !now.territories.iter().any(|t| t.code == other.code))
            .collect();
        let mut listed = now.clone();
        if all {
            for gone in others {
                self.remove(&gone.code)?;
            }
        } else {
            listed.territories.extend(others.into_iter().cloned());
            listed.territories.sort_by(|a, b| a.code.cmp(&b.code));
        }
        let index = serde_json::to_string_pretty(&listed).unwrap_or_default();
        write(&self.path.join(INDEX), &format!("{index}\n"))?;
        write(&self.path.join(README), &notice::of_all(&listed, said))
    }

    /// Only files of ours, and the folder when nothing else is in it.
    fn remove(&self, code: &str) -> Result<()> {
        // A code of an index that is not ours might climb.
        if code.is_empty() || !code.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Ok(());
        }
        let folder = self.path.join(code);
        for file in [CSV, GEOJSON, NOTICE] {
            let path = folder.join(file);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io(&path)(error));
                }
                _ => {}
            }
        }
        // Not empty: it holds something of somebody else.
        let _ = fs::remove_dir(&folder);
        Ok(())
    }
}

/// The files of a territory, under way.
pub(super) struct Files {
    pub(super) code: String,
    name: Option<String>,
    folder: PathBuf,
    said: About,
    /// Those of the CSV.
    columns: Vec<String>,
    csv: Export,
    geojson: Option<Export>,
    flat: Vec<usize>,
    shaped: Vec<usize>,
    geometry: Option<usize>,
    establishments: u64,
    placed: u64,
}

impl Files {
    pub(super) fn write(mut self, rows: &RecordBatch) -> Result<Self> {
        let project = |columns: &[usize]| rows.project(columns).map_err(edulac_export::Error::from);
        self.csv
            .write(&project(&self.flat).map_err(Box::new)?)
            .map_err(Box::new)?;
        if let Some(geojson) = &mut self.geojson {
            geojson
                .write(&project(&self.shaped).map_err(Box::new)?)
                .map_err(Box::new)?;
        }
        self.establishments += rows.num_rows() as u64;
        if let Some(at) = self.geometry {
            let column = rows.column(at);
            self.placed += (column.len() - column.null_count()) as u64;
        }
        Ok(self)
    }

    pub(super) fn finish(self) -> Result<TerritoryExtract> {
        self.csv.finish().map_err(Box::new)?;
        if let Some(geojson) = self.geojson {
            geojson.finish().map_err(Box::new)?;
        }
        let told = TerritoryExtract {
            code: self.code,
            name: self.name,
            establishments: self.establishments,
            placed: self.placed,
        };
        let text = notice::of_territory(&told, &self.said, &self.columns);
        write(&self.folder.join(NOTICE), &text)?;
        Ok(told)
    }
}
