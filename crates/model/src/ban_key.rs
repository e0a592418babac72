//! Interoperability keys of the Base adresse nationale.

use std::fmt;

use crate::clean::compact;
use crate::text_form::text_form;
use crate::{CodeError, CommuneCode, Fault};

const SHAPE: Fault = Fault::Shape {
    expected: "a BAN key ({commune}_{street}_{number}, at times _{suffix})",
};

/// The key of an address (*clé d'interopérabilité*): commune, street of 4 to 6 characters, number of
/// five digits, and a suffix where there is one: `09140_2c2gpg_00002_ter`. Lower case throughout, so
/// Corsican keys start with `2a` or `2b`.
///
/// Keys can disappear from one edition to the next, and their commune may be a former one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BanKey(String);

impl BanKey {
    /// Reads a key; blanks and case are ignored, lost leading zeros of commune and number given back.
    ///
    /// # Errors
    /// Empty, another shape, or an unreadable commune.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = compact(raw)?.to_ascii_lowercase();
        let parts: Vec<&str> = text.split('_').collect();
        let (commune, street, number, suffix) = match parts[..] {
            [commune, street, number] => (commune, street, number, None),
            [commune, street, number, suffix] => (commune, street, number, Some(suffix)),
            _ => return Err(SHAPE.of(text)),
        };
        let word = |part: &str| {
            part.bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
        };
        let street_is_good = (4..=6).contains(&street.len()) && word(street);
        let number_is_good =
            (1..=5).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        let suffix_is_good = suffix.is_none_or(|suffix| !suffix.is_empty() && word(suffix));
        if !(street_is_good && number_is_good && suffix_is_good) {
            return Err(SHAPE.of(text));
        }
        let commune = match CommuneCode::parse(commune) {
            Ok(commune) => commune.as_str().to_ascii_lowercase(),
            Err(CodeError::Malformed { fault, .. }) => return Err(fault.of(text)),
            Err(CodeError::Empty) => return Err(SHAPE.of(text)),
        };
        let mut key = format!("{commune}_{street}_{number:0>5}");
        if let Some(suffix) = suffix {
            key.push('_');
            key.push_str(suffix);
        }
        Ok(Self(key))
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BanKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_form!(BanKey);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_of_both_street_forms_are_read() {
        for (raw, canonical) in [
            ("09140_2c2gpg_00002_ter", "09140_2c2gpg_00002_ter"),
            ("09124_A025_00010", "09124_a025_00010"),
            (" 03321_zwwtvb_00006 ", "03321_zwwtvb_00006"),
            ("9140_0025_13", "09140_0025_00013"),
            ("2A004_0240_00005_BIS", "2a004_0240_00005_bis"),
            ("99001_abcde_00001", "99001_abcde_00001"),
        ] {
            assert_eq!(BanKey::parse(raw).unwrap().as_str(), canonical, "{raw}");
        }
        for raw in [
            "",
            "09140",
            "09140_0025",
            "09140_025_00013",
            "09140_0025_000130",
            "20004_0025_00013",
            "_0025_00013",
        ] {
            assert!(BanKey::parse(raw).is_err(), "{raw}");
        }
        for raw in [
            "09140_0025_00013_",
            "09140_0025_00013_a_b",
            "09140_00é5_00013",
        ] {
            assert!(BanKey::parse(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn the_canonical_form_reads_back(text in "(0[1-9]|[3-8][0-9]|2[ab])[0-9]{3}_[0-9a-z]{4,6}_[0-9]{5}(_[0-9a-z]{1,6})?") {
            let key = BanKey::parse(&text).unwrap();
            prop_assert_eq!(key.as_str(), &text);
            prop_assert_eq!(BanKey::parse(&text.to_uppercase()), Ok(key));
        }
    }
}
