//! Texts that a spreadsheet would take for formulas.

use std::borrow::Cow;

/// Whether a spreadsheet may compute the text instead of showing it. Numbers written as text are no formulas.
pub(crate) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// The text, with an apostrophe before it where a spreadsheet would compute it.
pub(crate) fn neutral(text: &str) -> Cow<'_, str> {
    match is_formula(text) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn formulas_are_neutralised_and_numbers_stay() {
        for text in [
            "=1+1",
            "+33 1 23 45 67 89",
            "-A1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "-",
            "=",
            "-1-1",
        ] {
            assert_eq!(neutral(text), format!("'{text}"));
        }
        for text in ["", "-12.5", "+3", "1=1", "École", "'=1", " =1", "-1e-3"] {
            assert_eq!(neutral(text), text);
        }
    }
}
