//! The steps of a pipeline, computed in the order of the data.
//!
//! Each step's rows are kept in a file of the work folder: they are counted there, read by every step and table that
//! needs them, and computed once. Only columns computed from a source row by row, for one or two readers, are computed where
//! they are read: writing and reading them again would cost more.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use datafusion::config::TableParquetOptions;
use datafusion::dataframe::{DataFrame, DataFrameWriteOptions};
use datafusion::execution::options::ParquetReadOptions;
use datafusion::prelude::{SQLOptions, SessionContext};
use edulac_link::{LinkInputs, LinkOptions, LocateOptions, SiteInputs};
use edulac_spec::pipeline::{LinkBuildings, Locate, Passage, Step};
use edulac_spec::{NamedStep, Pipeline};

use crate::columns::{normalise_finding, query_finding};
use crate::error::{Error, Result, StepError};
use crate::fault::{is_of_query, query_fault};
use crate::record::{Edge, StepRecord};
use crate::sql;

/// Readers of a step up to which computing its columns again costs less than a file of them.
const READERS_IN_PASSING: usize = 2;

/// A pipeline under way.
pub(crate) struct Graph<'a> {
    ctx: SessionContext,
    pipeline: &'a Pipeline,
    work: PathBuf,
    /// Where lists for people go.
    lists: PathBuf,
    rows: BTreeMap<String, u64>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(
        ctx: SessionContext,
        pipeline: &'a Pipeline,
        work: &Path,
        lists: &Path,
    ) -> Self {
        Self {
            ctx,
            pipeline,
            work: work.to_owned(),
            lists: lists.to_owned(),
            rows: BTreeMap::new(),
        }
    }

    pub(crate) fn ctx(&self) -> &SessionContext {
        &self.ctx
    }

    /// Makes a source known under its name.
    pub(crate) fn add(&mut self, name: &str, frame: DataFrame, rows: u64) -> Result<()> {
        let fail = Error::step(&self.pipeline.name, name);
        self.ctx
            .register_table(name, frame.into_view())
            .map_err(fail)?;
        self.rows.insert(name.to_owned(), rows);
        Ok(())
    }

    /// Parquet files as they are, whatever their number of rows.
    pub(crate) async fn read(&self, name: &str, files: &[PathBuf]) -> Result<DataFrame> {
        let paths: Vec<String> = files
            .iter()
            .map(|path| path.to_string_lossy().into_owned())
            .collect();
        self.ctx
            .read_parquet(paths, ParquetReadOptions::default())
            .await
            .map_err(Error::step(&self.pipeline.name, name))
    }

    /// The rows of a source or step.
    pub(crate) async fn frame(&self, name: &str) -> Result<DataFrame> {
        self.ctx
            .table(name)
            .await
            .map_err(Error::step(&self.pipeline.name, name))
    }

    /// The rows of a source or step that an option names, when it does.
    async fn given(&self, name: Option<&str>) -> Result<Option<DataFrame>> {
        match name {
            Some(name) => self.frame(name).await.map(Some),
            None => Ok(None),
        }
    }

    /// Computes a step.
    pub(crate) async fn compute(&mut self, step: &NamedStep) -> Result<StepRecord> {
        let frame = self.frame_of(step).await?;
        let rows = match self.read_in_passing(step, &frame) {
            Some(rows) => {
                let fail = Error::step(&self.pipeline.name, &step.name);
                let view = frame.into_view();
                self.ctx.register_table(&step.name, view).map_err(fail)?;
                rows
            }
            None => self.keep(&step.name, frame).await?,
        };
        self.rows.insert(step.name.clone(), rows);
        let unlinked = match &step.step {
            Step::LinkBuildings(options) => Box::pin(self.unlinked(&step.name, options)).await?,
            _ => BTreeMap::new(),
        };
        let (kind, first, motive) = match &step.step {
            Step::Normalise(normalise) => ("normalise", Some(&normalise.from), None),
            Step::Locate(locate) => ("locate", Some(&locate.points), None),
            Step::Sql(sql) => ("sql", None, sql.motive.clone()),
            Step::LinkBuildings(_) => ("link_buildings", None, None),
            Step::Passage(passage) => ("passage", Some(&passage.from), None),
            Step::Sites(_) => ("sites", None, None),
        };
        let mut inputs: Vec<Edge> = step.inputs.iter().map(|input| self.edge(input)).collect();
        if let Some(first) = first {
            inputs.sort_by_key(|edge| edge.from != *first);
        }
        Ok(StepRecord {
            step: format!("{}.{}", self.pipeline.name, step.name),
            kind: kind.to_owned(),
            inputs,
            rows,
            preserves_rows: first.is_some(),
            expected: self.expected(step),
            motive,
            unlinked,
        })
    }

    /// Establishments without an accepted link: counted by reason, and listed in the archive beside the rejects.
    async fn unlinked(&self, step: &str, options: &LinkBuildings) -> Result<BTreeMap<String, u64>> {
        let fail = Error::step(&self.pipeline.name, step);
        let establishments = self.frame(&options.establishments).await?;
        let links = self.frame(step).await?;
        let options = LinkOptions {
            max_distance_m: options.max_distance_m,
        };
        let frame = edulac_link::unlinked(&self.ctx, establishments, links, &options)
            .await
            .map_err(|source| Error::Step {
                pipeline: self.pipeline.name.clone(),
                step: step.to_owned(),
                source: Box::new(StepError::Link(source)),
            })?;
        let mut counts = BTreeMap::new();
        for batch in frame.clone().collect().await.map_err(fail.clone())? {
            let reasons = batch
                .column_by_name("motif")
                .and_then(|c| c.as_string_opt::<i32>());
            for reason in reasons.into_iter().flatten().flatten() {
                *counts.entry(reason.to_owned()).or_default() += 1;
            }
        }
        std::fs::create_dir_all(&self.lists).map_err(Error::io(&self.lists))?;
        let path = self.lists.join(format!(
            "{}.{step}.sans_batiment.parquet",
            self.pipeline.name
        ));
        let write = DataFrameWriteOptions::new().with_single_file_output(true);
        frame
            .write_parquet(&path.to_string_lossy(), write, None)
            .await
            .map_err(fail)?;
        Ok(counts)
    }

    /// The rows that come out of a step unless it says why not.
    fn expected(&self, step: &NamedStep) -> Option<u64> {
        let Step::Sql(sql) = &step.step else {
            return None;
        };
        let all = || step.inputs.iter().map(|input| self.edge(input).rows).sum();
        (step.inputs.len() == 1 || sql::is_union(&sql.query)).then(all)
    }

    pub(crate) fn edge(&self, input: &str) -> Edge {
        Edge {
            from: input.to_owned(),
            rows: self.rows.get(input).copied().unwrap_or_default(),
        }
    }

    async fn frame_of(&self, step: &NamedStep) -> Result<DataFrame> {
        let fail = Error::step(&self.pipeline.name, &step.name);
        let link = |source| Error::Step {
            pipeline: self.pipeline.name.clone(),
            step: step.name.clone(),
            source: Box::new(StepError::Link(source)),
        };
        match &step.step {
            Step::Normalise(normalise) => {
                let input = self.frame(&normalise.from).await?;
                edulac_normalise::normalise(input, normalise).map_err(|error| {
                    Error::Files(vec![normalise_finding(
                        self.pipeline,
                        &step.name,
                        &normalise.from,
                        &error,
                    )])
                })
            }
            Step::Sql(sql) => {
                let only_queries = SQLOptions::new()
                    .with_allow_ddl(false)
                    .with_allow_dml(false)
                    .with_allow_statements(false);
                let planned = self.ctx.sql_with_options(&sql.query, only_queries).await;
                planned.map_err(|error| match is_of_query(&error) {
                    true => {
                        let fault = query_fault(&sql.query, &error);
                        Error::Files(vec![query_finding(self.pipeline, &step.name, fault)])
                    }
                    false => fail(error),
                })
            }
            Step::Locate(locate) => {
                let points = self.frame(&locate.points).await?;
                let options = self.locate_options(locate, &points).await?;
                edulac_link::locate_step(&self.ctx, points, &options)
                    .await
                    .map_err(link)
            }
            Step::LinkBuildings(options) => {
                let inputs = LinkInputs {
                    establishments: self.frame(&options.establishments).await?,
                    buildings: self.frame(&options.buildings).await?,
                    declared: self.given(options.declared.as_deref()).await?,
                    perimeters: self.given(options.perimeters.as_deref()).await?,
                    addresses: self.given(options.addresses.as_deref()).await?,
                    corrections: self.given(options.corrections.as_deref()).await?,
                };
                let options = LinkOptions {
                    max_distance_m: options.max_distance_m,
                };
                edulac_link::link_step(&self.ctx, &inputs, &options)
                    .await
                    .map_err(link)
            }
            Step::Passage(passage) => self.passage(&step.name, passage).await,
            Step::Sites(sites) => {
                let inputs = SiteInputs {
                    places: self.frame(&sites.places).await?,
                    links: self.frame(&sites.links).await?,
                    perimeters: self.given(sites.perimeters.as_deref()).await?,
                    groups: self.given(sites.groups.as_deref()).await?,
                    previous: self.given(sites.previous.as_deref()).await?,
                };
                edulac_link::sites_step(&self.ctx, &inputs)
                    .await
                    .map_err(link)
            }
        }
    }

    async fn passage(&self, step: &str, passage: &Passage) -> Result<DataFrame> {
        let input = self.frame(&passage.from).await?;
        let movements = self.frame(&passage.movements).await?;
        let communes = self.given(passage.communes.as_deref()).await?;
        let planned = edulac_normalise::passage(input, movements, communes, passage).await;
        planned.map_err(|error| match &error {
            edulac_normalise::Error::UnknownColumn { pointer, .. } => {
                let read = passage_input(passage, pointer);
                Error::Files(vec![normalise_finding(self.pipeline, step, read, &error)])
            }
            _ => Error::Step {
                pipeline: self.pipeline.name.clone(),
                step: step.to_owned(),
                source: Box::new(StepError::Normalise(error)),
            },
        })
    }

    async fn locate_options(&self, locate: &Locate, points: &DataFrame) -> Result<LocateOptions> {
        let mut within = Vec::new();
        for (name, areas) in &locate.within {
            let declared = areas.declared_column(name);
            // The default name of the declared code is no obligation to have one.
            let has = points.schema().has_column_with_unqualified_name(&declared);
            within.push(edulac_link::Within {
                name: name.clone(),
                areas: self.frame(&areas.areas).await?,
                levels: areas.levels.clone(),
                level_column: (!areas.levels.is_empty()).then(|| areas.level_column.clone()),
                code_column: areas.code_column.clone(),
                declared_column: (has || areas.declared.is_some()).then_some(declared),
            });
        }
        Ok(LocateOptions {
            within,
            straddling_m: locate.report_straddling_within_m,
        })
    }

    /// The rows of a step whose columns are computed from those of a source, row by row, and that few read; none: it is kept.
    fn read_in_passing(&self, step: &NamedStep, frame: &DataFrame) -> Option<u64> {
        let [source] = step.inputs.as_slice() else {
            return None;
        };
        let steps = self.pipeline.steps.iter();
        let readers = steps.filter(|other| other.inputs.contains(&step.name));
        let tables = self.pipeline.tables.values();
        let readers = readers.count() + tables.filter(|table| table.from == step.name).count();
        let passing = readers <= READERS_IN_PASSING
            && self.pipeline.sources.contains_key(source)
            && sql::keeps_every_row(frame.logical_plan());
        passing.then(|| self.edge(source).rows)
    }

    /// Writes the rows of a step to its file and makes them known under its name.
    async fn keep(&self, name: &str, frame: DataFrame) -> Result<u64> {
        let fail = Error::step(&self.pipeline.name, name);
        let path = self.work.join(format!("{name}.parquet"));
        let schema = Arc::clone(frame.schema().inner());
        let write = DataFrameWriteOptions::new().with_single_file_output(true);
        let written = frame
            .write_parquet(&path.to_string_lossy(), write, Some(passing_file()))
            .await
            .map_err(fail.clone())?;
        let rows = written
            .iter()
            .filter_map(|batch| {
                let counts = batch.column(0).as_primitive_opt::<UInt64Type>()?;
                Some(counts.values().iter().sum::<u64>())
            })
            .sum();
        let options = ParquetReadOptions::default().schema(&schema);
        self.ctx
            .register_parquet(name, path.to_string_lossy(), options)
            .await
            .map_err(fail)?;
        Ok(rows)
    }
}

/// The input of a `passage` step that an option of it is about.
fn passage_input<'a>(passage: &'a Passage, pointer: &str) -> &'a str {
    match pointer {
        "/movements" => &passage.movements,
        "/communes" => passage.communes.as_deref().unwrap_or_default(),
        _ => &passage.from,
    }
}

/// A file that is written once, read a few times and thrown away: quick rather than small.
fn passing_file() -> TableParquetOptions {
    let mut options = TableParquetOptions::new();
    options.global.compression = Some("snappy".to_owned());
    options.global.statistics_enabled = Some("none".to_owned());
    options.global.dictionary_enabled = Some(false);
    // A row group is held in memory until it is whole.
    options.global.max_row_group_size = 65_536;
    options
}
