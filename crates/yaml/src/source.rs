//! A text with the name it is shown under, and places in it.

use std::fmt;
use std::sync::Arc;

use crate::secret;

/// A YAML file in memory. Cheap to clone: every [`crate::Diagnostic`] carries one.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as it is shown to the reader.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    /// The text without its secrets, of the same length: what pictures are made of.
    shown: Arc<str>,
    secrets: Arc<[Span]>,
}

impl Source {
    /// A text under the name it is shown with.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let secrets = secret::places(&text);
        Self {
            name: name.into(),
            shown: match secrets.is_empty() {
                true => Arc::clone(&text),
                false => secret::hide(&text, &secrets).into(),
            },
            text,
            secrets: secrets.into(),
        }
    }

    /// The text as it may be shown: `*` in place of what looks like a secret, at the same places.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The source with one more place that is not shown.
    pub(crate) fn hiding(&self, span: Span) -> Self {
        Self {
            shown: secret::hide(&self.shown, &[self.clamp(span)]).into(),
            ..self.clone()
        }
    }

    /// A sentence about the text, without the secrets that the text holds.
    pub(crate) fn without_secrets(&self, sentence: &str) -> String {
        secret::without(sentence, &self.text, &self.secrets)
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.floor(offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }

    /// The byte offset of a line and column, both from 1, the column in characters; the end when the text is shorter.
    pub(crate) fn offset(&self, line: usize, column: usize) -> usize {
        let start = match line.saturating_sub(2) {
            _ if line <= 1 => 0,
            breaks => self
                .text
                .match_indices('\n')
                .nth(breaks)
                .map_or(self.text.len(), |(at, _)| at + 1),
        };
        self.text[start..]
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(self.text.len(), |(at, _)| start + at)
    }

    /// The span cut to the text and to whole characters, so that no place can break the rendering.
    pub(crate) fn clamp(&self, span: Span) -> Span {
        let start = self.floor(span.start);
        Span::new(start, self.floor(span.end).max(start))
    }

    fn floor(&self, offset: usize) -> usize {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut source = f.debug_struct("Source");
        source.field("name", &self.name).field("text", &self.shown);
        source.finish()
    }
}

/// A place in a text, in bytes: `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last one; equal to `start` for a point.
    pub end: usize,
}

impl Span {
    /// The place `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}
