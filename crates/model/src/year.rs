//! The shared reading of a year: `2024`, `2024.0`, or any date.

use chrono::Datelike;

use crate::{CodeError, Fault, values};

/// The year written in `text`, alone or as part of a date; `None` when it is neither.
pub(crate) fn written(text: &str) -> Option<Result<i16, CodeError>> {
    let number = text.strip_suffix(".0").unwrap_or(text);
    if number.len() == 4
        && let Some(year) = digits(number)
    {
        return Some(Ok(year));
    }
    match values::parse_date(text) {
        // A year beyond `i16` is out of every range too.
        Ok(date) => Some(Ok(i16::try_from(date.year()).unwrap_or(i16::MAX))),
        Err(CodeError::Malformed {
            fault: Fault::Shape { .. },
            ..
        }) => None,
        Err(error) => Some(Err(error)),
    }
}

/// `year` when it is within `first..=last`: outside, the column is about something else.
pub(crate) fn within(text: &str, year: i16, first: i16, last: i16) -> Result<i16, CodeError> {
    if (first..=last).contains(&year) {
        Ok(year)
    } else {
        Err(Fault::Year { first, last }.of(text))
    }
}

/// The two years of `2024-2025`, `2024-25` or `2024/2025`, not compared; `None` for another shape.
/// A second year of two digits is of the first one's century, or of the next after 99.
pub(crate) fn pair(text: &str) -> Option<(i16, i16)> {
    let (start, end) = text.split_once(['-', '/', '–'])?;
    let (start, end) = (start.trim(), end.trim());
    if start.len() != 4 {
        return None;
    }
    let start = digits(start)?;
    match end.len() {
        4 => Some((start, digits(end)?)),
        2 => {
            let century = (start + 1) / 100 * 100;
            Some((start, century + digits(end)?))
        }
        _ => None,
    }
}

fn digits(text: &str) -> Option<i16> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}
