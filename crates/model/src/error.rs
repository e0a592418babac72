//! Why a text is not the code or the value it should be.

use crate::ErrorClass;

/// A text that could not be read as a code or a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing but blanks: callers read it as null.
    #[error("empty value")]
    Empty,
    /// Something is written, and it is wrong.
    #[error("{}: {fault}", shown(value))]
    Malformed {
        /// The text after cleaning (spaces, case, leading zeros), to which positions refer.
        value: String,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with a text, and what was expected of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Too long or too short.
    #[error("{found} characters, {expected} expected")]
    Length {
        /// Number of characters found.
        found: usize,
        /// Number of characters of such a code.
        expected: usize,
    },
    /// A character that such a code cannot hold at that place.
    #[error("`{}` at position {position}, {expected} expected", found.escape_debug())]
    Character {
        /// The character.
        found: char,
        /// Its place in the cleaned text, from 1.
        position: usize,
        /// What may stand there.
        expected: &'static str,
    },
    /// The check letter of a UAI contradicts its digits.
    #[error("check letter should be {expected}")]
    CheckLetter {
        /// The letter that the seven digits call for.
        expected: char,
    },
    /// The digits of a SIREN or SIRET fail their checksum.
    #[error("a digit is wrong (Luhn checksum)")]
    Checksum,
    /// Département 20, which has not existed since 1976.
    #[error("Corse is two départements, write 2A or 2B")]
    Corse,
    /// The prefix of Corsican UAI, used as a département code.
    #[error("a UAI prefix, not a département: write {departement}")]
    UaiPrefix {
        /// The département that bears this prefix.
        departement: &'static str,
    },
    /// 97 or 98 alone.
    #[error("overseas départements have three digits, as 971 or 987")]
    Overseas,
    /// A number that no département can bear.
    #[error("not a département number (01 to 99, 2A, 2B, 971 to 989)")]
    DepartementNumber,
    /// A year that no extract can be about.
    #[error("a year from {first} to {last} expected")]
    Year {
        /// First accepted year.
        first: i16,
        /// Last accepted year.
        last: i16,
    },
    /// A school year whose second year does not follow the first.
    #[error("a school year that starts in {start} ends in {}", start + 1)]
    SchoolYear {
        /// The first year.
        start: i16,
    },
    /// A school year where an exam session was expected: which of its two years is meant is unknown.
    #[error("a school year, but a session is one calendar year, as {}", start + 1)]
    NotASession {
        /// The first year of the school year.
        start: i16,
    },
    /// A comma and a point, or several of one.
    #[error("several decimal separators: write thousands with spaces, or not at all")]
    Separators,
    /// Spaces between digits that do not part groups of three.
    #[error("spaces between digits that are not groups of three")]
    Thousands,
    /// A fraction where a whole number was expected.
    #[error("not a whole number")]
    NotWhole,
    /// A number that does not fit.
    #[error("too large a number")]
    TooLarge,
    /// A date that no calendar has.
    #[error("no such day in the calendar")]
    Calendar,
    /// A year of two digits, whose century is unknown.
    #[error("write the year with four digits")]
    ShortYear,
    /// Any other shape than the expected one.
    #[error("not {expected}")]
    Shape {
        /// The expected shape.
        expected: &'static str,
    },
}

impl Fault {
    /// The error that says `self` of a cleaned text.
    pub(crate) fn of(self, value: impl Into<String>) -> CodeError {
        CodeError::Malformed {
            value: value.into(),
            fault: self,
        }
    }
}

impl CodeError {
    /// What is wrong, without the value: the `reason` of a [`crate::Problem`].
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Empty => self.to_string(),
            Self::Malformed { fault, .. } => fault.to_string(),
        }
    }

    /// Always [`ErrorClass::Data`]; a caller that parses configuration classes the error itself.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        ErrorClass::Data
    }
}

/// A cell can hold a whole document: messages show its start, on one line.
fn shown(value: &str) -> String {
    const LONGEST: usize = 40;
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let mut text: String = value.chars().take(LONGEST).map(printable).collect();
    if value.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}
