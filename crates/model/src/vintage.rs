//! Vintages (*millésimes*) of codes and boundaries.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::clean::is_blank;
use crate::text_form::text_form;
use crate::{CodeError, Fault, year};

/// The year that a geographic code or a boundary is valid for: that of the *code officiel
/// géographique*, which gives the state on 1 January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vintage(i16);

impl Vintage {
    const FIRST: i16 = 1900;
    const LAST: i16 = 2100;

    /// Reads a year (`2024`) or takes that of a date.
    ///
    /// # Errors
    /// Empty, neither a year nor a date, or out of 1900 to 2100.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = raw.trim_matches(is_blank);
        if text.is_empty() {
            return Err(CodeError::Empty);
        }
        let year = year::written(text).unwrap_or_else(|| {
            Err(Fault::Shape {
                expected: "a vintage (2024, or a date)",
            }
            .of(text))
        })?;
        year::within(text, year, Self::FIRST, Self::LAST).map(Self)
    }

    /// The vintage in force on a day.
    ///
    /// # Errors
    /// A day out of 1900 to 2100.
    pub fn on(day: NaiveDate) -> Result<Self, CodeError> {
        Self::parse(&day.year().to_string())
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0
    }
}

impl fmt::Display for Vintage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_form!(Vintage);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vintage_is_a_year_or_the_year_of_a_date() {
        assert_eq!(Vintage::parse(" 2024 ").unwrap().to_string(), "2024");
        assert_eq!(Vintage::parse("2023-06-08").unwrap().year(), 2023);
        assert_eq!(
            Vintage::on(NaiveDate::from_ymd_opt(2026, 12, 31).unwrap())
                .unwrap()
                .year(),
            2026
        );
        for raw in ["", "24", "1789", "2024-2025", "v2024"] {
            assert!(Vintage::parse(raw).is_err(), "{raw}");
        }
    }
}
