//! The one place that prints: results on stdout, all else on stderr.

use std::io::{self, IsTerminal, Write};

use clap::builder::styling::{AnsiColor, Color, Style};
use edulac_yaml::Diagnostic;
use indicatif::{MultiProgress, ProgressDrawTarget};
use serde::Serialize;

use crate::args::{Format, Global, LogFormat};
use crate::error::Error;

/// Width of messages and summaries where there is no terminal, in columns.
const WIDTH: usize = 100;
/// Narrower, pictures of lines cannot be read.
const LEAST_WIDTH: usize = 60;

/// What a word of a message says about the rest of it. The word itself says it too: colour adds nothing.
#[derive(Debug, Clone, Copy)]
enum Tone {
    Error,
    Hint,
    Notice,
    Cite,
}

impl Tone {
    fn style(self) -> Style {
        let colour = match self {
            Self::Error => AnsiColor::Red,
            Self::Hint | Self::Cite => AnsiColor::Cyan,
            Self::Notice => AnsiColor::Yellow,
        };
        Style::new().bold().fg_color(Some(Color::Ansi(colour)))
    }

    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Hint => "hint",
            Self::Notice => "notice",
            Self::Cite => "cite",
        }
    }
}

/// Prints in the manner that the options and the terminal ask for.
pub(crate) struct Printer {
    format: Format,
    json_errors: bool,
    quiet: bool,
    verbose: bool,
    colour: bool,
    width: usize,
    bars: MultiProgress,
}

impl Printer {
    pub(crate) fn new(global: &Global) -> Self {
        let terminal = io::stderr().is_terminal();
        let shows_bars = terminal
            && !global.quiet
            && !global.no_progress
            && global.log_format == LogFormat::Text;
        let target = if shows_bars {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let width = terminal_size::terminal_size_of(io::stderr());
        Self {
            format: global.format,
            json_errors: global.log_format == LogFormat::Json,
            quiet: global.quiet,
            verbose: global.verbose > 0,
            colour: terminal && wants_colour(),
            width: width.map_or(WIDTH, |(width, _)| {
                usize::from(width.0).clamp(LEAST_WIDTH, WIDTH)
            }),
            bars: MultiProgress::with_draw_target(target),
        }
    }

    /// Form of the results.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Where progress bars are drawn; hidden when there are none.
    pub(crate) fn bars(&self) -> &MultiProgress {
        &self.bars
    }

    /// Whether logs are coloured.
    pub(crate) fn colour(&self) -> bool {
        self.colour
    }

    /// Columns that rows may take: those of the terminal, when results go to one.
    pub(crate) fn results_width(&self) -> Option<usize> {
        let width = terminal_size::terminal_size_of(io::stdout())?;
        Some(usize::from(width.0.0).max(LEAST_WIDTH))
    }

    /// A result as text; a final newline is added.
    pub(crate) fn result(&self, text: &str) -> Result<(), Error> {
        self.write(|out| writeln!(out, "{}", text.trim_end_matches('\n')))
    }

    /// A result as a JSON document.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), Error> {
        self.write(|out| {
            serde_json::to_writer_pretty(&mut *out, value)?;
            writeln!(out)
        })
    }

    /// A result that writes itself.
    pub(crate) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let mut out = io::stdout().lock();
        write(&mut out)
            .and_then(|()| out.flush())
            .map_err(Error::Stdout)
    }

    /// What is allowed and probably not meant.
    pub(crate) fn warnings(&self, warnings: &[Diagnostic]) {
        if !self.quiet {
            self.findings(warnings);
        }
    }

    /// Whether people want to be told what they could do next.
    pub(crate) fn hints(&self) -> bool {
        !self.quiet
    }

    /// Whether people asked for more than they need.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Something to know about the result.
    pub(crate) fn hint(&self, text: &str) {
        self.aside(Tone::Hint, text);
    }

    /// A warning of a contract against misreading the result.
    pub(crate) fn notice(&self, id: &str, text: &str) {
        self.aside(Tone::Notice, &format!("{id}: {text}"));
    }

    /// How to cite the result.
    pub(crate) fn cite(&self, text: &str) {
        self.aside(Tone::Cite, text);
    }

    fn aside(&self, tone: Tone, text: &str) {
        if self.quiet {
            return;
        }
        match self.json_errors {
            true => tracing::info!("{text}"),
            false => self.line(tone, text),
        }
    }

    /// An error: its causes, the remedy that it names, and the findings it carries.
    pub(crate) fn error(&self, error: &Error, exit_code: u8) {
        self.findings(error.findings());
        let chain = chain(error);
        if self.json_errors {
            return tracing::error!(exit_code, "{chain}");
        }
        self.line(Tone::Error, &chain);
        if let Some(hint) = error.hint(&command_line()) {
            self.line(Tone::Hint, &hint);
        }
    }

    fn findings(&self, findings: &[Diagnostic]) {
        if self.json_errors {
            for finding in findings {
                let (line, column) = finding.line_column();
                let (file, help) = (&*finding.source.name, finding.help.as_deref());
                if finding.is_error() {
                    tracing::error!(code = finding.code, file, line, column, help, "{finding}");
                } else {
                    tracing::warn!(code = finding.code, file, line, column, help, "{finding}");
                }
            }
        } else if !findings.is_empty() {
            let pictures = edulac_yaml::render(findings, self.width, self.colour);
            self.stderr(&pictures);
            self.stderr("");
        }
    }

    fn line(&self, tone: Tone, text: &str) {
        let word = tone.word();
        let text = match self.colour {
            true => {
                let style = tone.style();
                format!("{style}{word}{style:#}: {text}")
            }
            false => format!("{word}: {text}"),
        };
        self.stderr(&text);
    }

    /// What cannot be said on stderr cannot be said at all.
    fn stderr(&self, text: &str) {
        self.bars.suspend(|| {
            let _ = writeln!(io::stderr().lock(), "{}", text.trim_end_matches('\n'));
        });
    }
}

/// <https://no-color.org>: colour unless `NO_COLOR` holds something; a dumb terminal has none.
fn wants_colour() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb")
}

/// What was typed, so that it can be typed again.
pub(crate) fn command_line() -> String {
    let typed = std::env::args()
        .skip(1)
        .map(|word| match word.contains([' ', '"', '*', '$']) {
            true => format!("'{word}'"),
            false => word,
        });
    let words: Vec<String> = std::iter::once("edulac".to_owned()).chain(typed).collect();
    words.join(" ")
}

/// An error and its causes, each once: a library may repeat its cause in its own message.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut told = text.clone();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !told.contains(&message) {
            text += "\n  because: ";
            text += &message.replace('\n', "\n           ");
            told += &message;
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::chain;
    use crate::error::Error;

    #[test]
    fn an_error_is_told_with_its_causes() {
        let error = Error::Write {
            path: "config/schema/pipeline.json".into(),
            source: io::Error::new(io::ErrorKind::PermissionDenied, "permission denied"),
        };
        insta::assert_snapshot!(chain(&error));
    }

    #[test]
    fn a_cause_of_several_lines_is_told_once_too() {
        let deepest = io::Error::other("two\nlines");
        let repeats = io::Error::other(Repeats(deepest));
        let error = Error::Write {
            path: "lake".into(),
            source: repeats,
        };
        assert_eq!(
            chain(&error).matches("lines").count(),
            1,
            "{}",
            chain(&error)
        );
    }

    /// An error that says its cause in its own message, as libraries do.
    #[derive(Debug, thiserror::Error)]
    #[error("it failed: {0}")]
    struct Repeats(#[source] io::Error);
}
