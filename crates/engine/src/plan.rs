//! What would run and why: the same decision for `edulac plan` and for a run.

use std::collections::{BTreeMap, BTreeSet};

use edulac_lake::{Lake, Release};
use edulac_spec::Pipeline;
use edulac_spec::pipeline::SourceKind;
use serde::Serialize;

use crate::blocked::{Known, blocked};
use crate::error::{Error, Result};
use crate::fingerprint::{Cause, Fingerprint, Upstream};
use crate::record::{RunRecord, TableStatus};
use crate::reuses::Concern;
use crate::run::RunOptions;
use crate::withdraw::Withdrawn;
use crate::{Workspace, extraction, of_lake, reuses, runs, scope};

/// What a run would do, as far as can be known without asking the sources: they are taken as the archive has them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The release that the next one would follow; none when the lake is empty.
    pub release: Option<String>,
    /// Pipelines in the order of the run.
    pub pipelines: Vec<PipelinePlan>,
    /// Reuses of the lake that use a column which goes or changes with its contract.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reuses: Vec<Concern>,
}

/// What would be done of one pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PipelinePlan {
    /// Its name.
    pub pipeline: String,
    /// What it reads.
    pub sources: Vec<SourcePlan>,
    /// What it makes.
    pub tables: Vec<TablePlan>,
}

/// A source of a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourcePlan {
    /// Its name in the pipeline.
    pub source: String,
    /// `opendatasoft`, `http`, `file`, `rnb`, `lake`, `previous`.
    pub kind: &'static str,
    /// Where it is: an address, a dataset, a table.
    pub place: String,
    /// The newest extract in the archive; none when it was never extracted, or is a table of the lake.
    pub extract: Option<String>,
    /// Its table would not be there, and the pipeline does without: the source has no rows.
    pub absent: bool,
}

/// A table of a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TablePlan {
    /// Its name.
    pub table: String,
    /// Its contract, with its version.
    pub contract: String,
    /// Rows in the last release; none when it is not there.
    pub rows: Option<u64>,
    /// The steps that lead to it.
    pub steps: Vec<String>,
    /// Why it would be made; empty: it stays as it is while its sources do.
    pub causes: Vec<Cause>,
    /// What would hold it all the same, as far as is known; empty: nothing.
    pub held: Vec<String>,
}

/// What is to be done about a table.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) table: String,
    pub(crate) fingerprint: Fingerprint,
    /// Empty: nothing.
    pub(crate) causes: Vec<Cause>,
}

/// What is known of the last release and the last run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Before {
    /// Fingerprints with which a table has the content of the last release.
    known: BTreeMap<String, Vec<String>>,
}

impl Before {
    /// A run that found other inputs but the same content left the table as it was: its record says so.
    ///
    /// `runs` are the records of the archive, newest first; those of another lake are passed over.
    pub(crate) fn new(
        lake: &Lake,
        release: Option<&Release>,
        runs: impl Iterator<Item = Result<RunRecord>>,
    ) -> Result<Self> {
        let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Some(release) = release else {
            return Ok(Self::default());
        };
        for (name, table) in &release.tables {
            known
                .entry(name.clone())
                .or_default()
                .push(table.fingerprint.clone());
        }
        let (lake, base) = (lake.location().to_string(), Some(base(release)));
        for run in runs {
            let run = run?;
            if run.lake != lake {
                continue;
            }
            if run.base != base {
                break;
            }
            let unchanged = run
                .tables
                .iter()
                .filter(|table| table.status == TableStatus::Unchanged);
            for table in unchanged {
                if let Some(same) = known.get_mut(&table.table) {
                    same.extend(table.fingerprint.clone());
                }
            }
        }
        Ok(Self { known })
    }

    fn causes(&self, table: &str, fingerprint: &Fingerprint) -> Vec<Cause> {
        let Some(known) = self.known.get(table) else {
            return fingerprint.causes(None);
        };
        let all = known.iter().map(|before| fingerprint.causes(Some(before)));
        all.min_by_key(Vec::len).unwrap_or_default()
    }
}

/// Decides about each table of a pipeline. `sources` and `tables` give the content of what it reads.
pub(crate) fn decide(
    workspace: &Workspace,
    pipeline: &Pipeline,
    before: &Before,
    sources: &dyn Fn(&str) -> Option<String>,
    tables: &dyn Fn(&str) -> Option<String>,
) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for (name, table) in &pipeline.tables {
        // A loaded workspace has a contract for every table.
        if let Some(contract) = workspace.contracts.get(&table.contract) {
            let fingerprint = Fingerprint::of(pipeline, table, contract, sources, tables);
            decisions.push(Decision {
                table: name.clone(),
                causes: before.causes(name, &fingerprint),
                fingerprint,
            });
        }
    }
    decisions
}

/// The pipelines asked for, in the order of the run; all of them when none is named.
pub(crate) fn selected<'a>(
    workspace: &'a Workspace,
    names: &[String],
) -> Result<Vec<&'a Pipeline>> {
    let all = &workspace.project.pipelines;
    if let Some(unknown) = names
        .iter()
        .find(|name| !all.iter().any(|p| p.name == **name))
    {
        return Err(Error::UnknownPipeline {
            name: unknown.clone(),
            known: all.iter().map(|pipeline| pipeline.name.clone()).collect(),
        });
    }
    let wanted = |pipeline: &&Pipeline| names.is_empty() || names.contains(&pipeline.name);
    Ok(all.iter().filter(wanted).collect())
}

/// Plans a run. Reads the archive and the lake, asks no source, writes nothing.
///
/// # Errors
/// An unknown pipeline; a lake or an archive that cannot be read; pipelines that do not fit their sources as they were
/// extracted last, where more than the sources changed: a run would stop there too.
pub async fn plan(workspace: &Workspace, options: &RunOptions) -> Result<Plan> {
    plan_for(workspace, options, &BTreeSet::new()).await
}

/// The plan when these sources (`pipeline.source`) have another content than their newest extract.
pub(crate) async fn plan_for(
    workspace: &Workspace,
    options: &RunOptions,
    changed: &BTreeSet<String>,
) -> Result<Plan> {
    let pipelines = selected(workspace, &options.pipelines)?;
    let lake = workspace.lake()?;
    let release = lake.latest().await?;
    let withdrawn = Withdrawn::of(&lake).await?;
    warn_of_tables_left(workspace, release.as_ref());
    sources_are_there(workspace, &pipelines, release.as_ref())?;
    scope::check(release.as_ref(), &pipelines, options.new_scope)?;
    let before = Before::new(&lake, release.as_ref(), runs::newest_first(workspace)?)?;
    let mut to_make: BTreeSet<String> = BTreeSet::new();
    let mut planned = Vec::new();
    let mut wrong = Vec::new();
    for pipeline in pipelines {
        let archived = extraction::archived(workspace, pipeline)?;
        let contents = extraction::contents(workspace, pipeline, &withdrawn)?;
        let sources = |name: &str| {
            if changed.contains(&extraction::full_name(pipeline, name)) {
                return Some("to be fetched".to_owned());
            }
            contents.get(name).cloned()
        };
        let tables = |name: &str| match to_make.contains(name) {
            true => Some("to be made".to_owned()),
            false => release_content(release.as_ref(), name),
        };
        let decisions = decide(workspace, pipeline, &before, &sources, &tables);
        let records = |full: &str| {
            let name = full.split_once('.').map_or(full, |(_, name)| name);
            let receipt = archived.get(name).filter(|_| !changed.contains(full));
            receipt.map(|receipt| receipt.records.parsed)
        };
        let known = Known {
            records: &records,
            failures: &BTreeMap::new(),
            withdrawn: &withdrawn,
            waived: &options.accept_shrink,
        };
        let (mut blocked, faults) =
            blocked(workspace, pipeline, release.as_ref(), &known, &decisions);
        wrong.extend(faults);
        let mut plans = Vec::new();
        for decision in decisions {
            let table = &pipeline.tables[&decision.table];
            let contract = &workspace.contracts[&table.contract];
            let findings = blocked.remove(&decision.table).unwrap_or_default();
            let held: Vec<String> = findings
                .into_iter()
                .filter(|finding| finding.blocking)
                .map(|finding| finding.message)
                .collect();
            if !decision.causes.is_empty() && held.is_empty() {
                to_make.insert(decision.table.clone());
            }
            let released = release.as_ref().and_then(|r| r.tables.get(&decision.table));
            plans.push(TablePlan {
                contract: format!("{} {}", contract.name(), contract.version()),
                rows: released.map(|table| table.rows),
                steps: Upstream::of(pipeline, &table.from)
                    .steps
                    .iter()
                    .map(|step| step.name.clone())
                    .collect(),
                table: decision.table,
                causes: decision.causes,
                held,
            });
        }
        let is_there = |table: &str| {
            let released = release
                .as_ref()
                .is_some_and(|r| r.tables.contains_key(table));
            released || to_make.contains(table)
        };
        let absent = of_lake::absent(workspace, pipeline, release.as_ref(), &is_there);
        let sources = pipeline.sources.iter().map(|(name, source)| {
            let (kind, place) = place(&source.kind);
            let full = extraction::full_name(pipeline, name);
            SourcePlan {
                absent: absent.iter().any(|absent| absent.source == full),
                source: name.clone(),
                kind,
                place,
                extract: archived
                    .get(name)
                    .map(|receipt| receipt.extract.to_string()),
            }
        });
        planned.push(PipelinePlan {
            pipeline: pipeline.name.clone(),
            sources: sources.collect(),
            tables: plans,
        });
    }
    if !wrong.is_empty() {
        return Err(Error::Files(wrong));
    }
    Ok(Plan {
        reuses: reuses::of_contracts(workspace, release.as_ref()),
        release: release.map(|release| release.id),
        pipelines: planned,
    })
}

/// A release, and the moment of its publication: two lakes may have a release of the same name.
pub(crate) fn base(release: &Release) -> String {
    format!("{} {}", release.id, release.created.to_rfc3339())
}

/// Every table of the lake that the pipelines need is in the last release, or made by one of them before.
pub(crate) fn sources_are_there(
    workspace: &Workspace,
    pipelines: &[&Pipeline],
    release: Option<&Release>,
) -> Result<()> {
    for pipeline in pipelines {
        for (name, source) in &pipeline.sources {
            let Some(table) = source.kind.needed_table() else {
                continue;
            };
            let made = workspace.project.table(table).map(|(maker, _)| &maker.name);
            let is_made = pipelines
                .iter()
                .any(|pipeline| Some(&pipeline.name) == made);
            if !is_made && !release.is_some_and(|release| release.tables.contains_key(table)) {
                return Err(Error::table_not_there(pipeline, name, table));
            }
        }
    }
    Ok(())
}

/// Tables of the release that no pipeline of the project makes: they stay in every release as they are.
pub(crate) fn warn_of_tables_left(workspace: &Workspace, release: Option<&Release>) {
    let tables = release
        .into_iter()
        .flat_map(|release| release.tables.keys());
    for table in tables.filter(|table| workspace.project.table(table).is_none()) {
        tracing::warn!(
            "no pipeline makes the table `{table}` any more: it stays in the release as it is"
        );
    }
}

/// The content of a released table.
pub(crate) fn release_content(release: Option<&Release>, table: &str) -> Option<String> {
    let table = release?.tables.get(table)?;
    Some(crate::fingerprint::content(
        table.files.iter().map(|file| file.path.as_str()),
    ))
}

fn place(kind: &SourceKind) -> (&'static str, String) {
    match kind {
        SourceKind::Opendatasoft {
            portal, dataset, ..
        } => (
            "opendatasoft",
            format!("{}/{dataset}", portal.trim_end_matches('/')),
        ),
        SourceKind::Http { url, .. } => ("http", url.clone()),
        SourceKind::File { url, .. } => ("file", url.clone()),
        SourceKind::Rnb { departements } => {
            let codes: Vec<String> = departements.iter().map(ToString::to_string).collect();
            ("rnb", codes.join(", "))
        }
        SourceKind::RnbNational {} => ("rnb_national", "France".to_owned()),
        SourceKind::RnbDiff { since } => (
            "rnb_diff",
            since.map_or_else(String::new, |since| format!("since {since}")),
        ),
        SourceKind::Lake { table, .. } => ("lake", table.clone()),
        SourceKind::Previous { table } => ("previous", table.clone()),
    }
}
