//! Findings as people read them.

use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::Diagnostic;

/// Width of the messages where nothing says otherwise, in columns.
pub const DEFAULT_WIDTH: usize = 80;

/// All findings, sorted by file and place, each with `file:line:column`, the line itself and the remedy.
pub fn render(diagnostics: &[Diagnostic], width: usize, colour: bool) -> String {
    let theme = if colour {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_links(false);
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (&diagnostic.source.name, diagnostic.span.start));

    let mut out = String::new();
    for diagnostic in sorted {
        if !out.is_empty() {
            out.push('\n');
        }
        let start = out.len();
        if handler.render_report(&mut out, diagnostic).is_err() {
            out.truncate(start);
            out.push_str(&plain(diagnostic));
        }
    }
    out
}

/// The finding without its picture: what is left when the picture cannot be drawn.
fn plain(diagnostic: &Diagnostic) -> String {
    let (line, column) = diagnostic.line_column();
    let help = diagnostic.help.as_deref().unwrap_or_default();
    let name = &diagnostic.source.name;
    format!("{name}:{line}:{column}: {}\n{help}\n", diagnostic.message)
}
