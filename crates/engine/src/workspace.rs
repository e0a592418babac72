//! The files of a project, read and checked together: profile, pipelines, contracts.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use edulac_contract::Contract;
use edulac_lake::{Lake, Location, StorageOptions};
use edulac_spec::{
    Pipeline, Profile, Project, Questions, Reuses, Synonyms, load_pipelines, load_profile,
    load_reuses,
};
use edulac_yaml::{Diagnostic, Source, Span};

use crate::error::{Error, Result};
use crate::questions::{read_questions, read_synonyms};
use crate::{check, sql};

/// A project, checked: what to run, where, under which contracts.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder that relative paths start from.
    pub root: PathBuf,
    /// Where and how to run.
    pub profile: Profile,
    /// The pipelines, in the order of the run.
    pub project: Project,
    /// The contracts, by the name of their table.
    pub contracts: BTreeMap<String, Contract>,
    /// Questions that the tables answer, and those that they must not; none: the project has no such file.
    pub questions: Questions,
    /// Words that mean the same to those who search; none: the project has no such file.
    pub synonyms: Synonyms,
    /// What is made of the lake outside of it.
    pub reuses: Reuses,
    /// What is allowed but probably not meant.
    pub warnings: Vec<Diagnostic>,
}

impl Workspace {
    /// Reads the project in `root` under a profile: a path, or a name (`sample` is `config/sample.yaml`). `sets` are
    /// `name=value`, over the profile's variables.
    ///
    /// # Errors
    /// Everything wrong in all files at once. A profile that cannot be read hides what is wrong in the pipelines, since
    /// they cannot be read without its variables.
    pub fn load(root: &Path, profile: &str, sets: &[String]) -> Result<Self, Vec<Diagnostic>> {
        let profile = load_profile_alone(root, profile, sets)?;
        let mut found = Vec::new();
        let files = yaml_files(root, &profile.pipelines, "pipelines", &mut found);
        let read_file = |path: &str| read(root, path);
        let project = load_pipelines(&files, &profile, &read_file, &|query| sql::relations(query));
        let contracts = read_contracts(root, &profile, &mut found);
        let questions = read_questions(root, &contracts, &mut found);
        let synonyms = read_synonyms(root, &mut found);
        let reuses = read_reuses(root, &profile, &mut found);
        let project = match project {
            Ok(project) => project,
            Err(findings) => {
                found.extend(findings);
                return Err(found);
            }
        };
        found.extend(project.warnings.iter().cloned());
        let mut workspace = Self {
            root: root.to_owned(),
            profile,
            project,
            contracts,
            questions,
            synonyms,
            reuses,
            warnings: Vec::new(),
        };
        if found.iter().all(|finding| !finding.is_error()) {
            found.extend(check::check(&workspace));
        }
        if found.iter().any(Diagnostic::is_error) {
            return Err(found);
        }
        workspace.warnings = found;
        Ok(workspace)
    }

    /// What of the pipelines does not fit their sources as they were extracted last: a column that is gone, a type that
    /// changed. Each finding is at its place in a pipeline. A run asks its sources first; where they alone have changed it holds the
    /// tables concerned.
    #[must_use]
    pub fn check_sources(&self) -> Vec<Diagnostic> {
        let pipelines: Vec<_> = self.project.pipelines.iter().collect();
        check::columns_of_sources(self, &pipelines)
    }

    /// The contract of a table of the lake that a pipeline reads. A loaded workspace has that of every table whose rows may
    /// be absent.
    pub(crate) fn contract_of(
        &self,
        pipeline: &Pipeline,
        source: &str,
        table: &str,
    ) -> Result<&Contract> {
        let contract = self.contracts.get(table);
        contract.ok_or_else(|| Error::table_not_there(pipeline, source, table))
    }

    /// The public lake of the profile. Nothing is read yet.
    ///
    /// # Errors
    /// A location that cannot be used, a secret that cannot be had.
    pub fn lake(&self) -> Result<Lake> {
        let options = storage_options(&self.profile)?;
        let location = if self.profile.lake.contains("://") {
            self.profile.lake.clone()
        } else {
            self.root
                .join(&self.profile.lake)
                .to_string_lossy()
                .into_owned()
        };
        Ok(Lake::open(Location::parse(&location, &options)?))
    }

    /// The folder of extracts, rejects and accounts of runs.
    ///
    /// # Errors
    /// [`Error::ArchiveLocation`] when it is an object store.
    pub fn archive(&self) -> Result<PathBuf> {
        let archive = &self.profile.archive;
        if !archive.contains("://") {
            return Ok(self.root.join(archive));
        }
        let url = url::Url::parse(archive)
            .ok()
            .filter(|url| url.scheme() == "file");
        url.and_then(|url| url.to_file_path().ok())
            .ok_or_else(|| Error::ArchiveLocation {
                location: archive.clone(),
            })
    }
}

/// How a profile reaches object stores.
///
/// # Errors
/// A secret that cannot be had.
pub(crate) fn storage_options(profile: &Profile) -> Result<StorageOptions> {
    let Some(storage) = &profile.storage else {
        return Ok(StorageOptions::default());
    };
    let secret = |secret: &Option<edulac_spec::Secret>| {
        secret
            .as_ref()
            .map(|secret| secret.resolve().map(|value| value.expose().to_owned()))
            .transpose()
    };
    Ok(StorageOptions {
        endpoint: storage.endpoint.clone(),
        region: storage.region.clone(),
        access_key_id: secret(&storage.access_key_id)?,
        secret_access_key: secret(&storage.secret_access_key)?,
        account: storage.account.clone(),
        account_key: secret(&storage.account_key)?,
        service_account_key: secret(&storage.service_account_key)?,
        allow_http: storage.allow_http,
    })
}

/// A profile of the project in `root`, without its pipelines and contracts.
pub(crate) fn load_profile_alone(
    root: &Path,
    profile: &str,
    sets: &[String],
) -> Result<Profile, Vec<Diagnostic>> {
    let profile_path = profile_path(profile);
    let text = read(root, &profile_path).map_err(|error| {
        vec![no_file(
            "--profile",
            profile,
            format!("the profile `{profile_path}` cannot be read: {error}"),
            "give the path of a profile, or the name of one in `config/`; `--root` says where the project is",
        )]
    })?;
    load_profile(&Source::new(profile_path, text), sets)
}

/// Whether the project in `root` has this profile.
pub(crate) fn has_profile(root: &Path, profile: &str) -> bool {
    root.join(profile_path(profile)).is_file()
}

fn profile_path(profile: &str) -> String {
    if profile.contains('/') || profile.ends_with(".yaml") || profile.ends_with(".yml") {
        profile.to_owned()
    } else {
        format!("config/{profile}.yaml")
    }
}

fn read(root: &Path, path: &str) -> io::Result<String> {
    let text = fs::read(root.join(path))?;
    String::from_utf8(text)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// The YAML files of a folder, by name. Tests of pipelines (`*.test.yaml`) are not pipelines.
fn yaml_files(root: &Path, folder: &str, what: &str, found: &mut Vec<Diagnostic>) -> Vec<Source> {
    let names = fs::read_dir(root.join(folder)).and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()
    });
    let mut names = match names {
        Ok(names) => names,
        Err(error) => {
            let message = format!("the folder `{folder}` of the {what} cannot be read: {error}");
            let help = format!("make it, or say in the profile where the {what} are");
            found.push(no_file(what, folder, message, &help));
            return Vec::new();
        }
    };
    names.retain(|name| {
        (name.ends_with(".yaml") || name.ends_with(".yml")) && !name.ends_with(".test.yaml")
    });
    names.sort();
    let mut sources = Vec::new();
    for name in names {
        let path = format!("{folder}/{name}");
        match read(root, &path) {
            Ok(text) => sources.push(Source::new(path, text)),
            Err(error) => {
                let message = format!("`{path}` cannot be read: {error}");
                found.push(no_file(what, &path, message, "mend or remove the file"));
            }
        }
    }
    sources
}

fn read_contracts(
    root: &Path,
    profile: &Profile,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Contract> {
    let mut contracts = Vec::new();
    for folder in &profile.contracts {
        for source in yaml_files(root, folder, "contracts", found) {
            match Contract::read(&source) {
                Ok(contract) => contracts.push(contract),
                Err(findings) => found.extend(findings),
            }
        }
    }
    found.extend(edulac_contract::lint_set(&contracts));
    found.extend(
        contracts
            .iter()
            .flat_map(|contract| contract.warnings().to_vec()),
    );
    contracts
        .into_iter()
        .map(|contract| (contract.name().to_owned(), contract))
        .collect()
}

/// A file that a project may have.
pub(crate) fn read_if_there(
    root: &Path,
    path: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<Source> {
    match read(root, path) {
        Ok(text) => Some(Source::new(path, text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            let message = format!("`{path}` cannot be read: {error}");
            found.push(no_file(path, path, message, "mend or remove the file"));
            None
        }
    }
}

/// The reuses that the profile names; none when it names no file.
fn read_reuses(root: &Path, profile: &Profile, found: &mut Vec<Diagnostic>) -> Reuses {
    let Some(path) = &profile.reuses else {
        return Reuses::default();
    };
    let loaded = match read(root, path) {
        Ok(text) => load_reuses(&Source::new(path.as_str(), text)),
        Err(error) => {
            let message = format!("`{path}`, the reuses of the profile, cannot be read: {error}");
            let help = "write the file, or take `reuses:` out of the profile";
            Err(vec![no_file("reuses", path, message, help)])
        }
    };
    loaded.unwrap_or_else(|findings| {
        found.extend(findings);
        Reuses::default()
    })
}

/// A finding about a file that is not there: its name is all there is to show.
fn no_file(argument: &str, shown: &str, message: String, help: &str) -> Diagnostic {
    let source = Source::new(argument, shown);
    Diagnostic::error(
        "edulac::engine::no_file",
        &source,
        Span::new(0, shown.len()),
        message,
    )
    .with_label("not readable")
    .with_help(help)
}
