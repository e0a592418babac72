//! School years.

use std::fmt;

use crate::clean::is_blank;
use crate::text_form::text_form;
use crate::{CodeError, Fault, Session, year};

/// A school year, named by its start (*rentrée*): 2024 is September 2024 to August 2025. Canonical
/// form `2024-2025`. The exam session of a school year is that of the year it ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rentree(pub(crate) i16);

impl Rentree {
    const FIRST: i16 = 1900;
    const LAST: i16 = 2099;

    /// Reads every form the datasets use: `2024-2025`, `2024-25`, `2024/2025`, `2024`, `2024.0`, and
    /// dates, of which the **year** counts (a rentrée column holds `2024-01-01` as well as `2024-09-01`).
    ///
    /// # Errors
    /// Empty, none of these forms, a second year that does not follow the first, or a start out of 1900 to 2099.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = raw.trim_matches(is_blank);
        if text.is_empty() {
            return Err(CodeError::Empty);
        }
        let start = match (year::pair(text), year::written(text)) {
            (Some((start, end)), _) if end == start + 1 => start,
            (Some((start, _)), _) => return Err(Fault::SchoolYear { start }.of(text)),
            (None, Some(year)) => year?,
            (None, None) => {
                return Err(Fault::Shape {
                    expected: "a school year (2024-2025, 2024, or a date)",
                }
                .of(text));
            }
        };
        year::within(text, start, Self::FIRST, Self::LAST).map(Self)
    }

    /// The year of its September.
    #[must_use]
    pub fn start_year(self) -> i16 {
        self.0
    }

    /// The exam session at its end: rentrée 2022 gives session 2023.
    #[must_use]
    pub fn session(self) -> Session {
        Session(self.0 + 1)
    }
}

impl fmt::Display for Rentree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.0 + 1)
    }
}

text_form!(Rentree);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_of_the_datasets_is_read() {
        for raw in [
            "2024-2025",
            " 2024 - 2025 ",
            "2024-25",
            "2024/2025",
            "2024–2025",
            "2024",
            "2024.0",
            "2024-09-01",
            "2024-01-01",
            "01/09/2024",
            "2024-01-01T00:00:00+00:00",
        ] {
            assert_eq!(
                Rentree::parse(raw).unwrap().to_string(),
                "2024-2025",
                "{raw}"
            );
        }
        assert_eq!(Rentree::parse("1999-00").unwrap().start_year(), 1999);
        for raw in [
            "",
            "2024-2026",
            "2024-2024",
            "2024-26",
            "2024-09",
            "24-25",
            "1850",
            "2024-02-30",
            "rentrée 2024",
        ] {
            assert!(Rentree::parse(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn all_forms_of_a_year_agree(year in 1900..=2099_i16) {
            let rentree = Rentree::parse(&year.to_string()).unwrap();
            prop_assert_eq!(rentree.start_year(), year);
            for text in [
                rentree.to_string(),
                format!("{year}-{:02}", (year + 1) % 100),
                format!("{year}/{}", year + 1),
                format!("{year}-09-01T00:00:00+00:00"),
            ] {
                prop_assert_eq!(Rentree::parse(&text), Ok(rentree), "{}", text);
            }
            prop_assert_eq!(rentree.session().rentree(), rentree);
        }

        #[test]
        fn years_that_do_not_follow_are_refused(start in 1900..=2099_i16, end in 1900..=2099_i16) {
            prop_assert_eq!(Rentree::parse(&format!("{start}-{end}")).is_ok(), end == start + 1);
        }
    }
}
