//! Logs on stderr.

use std::io::{self, Write};

use indicatif::MultiProgress;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::args::{Global, LogFormat};
use crate::printer::Printer;

/// Environment variable with a filter of `tracing` in place of `-v` and `-q`: `edulac_extract=debug`.
const FILTER: &str = "EDULAC_LOG";

/// Starts logging; to be called once.
pub(crate) fn start(global: &Global, printer: &Printer) {
    let filter = std::env::var(FILTER).ok();
    let filter = filter.and_then(|filter| EnvFilter::try_new(filter).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(level(global)));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(printer.colour())
        .with_writer(Stderr(printer.bars().clone()));
    match global.log_format {
        LogFormat::Text => logs.with_target(false).init(),
        LogFormat::Json => logs.json().flatten_event(true).init(),
    }
}

/// Libraries below us are heard when something is wrong with them, and at `-vvv`. A commit that somebody overtook is
/// an error of ours, which we tell; `deltalake_core` logs it as one of its own.
fn level(global: &Global) -> &'static str {
    match (global.quiet, global.verbose) {
        (true, _) => "error,deltalake_core::kernel::transaction=off",
        (_, 0) => "warn,deltalake_core::kernel::transaction=off",
        (_, 1) => "warn,edulac=info,deltalake_core::kernel::transaction=off",
        (_, 2) => "warn,edulac=debug",
        _ => "info,edulac=trace",
    }
}

/// Writes lines above the progress bars.
#[derive(Clone)]
struct Stderr(MultiProgress);

impl<'a> MakeWriter<'a> for Stderr {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        self.clone()
    }
}

impl Write for Stderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().lock().write(line))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
