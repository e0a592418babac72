//! One finding in a YAML file: what is wrong, where, and what to do.

use std::fmt;

use crate::{Source, Span};

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but probably does not say what its author meant.
    Warning,
}

/// A finding in a YAML file. No part of it shows a secret of the file. Printed by [`crate::render`], or by any handler of `miette`.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Stable name of the kind of finding, for example `edulac::yaml::unknown_key`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, naming the thing.
    pub message: String,
    /// The file.
    pub source: Source,
    /// The place in the file.
    pub span: Span,
    /// What to read at that place.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that explain this one.
    others: Vec<Other>,
}

/// Another place that explains a finding, shown with it.
#[derive(Debug, Clone)]
struct Other {
    source: Source,
    span: Span,
    label: String,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(
        code: &'static str,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: source.without_secrets(&message.into()),
            source: source.clone(),
            span: source.clamp(span),
            label: "here".to_owned(),
            help: None,
            others: Vec::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(
        code: &'static str,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, source, span, message)
        }
    }

    /// Says what to read at the place.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = self.source.without_secrets(&label.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(self.source.without_secrets(&help.into()));
        self
    }

    /// Does not show the place, which holds a secret.
    #[must_use]
    pub(crate) fn hiding_place(mut self) -> Self {
        self.source = self.source.hiding(self.span);
        self
    }

    /// Adds another place that explains this one, in the same file or another.
    #[must_use]
    pub fn with_related(mut self, source: &Source, span: Span, label: impl Into<String>) -> Self {
        self.others.push(Other {
            source: source.clone(),
            span: source.clamp(span),
            label: label.into(),
        });
        self
    }

    /// Is it an error (and not a warning)?
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Line and column, both from 1.
    pub fn line_column(&self) -> (usize, usize) {
        self.source.line_column(self.span.start)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

impl std::error::Error for Other {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<_>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let here = miette::LabeledSpan::new_primary_with_span(Some(self.label.clone()), self.span);
        let there = self
            .others
            .iter()
            .filter(|other| other.source == self.source)
            .map(|other| miette::LabeledSpan::new_with_span(Some(other.label.clone()), other.span));
        Some(Box::new(std::iter::once(here).chain(there)))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let elsewhere = self
            .others
            .iter()
            .filter(|other| other.source != self.source);
        Some(Box::new(
            elsewhere.map(|other| other as &dyn miette::Diagnostic),
        ))
    }
}

impl miette::Diagnostic for Other {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let label = miette::LabeledSpan::new_primary_with_span(None, self.span);
        Some(Box::new(std::iter::once(label)))
    }
}

impl From<Span> for miette::SourceSpan {
    fn from(span: Span) -> Self {
        (span.start, span.end - span.start).into()
    }
}

impl miette::SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &miette::SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        let found = self
            .shown()
            .read_span(span, context_lines_before, context_lines_after)?;
        // Columns are counted in characters, as editors do.
        let (_, column) = self.line_column(found.span().offset());
        Ok(Box::new(
            miette::MietteSpanContents::new_named(
                self.name.to_string(),
                found.data(),
                *found.span(),
                found.line(),
                column - 1,
                found.line_count(),
            )
            .with_language("yaml"),
        ))
    }
}
