//! SIRET numbers.

use crate::ascii::{Ascii, DIGIT};
use crate::clean::compact;
use crate::siren::luhn;
use crate::text_form::fixed_width_form;
use crate::{CodeError, Fault, Siren};

/// The post offices of La Poste outgrew the checksum: the sum of their digits is a multiple of five instead.
const LA_POSTE: &[u8; 9] = b"356000000";

/// A place of a legal unit in the SIRENE register: its SIREN and five more digits, with a Luhn checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siret(Ascii<14>);

impl Siret {
    /// Reads fourteen digits; blanks are ignored.
    ///
    /// # Errors
    /// Empty, of another length, not digits, or a wrong checksum (of the whole or of its SIREN).
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = compact(raw)?;
        let code = Ascii::read(&text, |_| &DIGIT)?;
        let digits = &code.0;
        let sum: u32 = digits.iter().map(|digit| u32::from(digit - b'0')).sum();
        let good = luhn(digits) || (digits.starts_with(LA_POSTE) && sum.is_multiple_of(5));
        if good && luhn(&digits[..9]) {
            Ok(Self(code))
        } else {
            Err(Fault::Checksum.of(text))
        }
    }

    /// The legal unit.
    #[must_use]
    pub fn siren(&self) -> Siren {
        let mut digits = [0; 9];
        digits.copy_from_slice(&self.0.0[..9]);
        Siren(Ascii(digits))
    }
}

fixed_width_form!(Siret);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers_are_read() {
        let siret = Siret::parse("213 500 168 00025").unwrap();
        assert_eq!(
            (siret.as_str(), siret.siren().as_str()),
            ("21350016800025", "213500168")
        );
        // Head office of La Poste (Luhn) and a post office (sum of digits).
        for raw in ["35600000000048", "35600000049837"] {
            assert!(Siret::parse(raw).is_ok(), "{raw}");
        }
        for raw in [
            "",
            "21350016800026",
            "35600000049838",
            "2135001680002",
            "213500168",
        ] {
            assert!(Siret::parse(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn one_pair_of_check_digits_fits_a_place_of_a_unit(number in 0..35_600_000_u64, place in 0..10_000_u64) {
            let pairs = (0..10).flat_map(|unit| (0..10).map(move |last| (unit, last)));
            let good: Vec<_> =
                pairs.filter_map(|(unit, last)| Siret::parse(&format!("{number:08}{unit}{place:04}{last}")).ok()).collect();
            prop_assert_eq!(good.len(), 1);
            prop_assert_eq!(Siren::parse(good[0].siren().as_str()), Ok(good[0].siren()));
        }
    }
}
