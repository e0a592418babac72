//! Département codes, in the three-character form of the ministry's files.

use crate::ascii::{Ascii, DIGIT, DIGIT_OR_CORSE};
use crate::clean::compact;
use crate::text_form::fixed_width_form;
use crate::{CodeError, Fault};

/// A département or overseas collectivity. Canonical form: three characters (`035`, `02A`, `971`), as in
/// the ministry's files; INSEE and RNB write two or three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Departement(Ascii<3>);

impl Departement {
    /// Reads either form: `1`, `01` and `001`; `2a` and `02A`; `971`. `099` is a legal shape.
    ///
    /// # Errors
    /// Empty, of another length, a misplaced character, 20 (Corse is 2A or 2B), 620 or 720 (UAI prefixes), 97 or 98
    /// alone, a number that no département can bear.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = format!("{:0>3}", compact(raw)?);
        let code = Ascii::read(
            &text,
            |index| if index < 2 { &DIGIT } else { &DIGIT_OR_CORSE },
        )?;
        let fault = match code.as_str() {
            "02A" | "02B" => return Ok(Self(code)),
            "020" => Fault::Corse,
            "620" => Fault::UaiPrefix { departement: "02A" },
            "720" => Fault::UaiPrefix { departement: "02B" },
            "097" | "098" => Fault::Overseas,
            other => match other.parse() {
                Ok(1..=99_u16 | 971..=989) => return Ok(Self(code)),
                _ => Fault::DepartementNumber,
            },
        };
        Err(fault.of(text))
    }

    /// The département of a commune code, which is not checked here.
    pub(crate) fn of_commune(code: Ascii<5>) -> Self {
        match code.0 {
            [b'9', b'7' | b'8', third, ..] => Self(Ascii([b'9', code.0[1], third])),
            [first, second, ..] => Self(Ascii([b'0', first, second])),
        }
    }

    /// The form of INSEE: `35`, `2A`, `971`.
    #[must_use]
    pub fn two_or_three(&self) -> &str {
        let code = self.as_str();
        code.strip_prefix('0').unwrap_or(code)
    }

    /// The form in the names of RNB's exports, which is INSEE's.
    #[must_use]
    pub fn rnb_form(&self) -> &str {
        self.two_or_three()
    }
}

fixed_width_form!(Departement);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_forms_are_read() {
        for (raw, canonical, short) in [
            ("35", "035", "35"),
            ("035", "035", "35"),
            ("1", "001", "01"),
            ("01", "001", "01"),
            ("2A", "02A", "2A"),
            ("02A", "02A", "2A"),
            ("02b", "02B", "2B"),
            ("971", "971", "971"),
            ("987", "987", "987"),
            ("99", "099", "99"),
            ("099", "099", "99"),
        ] {
            let code = Departement::parse(raw).unwrap();
            assert_eq!(
                (code.as_str(), code.two_or_three(), code.rnb_form()),
                (canonical, short, short),
                "{raw}"
            );
        }
    }

    #[test]
    fn what_is_not_a_departement_is_refused() {
        for raw in [
            "", "0", "000", "20", "020", "620", "720", "97", "98", "970", "990", "35A", "0035",
            "A2", "-1",
        ] {
            assert!(Departement::parse(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn both_forms_of_a_departement_are_the_same(raw in "\\PC{0,4}|[0-9]{1,3}|0?2[ABab]") {
            if let Ok(code) = Departement::parse(&raw) {
                prop_assert_eq!(Departement::parse(code.as_str()), Ok(code));
                prop_assert_eq!(Departement::parse(code.two_or_three()), Ok(code));
            }
        }
    }
}
