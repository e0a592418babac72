//! What all requests of a run share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use reqwest::redirect::Policy;

use super::hosts::Hosts;
use super::stand_in::StandIns;
use crate::error::{Error, Origin};
use crate::progress::{Event, Progress};
use crate::settings::{Clock, Limits, Patience, Sleeper, system_sleeper};

const USER_AGENT: &str = concat!("edulac/", env!("CARGO_PKG_VERSION"));

/// The network as a run may use it: its stand-ins, its client, its courtesy to servers.
pub(crate) struct Net {
    root: PathBuf,
    frozen: bool,
    progress: Arc<dyn Progress>,
    sleeper: Sleeper,
    pub(super) clock: Clock,
    pub(super) stand_ins: StandIns,
    pub(super) client: reqwest::Client,
    pub(super) hosts: Hosts,
    pub(super) limits: Limits,
    pub(super) patience: Patience,
}

impl Net {
    /// `root` is the folder of the project, to which files and stand-in folders are relative; `endpoints` are the
    /// profile's stand-ins.
    ///
    /// # Errors
    /// A stand-in that is no address, a time that is no number, or a client that cannot be set up.
    pub(crate) fn new(
        root: &Path,
        endpoints: &IndexMap<String, String>,
        frozen: bool,
        limits: Limits,
        clock: Clock,
        progress: Arc<dyn Progress>,
    ) -> Result<Self, Error> {
        let patience = Patience::of(|name| std::env::var(name).ok())?;
        let client = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(patience.connect)
            .read_timeout(patience.idle)
            // Ours to follow: a key must not go along to another host.
            .redirect(Policy::none())
            .build()
            .map_err(|cause| Error::Client { cause })?;
        Ok(Self {
            root: root.to_owned(),
            frozen,
            progress,
            sleeper: system_sleeper(),
            clock,
            stand_ins: StandIns::new(endpoints)?,
            client,
            hosts: Hosts::default(),
            limits,
            patience,
        })
    }

    /// Waits before another attempt as this says, instead of by the system's clock.
    #[must_use]
    pub(crate) fn with_sleeper(mut self, sleeper: Sleeper) -> Self {
        self.sleeper = sleeper;
        self
    }

    /// A frozen run asks nobody anything.
    pub(super) fn check_thawed(&self, origin: &Origin) -> Result<(), Error> {
        if self.frozen {
            return Err(Error::Frozen {
                origin: origin.clone(),
            });
        }
        Ok(())
    }

    pub(super) fn in_root(&self, path: &Path) -> PathBuf {
        self.root.join(path)
    }

    pub(super) fn tell(&self, source: &str, event: Event) {
        self.progress.event(source, event);
    }

    pub(super) async fn sleep(&self, source: &str, wait: Duration) {
        let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.tell(source, Event::Waiting { milliseconds });
        (self.sleeper)(wait).await;
    }
}
