//! Académie codes.

use crate::ascii::{Ascii, DIGIT};
use crate::clean::compact;
use crate::text_form::fixed_width_form;
use crate::{CodeError, Fault};

/// An académie or vice-rectorat of the ministry, by its two digits (`14` Rennes, `70` Normandie).
/// [`Academie::UNKNOWN`] (`ZZ`) stands where a partition needs a value and none is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Academie(Ascii<2>);

impl Academie {
    /// `ZZ`: the académie of the row is not known.
    pub const UNKNOWN: Self = Self(Ascii(*b"ZZ"));

    /// Académies that became another, with it: Caen and Rouen, Normandie since 1 January 2020 (no source at hand confirms their
    /// old codes).
    pub const MERGED: [(&'static str, &'static str); 2] = [("05", "70"), ("21", "70")];

    /// Reads two digits, one (its zero lost), or `ZZ`.
    ///
    /// # Errors
    /// Empty, of another length, not digits, or `00`.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = format!("{:0>2}", compact(raw)?);
        match text.as_str() {
            "ZZ" => Ok(Self::UNKNOWN),
            "00" => Err(Fault::Shape {
                expected: "an académie (01 to 99, or ZZ for unknown)",
            }
            .of(text)),
            _ => Ascii::read(&text, |_| &DIGIT).map(Self),
        }
    }

    /// False for `ZZ`.
    #[must_use]
    pub fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }
}

fixed_width_form!(Academie);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_read_with_or_without_their_zero() {
        for (raw, canonical) in [("1", "01"), ("01", "01"), (" 14 ", "14"), ("zz", "ZZ")] {
            assert_eq!(Academie::parse(raw).unwrap().as_str(), canonical);
        }
        assert!(!Academie::parse("ZZ").unwrap().is_known());
        for raw in ["", "0", "00", "014", "A1", "Z", "RENNES"] {
            assert!(Academie::parse(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn the_canonical_form_reads_back(number in 1..100_u8) {
            let code = Academie::parse(&number.to_string()).unwrap();
            prop_assert_eq!(code.as_str(), format!("{number:02}"));
            prop_assert_eq!(Academie::parse(code.as_str()), Ok(code));
            prop_assert!(code.is_known());
        }
    }
}
