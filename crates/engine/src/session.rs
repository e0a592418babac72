//! The DataFusion session: memory and threads of the profile, the functions of `geo` and `normalise`.

use std::path::Path;
use std::sync::Arc;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use edulac_spec::Profile;

use crate::error::{Error, Result};
use crate::sql::with_places;

/// Memory of a session when the profile does not say, in MiB.
const DEFAULT_MEMORY_MIB: u32 = 1024;

/// What a session may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Memory of sorts, joins and aggregations, in MiB; beyond it they spill.
    memory_mib: usize,
    /// Threads, and so partitions of a plan.
    threads: usize,
}

impl Limits {
    /// Without a profile.
    pub(crate) fn of_machine() -> Self {
        Self::from(None, None)
    }

    /// Those of a profile; all threads of the machine when it does not say.
    pub(crate) fn of(profile: &Profile) -> Self {
        Self::from(profile.memory_mib, profile.threads)
    }

    fn from(memory_mib: Option<u32>, threads: Option<u16>) -> Self {
        let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            memory_mib: memory_mib.unwrap_or(DEFAULT_MEMORY_MIB) as usize,
            threads: threads.map_or(all, usize::from),
        }
    }
}

/// Consumers named in an out-of-memory error.
const CONSUMERS_SHOWN: usize = 3;

/// A session that spills below `work`. Text and binary columns are plain arrays (no views): the same types as in the
/// files of the lake.
pub(crate) fn session(limits: Limits, work: &Path) -> Result<SessionContext> {
    let consumers =
        std::num::NonZeroUsize::new(CONSUMERS_SHOWN).unwrap_or(std::num::NonZeroUsize::MIN);
    let pool = TrackConsumersPool::new(FairSpillPool::new(limits.memory_mib << 20), consumers);
    let disk = DiskManagerBuilder::default()
        .with_mode(DiskManagerMode::Directories(vec![work.to_path_buf()]));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(pool))
        .with_disk_manager_builder(disk)
        .build_arc()
        .map_err(Error::session)?;
    let config = with_places(SessionConfig::new())
        .with_target_partitions(limits.threads.max(1))
        .with_information_schema(true)
        .set_bool(
            "datafusion.execution.parquet.schema_force_view_types",
            false,
        )
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
    let ctx = SessionContext::new_with_config_rt(config, runtime);
    functions(&ctx);
    Ok(ctx)
}

/// Registers the SQL functions of `geo` and `normalise`.
pub(crate) fn functions(ctx: &SessionContext) {
    edulac_geo::register(ctx);
    edulac_normalise::register(ctx);
}
