//! Findings in files, for programs.

use edulac_yaml::{Diagnostic, Severity};
use serde::Serialize;

/// A finding: lines and columns count from 1, columns in characters; no help is null.
#[derive(Debug, Serialize)]
pub(crate) struct Finding<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    label: &'a str,
    help: Option<&'a str>,
}

/// The findings, by file and place.
pub(crate) fn json(findings: &[Diagnostic]) -> Vec<Finding<'_>> {
    let mut sorted: Vec<&Diagnostic> = findings.iter().collect();
    sorted.sort_by_key(|finding| (&finding.source.name, finding.span.start));
    sorted.into_iter().map(finding).collect()
}

fn finding(diagnostic: &Diagnostic) -> Finding<'_> {
    let (line, column) = diagnostic.line_column();
    Finding {
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        code: diagnostic.code,
        message: &diagnostic.message,
        file: &diagnostic.source.name,
        line,
        column,
        label: &diagnostic.label,
        help: diagnostic.help.as_deref(),
    }
}
