//! What a run does meanwhile: progress bars on a terminal, lines of log else.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use edulac_engine::{Event, Extraction, Observer};
use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};

/// How often a bar that waits moves.
const TICK: Duration = Duration::from_millis(120);

/// Shows the events of a run.
pub(crate) struct Progress {
    bars: MultiProgress,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    sources: HashMap<String, Source>,
    pipeline: Option<ProgressBar>,
}

/// A source on its way: what is known of it so far.
struct Source {
    bar: ProgressBar,
    received: Option<String>,
    records: Option<u64>,
}

impl Source {
    fn show(&self) {
        let records = self.records.map(|records| format!("{records} records"));
        let parts: Vec<String> = self.received.clone().into_iter().chain(records).collect();
        self.bar.set_message(parts.join(", "));
    }
}

impl Progress {
    pub(crate) fn new(bars: &MultiProgress) -> Self {
        Self {
            bars: bars.clone(),
            shown: Mutex::default(),
        }
    }

    /// Takes all bars away.
    pub(crate) fn finish(&self) {
        let mut shown = self.shown();
        for (_, source) in shown.sources.drain() {
            source.bar.finish_and_clear();
        }
        if let Some(bar) = shown.pipeline.take() {
            bar.finish_and_clear();
        }
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn source_started(&self, name: String) {
        let bar = self.bars.add(ProgressBar::new_spinner());
        bar.set_style(style("{spinner} {prefix}  {msg}"));
        bar.set_prefix(name.clone());
        bar.enable_steady_tick(TICK);
        let source = Source {
            bar,
            received: None,
            records: None,
        };
        self.shown().sources.insert(name, source);
    }

    fn source_progress(&self, name: &str, event: &Extraction) {
        if let Some(source) = self.shown().sources.get_mut(name) {
            match event {
                Extraction::Received { part, bytes, total } => {
                    let total = total.map(|total| format!(" of {}", HumanBytes(total)));
                    let part = part.as_ref().map(|part| format!("{part}: "));
                    source.received = Some(format!(
                        "{}{}{}",
                        part.unwrap_or_default(),
                        HumanBytes(*bytes),
                        total.unwrap_or_default()
                    ));
                }
                Extraction::Read { records } => source.records = Some(*records),
                Extraction::Waiting { milliseconds } => {
                    return source
                        .bar
                        .set_message(format!("waits {} s", milliseconds.div_ceil(1000)));
                }
                _ => {}
            }
            source.show();
        }
    }

    fn pipeline_started(&self, name: String, work: usize) {
        let bar = self.bars.add(ProgressBar::new(work as u64));
        bar.set_style(style("{bar:24} {pos}/{len} {prefix}  {msg}"));
        bar.set_prefix(name);
        if let Some(before) = self.shown().pipeline.replace(bar) {
            before.finish_and_clear();
        }
    }

    fn advance(&self, message: String) {
        if let Some(bar) = &self.shown().pipeline {
            bar.inc(1);
            bar.set_message(message);
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: Event) {
        match event {
            Event::SourceStarted { source } => {
                tracing::info!(source, "source asked for");
                self.source_started(source);
            }
            Event::SourceProgress { source, event } => {
                if let Extraction::Waiting { milliseconds } = event {
                    tracing::info!(source, milliseconds, "source makes us wait");
                }
                self.source_progress(&source, &event);
            }
            Event::SourceFinished {
                source,
                records,
                unchanged,
            } => {
                tracing::info!(source, records, unchanged, "source read");
                if let Some(source) = self.shown().sources.remove(&source) {
                    source.bar.finish_and_clear();
                }
            }
            Event::SourceFailed { source, error } => {
                tracing::info!(source, error, "source not read");
                if let Some(source) = self.shown().sources.remove(&source) {
                    source.bar.finish_and_clear();
                }
            }
            Event::SourceAbsent { source, table } => {
                tracing::info!(source, table, "table not in the lake, source without rows");
            }
            Event::PipelineStarted { pipeline, work } => {
                tracing::info!(pipeline, work, "pipeline begun");
                self.pipeline_started(pipeline, work);
            }
            Event::StepFinished { step, rows } => {
                tracing::info!(step, rows, "step computed");
                self.advance(step);
            }
            Event::TableStaged {
                table,
                accepted,
                rejected,
            } => {
                tracing::info!(table, accepted, rejected, "table checked");
                self.advance(table);
            }
            Event::TableCommitted { table, version } => {
                tracing::info!(table, version, "table committed");
            }
            Event::Released { release } => tracing::info!(release, "release published"),
            _ => {}
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
