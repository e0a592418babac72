//! Exam sessions.

use std::fmt;

use crate::clean::is_blank;
use crate::text_form::text_form;
use crate::{CodeError, Fault, Rentree, year};

/// An exam session (brevet, baccalauréat), a calendar year: session 2023 ends rentrée 2022.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session(pub(crate) i16);

impl Session {
    const FIRST: i16 = 1901;
    const LAST: i16 = 2100;

    /// Reads `2023`, `2023.0`, or a date, of which the year counts.
    ///
    /// # Errors
    /// Empty, neither a year nor a date, a school year (which of its two years?), or out of 1901 to 2100.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = raw.trim_matches(is_blank);
        if text.is_empty() {
            return Err(CodeError::Empty);
        }
        if let Some((start, _)) = year::pair(text) {
            return Err(Fault::NotASession { start }.of(text));
        }
        let year = year::written(text).unwrap_or_else(|| {
            Err(Fault::Shape {
                expected: "a session (2023, or a date)",
            }
            .of(text))
        })?;
        year::within(text, year, Self::FIRST, Self::LAST).map(Self)
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0
    }

    /// The school year that it ends: session 2023 gives rentrée 2022.
    #[must_use]
    pub fn rentree(self) -> Rentree {
        Rentree(self.0 - 1)
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_form!(Session);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_of_the_datasets_is_read() {
        for raw in [
            "2025",
            "2025.0",
            "2025-01-01T00:00:00+00:00",
            "2025-01-01",
            "01/07/2025",
        ] {
            let session = Session::parse(raw).unwrap();
            assert_eq!(
                (session.to_string().as_str(), session.rentree().start_year()),
                ("2025", 2024),
                "{raw}"
            );
        }
        for raw in ["", "2022-2023", "2022-23", "juin 2023", "23", "1900"] {
            assert!(Session::parse(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_session_is_the_year_after_its_rentree(year in 1901..=2100_i16) {
            let session = Session::parse(&year.to_string()).unwrap();
            prop_assert_eq!(session.rentree().start_year(), year - 1);
            prop_assert_eq!(session.rentree().session(), session);
            prop_assert_eq!(Session::parse(&session.to_string()), Ok(session));
        }
    }
}
