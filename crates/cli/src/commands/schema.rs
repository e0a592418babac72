//! `edulac schema`: the JSON Schemas that editors check pipelines, profiles and contracts with.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::args::Global;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;

/// Folder of the schemas below the project.
const FOLDER: &str = "config/schema";

pub(super) fn run(global: &Global, check: bool, printer: &Printer) -> Result<Status, Error> {
    let mut stale = Vec::new();
    for (name, text) in schemas() {
        let shown = Path::new(FOLDER).join(name);
        let path = global.root.join(&shown);
        if is(&path, &text)? {
            continue;
        }
        if !check {
            write(&path, &text)?;
        }
        stale.push(shown);
    }
    if check && !stale.is_empty() {
        return Err(Error::Stale { files: stale });
    }
    printer.result(&sentence(&stale))?;
    Ok(Status::Done)
}

/// The files, by name, and their texts.
fn schemas() -> Vec<(&'static str, String)> {
    let mut schemas = edulac_spec::schemas();
    schemas.push(("contract.json", edulac_contract::json_schema()));
    schemas.push(("semantics.json", edulac_catalogue::semantics_schema()));
    schemas
        .into_iter()
        .map(|(name, schema)| (name, format!("{schema:#}\n")))
        .collect()
}

/// Whether the file holds the text. Line ends do not count: Git may change them.
fn is(path: &Path, text: &str) -> Result<bool, Error> {
    match fs::read_to_string(path) {
        Ok(found) => Ok(found.replace("\r\n", "\n") == text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(Error::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(path, text))
        .map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })
}

fn sentence(written: &[PathBuf]) -> String {
    if written.is_empty() {
        return format!("{FOLDER} is up to date");
    }
    let names: Vec<String> = written
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    format!("written: {}", names.join(", "))
}
