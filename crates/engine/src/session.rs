//! The DataFusion session: memory and threads of the profile, the functions of `geo` and `normalise`.

use std::path::Path;
use std::sync::Arc;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::Error;

/// What a session may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Memory of sorts, joins and aggregations, in MiB; beyond it they spill.
    pub memory_mib: usize,
    /// Threads, and so partitions of a plan.
    pub threads: usize,
}

/// Consumers named in an out-of-memory error.
const CONSUMERS_SHOWN: usize = 3;

/// A session that spills below `work`. Text and binary columns are plain arrays (no views): the same types as in the
/// files of the lake.
pub(crate) fn session(limits: Limits, work: &Path) -> Result<SessionContext, Error> {
    let consumers = std::num::NonZeroUsize::new(CONSUMERS_SHOWN).unwrap_or(std::num::NonZeroUsize::MIN);
    let pool = TrackConsumersPool::new(FairSpillPool::new(limits.memory_mib << 20), consumers);
    let disk = DiskManagerBuilder::default()
        .with_mode(DiskManagerMode::Directories(vec![work.to_path_buf()]));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(pool))
        .with_disk_manager_builder(disk)
        .build_arc()
        .map_err(Error::Engine)?;
    let config = SessionConfig::new()
        .with_target_partitions(limits.threads.max(1))
        .with_information_schema(true)
        .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
    let ctx = SessionContext::new_with_config_rt(config, runtime);
    edulac_geo::register(&ctx);
    edulac_normalise::register(&ctx);
    Ok(ctx)
}
