//! Pipelines run: the DataFusion session, the step graph, the plan, the run and its accounts.
//!
//! The way of a run: [`Workspace::load`] reads and checks the files of a project; [`plan`] says what would run and why;
//! [`run`] extracts, computes what changed, checks it against its contracts and publishes a release; [`query`] and
//! [`rejects`] read what came out.

mod blocked;
mod candidates;
mod carried;
mod check;
mod clock;
mod columns;
mod content_date;
mod diff;
mod drift;
mod error;
mod explain;
mod export;
mod extraction;
mod extracts;
mod fault;
mod fingerprint;
mod graph;
mod history;
mod job;
mod lineage;
mod links;
mod mirror;
mod notes;
mod notify;
mod observer;
mod of_lake;
mod plan;
mod publish;
mod query;
mod questions;
mod rebuild;
pub mod record;
mod references;
mod rejects;
mod released;
mod reuses;
mod run;
mod runs;
mod schedule;
mod scope;
mod session;
mod sql;
mod step_columns;
mod table;
mod unit_test;
mod vacuum;
mod values;
mod vintage;
mod watch;
mod withdraw;
mod workspace;

pub use clock::NOW;
pub use diff::{
    CauseKind, ChangeCause, ColumnChanges, ContractChange, Diff, Retyped, TableDiff, TableFeed,
    diff, feed,
};
pub use drift::Drift;
pub use edulac_extract::Event as Extraction;
pub use error::{Error, Result, StepError};
pub use explain::{
    Change, ChangeKind, ExplainOptions, Explanation, Group, RejectedRow, Shared, Site, SourceStory,
    TableRows, explain,
};
pub use export::{about, citation_as, citation_of, explained_query, export, sources_of};
pub use extracts::{Extracts, ExtractsRequest, Territory, TerritoryExtract, extracts};
pub use fingerprint::{Cause, Fingerprint};
pub use lineage::{
    ColumnLineage, Dataset, Field, Lineage, Origin, TableLineage, Use, lineage, lineage_of,
};
pub use links::{
    Bin, Coverage, Distances, Drawn, Evidence, Label, LinkMeasure, LinkReport, LinkReview,
    MeasuredPart, ReviewOptions, Share, StratumSize, TruthMeasure, TruthPairs, TruthPart, Verdict,
    label_links, link_measure, link_report, link_review,
};
pub use mirror::{MirrorRequest, mirror};
pub use observer::{Event, NoObserver, Observer};
pub use plan::{PipelinePlan, Plan, SourcePlan, TablePlan, plan};
pub use query::{QueryResult, query};
pub use rebuild::{DifferingFile, FileFate, LakeInput, Rebuilt, RebuiltTable, Why, rebuild};
pub use record::{Outcome, RunRecord};
pub use rejects::{TableRejects, rejects};
pub use released::{Released, Row};
pub use reuses::{Concern, ContractDiff, contract_diff};
pub use run::{RunOptions, run};
pub use scope::scope_in_words;
pub use unit_test::{PipelineTests, TestOutcome, unit_tests};
pub use vacuum::{
    ArchiveVacuum, ArchivedExtract, ArchivedRun, KEPT_RELEASES, Vacuum, hold, unhold, vacuum,
};
pub use values::{ColumnValues, Quantile, ValueCount, column_values};
pub use watch::{SourceState, SourceWatch, Watch, watch};
pub use withdraw::withdraw;
pub use workspace::Workspace;
