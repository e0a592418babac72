//! Commune codes, alone and with the year they are valid for.

use std::fmt;

use crate::ascii::{Ascii, DIGIT, DIGIT_OR_CORSE};
use crate::clean::{compact, with_leading_zeros};
use crate::text_form::{fixed_width_form, text_form};
use crate::{CodeError, Departement, Fault, Vintage};

/// Communes that are cut into municipal arrondissements: first and last arrondissement, commune.
const CUT_COMMUNES: [(u32, u32, [u8; 5]); 3] = [
    (75101, 75120, *b"75056"),
    (69381, 69389, *b"69123"),
    (13201, 13216, *b"13055"),
];

/// INSEE code of a commune or of a municipal arrondissement, five characters (`35238`, `2A004`,
/// `97105`, `98818`; `99xxx` is a legal shape). The same code names different areas in different
/// years: a join also needs the vintage, see [`CommuneAtVintage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommuneCode(Ascii<5>);

impl CommuneCode {
    /// Reads a commune code; blanks and case are ignored and one lost leading zero given back.
    ///
    /// # Errors
    /// Empty, of another length, a misplaced character, or a start that is no département (`20004`: 2A or 2B).
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = with_leading_zeros(compact(raw)?, 5, 1);
        let code = Ascii::read(
            &text,
            |index| if index == 1 { &DIGIT_OR_CORSE } else { &DIGIT },
        )?;
        match Departement::parse(Departement::of_commune(code).as_str()) {
            Ok(_) => Ok(Self(code)),
            Err(CodeError::Malformed { fault, .. }) => Err(fault.of(text)),
            Err(empty) => Err(empty),
        }
    }

    /// The département or overseas collectivity that the code starts with.
    #[must_use]
    pub fn departement(&self) -> Departement {
        Departement::of_commune(self.0)
    }

    /// True for the arrondissements of Paris, Lyon and Marseille.
    #[must_use]
    pub fn is_arrondissement(&self) -> bool {
        self.parent().is_some()
    }

    /// The commune of an arrondissement (`75056`, `69123`, `13055`); `None` for a commune.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let number = self.as_str().parse::<u32>().ok()?;
        let (_, _, commune) = CUT_COMMUNES
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(&number))?;
        Some(Self(Ascii(*commune)))
    }

    /// The same code with the year it is valid for.
    #[must_use]
    pub fn at(self, vintage: Vintage) -> CommuneAtVintage {
        CommuneAtVintage {
            code: self,
            vintage,
        }
    }
}

fixed_width_form!(CommuneCode);

/// A commune code and its vintage, written `35238@2024`: what two tables must share to be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommuneAtVintage {
    /// The code.
    pub code: CommuneCode,
    /// The year of the *code officiel géographique* it belongs to.
    pub vintage: Vintage,
}

impl CommuneAtVintage {
    /// Reads `35238@2024`.
    ///
    /// # Errors
    /// Empty, no `@`, or one of the two parts unreadable.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = compact(raw)?;
        let Some((code, vintage)) = text.split_once('@') else {
            return Err(Fault::Shape {
                expected: "a commune at a vintage (35238@2024)",
            }
            .of(text));
        };
        Ok(CommuneCode::parse(code)?.at(Vintage::parse(vintage)?))
    }
}

impl fmt::Display for CommuneAtVintage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.code, self.vintage)
    }
}

text_form!(CommuneAtVintage);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_commune_knows_its_departement() {
        for (raw, canonical, departement) in [
            ("35238", "35238", "035"),
            ("1004", "01004", "001"),
            ("2a004", "2A004", "02A"),
            (" 2B 033 ", "2B033", "02B"),
            ("97105", "97105", "971"),
            ("97701", "97701", "977"),
            ("98818", "98818", "988"),
            ("99001", "99001", "099"),
        ] {
            let code = CommuneCode::parse(raw).unwrap();
            assert_eq!(
                (code.as_str(), code.departement().as_str()),
                (canonical, departement),
                "{raw}"
            );
        }
        for raw in [
            "", "238", "0123", "00123", "20004", "3B123", "A5238", "97012", "352381", "35 23O",
        ] {
            assert!(CommuneCode::parse(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn arrondissements_belong_to_paris_lyon_and_marseille() {
        let parent = |raw| {
            CommuneCode::parse(raw)
                .unwrap()
                .parent()
                .map(|code| code.to_string())
        };
        for (inside, before, after, commune) in [
            (["75101", "75120"], "75100", "75121", "75056"),
            (["69381", "69389"], "69380", "69390", "69123"),
            (["13201", "13216"], "13200", "13217", "13055"),
        ] {
            assert!(
                inside
                    .iter()
                    .all(|code| parent(code).as_deref() == Some(commune))
            );
            assert!(
                [before, after, commune]
                    .iter()
                    .all(|code| parent(code).is_none())
            );
        }
        assert_eq!(parent("2A004"), None);
    }

    proptest! {
        #[test]
        fn the_canonical_form_reads_back(raw in "\\PC{0,6}|[0-9]{4,5}|2[AaBb][0-9]{3}") {
            if let Ok(code) = CommuneCode::parse(&raw) {
                prop_assert_eq!(CommuneCode::parse(code.as_str()), Ok(code));
                let departement = code.departement();
                prop_assert_eq!(Departement::parse(departement.as_str()), Ok(departement));
                prop_assert!(code.as_str().starts_with(departement.two_or_three()));
            }
        }

        #[test]
        fn a_commune_at_a_vintage_reads_back(number in 1_000..95_999_u32, year in 1900..=2100_i16) {
            prop_assume!(number / 1000 != 20);
            let text = format!("{number:05}@{year}");
            let code = CommuneAtVintage::parse(&text).unwrap();
            prop_assert_eq!(code.to_string(), text);
            prop_assert_eq!(code.vintage.year(), year);
        }
    }
}
