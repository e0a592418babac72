//! `edulac contract lint`: contracts alone, without pipelines or profile. `edulac contract diff`: against a release.

use std::fs;
use std::path::{Path, PathBuf};

use edulac_contract::{Contract, lint_set};
use edulac_engine::{ContractDiff, Workspace};
use edulac_model::ErrorClass;
use edulac_yaml::{Diagnostic, Source};
use serde_json::json;

use super::diff::contract_change;
use crate::args::{AtRelease, Format, Global};
use crate::error::Error;
use crate::exit::Status;
use crate::findings;
use crate::printer::Printer;
use crate::summary;
use crate::words::counted;

/// Where contracts are when nothing is named.
const FOLDER: &str = "data-contracts";

pub(super) fn lint(global: &Global, paths: &[PathBuf], printer: &Printer) -> Result<Status, Error> {
    let mut contracts = Vec::new();
    let mut found = Vec::new();
    let default = [global.root.join(FOLDER)];
    let paths = if paths.is_empty() {
        default.as_slice()
    } else {
        paths
    };
    let files = files(paths)?;
    let count = files.len();
    for file in files {
        let text = fs::read_to_string(&file).map_err(|source| Error::Read {
            path: file.clone(),
            source,
        })?;
        match Contract::read(&Source::new(shown(&file), text)) {
            Ok(contract) => {
                found.extend_from_slice(contract.warnings());
                contracts.push(contract);
            }
            Err(findings) => found.extend(findings),
        }
    }
    if paths.iter().any(|path| path.is_dir()) {
        found.extend(lint_set(&contracts));
    }
    let valid = !found.iter().any(Diagnostic::is_error);
    if printer.format() == Format::Json {
        printer.json(&json!({"valid": valid, "findings": findings::json(&found)}))?;
    }
    if !valid {
        return Err(Error::Findings(found));
    }
    if printer.format() == Format::Text {
        printer.warnings(&found);
        printer.result(&format!("valid: {}", counted(count, "contract")))?;
    }
    Ok(Status::Done)
}

/// The contracts of the project against those of a release.
pub(super) async fn diff(
    workspace: &Workspace,
    at: &AtRelease,
    printer: &Printer,
) -> Result<Status, Error> {
    let (release, changed) = edulac_engine::contract_diff(workspace, at.release.as_deref()).await?;
    let wanting = changed.iter().any(|changed| changed.needs_major);
    match printer.format() {
        Format::Json => printer.json(&json!({"release": release, "contracts": changed}))?,
        Format::Text | Format::Csv => printer.result(&text(&release, &changed))?,
    }
    Ok(match wanting {
        true => Status::Wanting(ErrorClass::Data),
        false => Status::Done,
    })
}

fn text(release: &str, changed: &[ContractDiff]) -> String {
    if changed.is_empty() {
        return format!("the contracts are those of release {release}\n");
    }
    let mut out = format!("against release {release}\n");
    for contract in changed {
        out += &format!(
            "\n{}: {}\n",
            contract.table,
            contract_change(&contract.change)
        );
        for breaks in &contract.breaking {
            out += &format!("  breaks: {breaks}\n");
        }
        if contract.needs_major {
            let [was, is] = &contract.change.version;
            out += &format!(
                "  the version goes from {was} to {is}: what breaks readers needs a new major version\n"
            );
        }
        for line in summary::reuses(&contract.reuses).lines() {
            out += &format!("  {line}\n");
        }
    }
    out
}

/// The files named, and those of the folders named, by name.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let fail = |source| Error::Read {
            path: path.clone(),
            source,
        };
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(fail)? {
            let file = entry.map_err(fail)?.path();
            let extension = file.extension().and_then(|extension| extension.to_str());
            if matches!(extension, Some("yaml" | "yml")) {
                inside.push(file);
            }
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

fn shown(file: &Path) -> String {
    let file = file.strip_prefix(".").unwrap_or(file);
    file.to_string_lossy().into_owned()
}
