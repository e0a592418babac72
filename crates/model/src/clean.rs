//! What every code is cleaned of before it is read.

use crate::CodeError;

/// Without blanks, wherever they are, and upper-cased.
pub(crate) fn compact(raw: &str) -> Result<String, CodeError> {
    without(raw, is_blank)
}

/// Without the characters that `dropped` names, and upper-cased.
pub(crate) fn without(raw: &str, dropped: fn(char) -> bool) -> Result<String, CodeError> {
    let text: String = raw
        .chars()
        .filter(|c| !dropped(*c))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if text.is_empty() {
        Err(CodeError::Empty)
    } else {
        Ok(text)
    }
}

/// Spaces of all widths, and the invisible marks that byte-order marks and web pages leave behind.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
}

/// Gives back up to `lost` leading zeros that a spreadsheet ate. A text that still starts with a zero
/// lost none: it is short for another reason, and stays so.
pub(crate) fn with_leading_zeros(text: String, width: usize, lost: usize) -> String {
    let short = text.chars().count();
    if short < width
        && short + lost >= width
        && text.starts_with(|c: char| c.is_ascii_digit() && c != '0')
    {
        format!("{text:0>width$}")
    } else {
        text
    }
}
