//! What the sources say of the precision of a position, in classes and metres.
//!
//! Words seen in `precision_localisation` (annuaire) and `localisation` (géolocalisation): see DOMAIN B1 and B2. The
//! metres are our estimate of the typical error of each word, on the safe side; the ministry publishes none.

/// A class of quality and its uncertainty in metres (`None`: unknown).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Precision {
    pub(crate) quality: &'static str,
    pub(crate) uncertainty_m: Option<f64>,
}

const fn class(quality: &'static str, metres: f64) -> Precision {
    Precision {
        quality,
        uncertainty_m: Some(metres),
    }
}

/// The class of a declared precision, case and surrounding blanks aside. A word that is not in the list is unknown
/// rather than good.
pub(crate) fn of(declared: &str) -> Precision {
    match declared.trim().to_uppercase().as_str() {
        "BATIMENT" | "ENTREE PRINCIPALE" => class("precise", 5.0),
        "PLAQUE_ADRESSE" | "NUMERO (ADRESSE)" => class("precise", 10.0),
        "NUMÉRO DE RUE" | "NUMERO DE RUE" | "PARFAITE" | "CENTRE_PARCELLE_PROJETE" => {
            class("precise", 20.0)
        }
        "RUE" | "CORRECTE" | "ZONE_ADRESSAGE" => class("rue", 200.0),
        "LIEU-DIT" | "MOYENNE" => class("rue", 500.0),
        "VILLE" | "COMMUNE" | "MAUVAISE" => class("commune", 3_000.0),
        _ => UNKNOWN,
    }
}

/// Nothing is known of the precision.
pub(crate) const UNKNOWN: Precision = Precision {
    quality: "inconnue",
    uncertainty_m: None,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_town_centre_is_never_called_precise() {
        for word in ["Ville", "VILLE", "COMMUNE", " ville "] {
            assert_eq!(of(word).quality, "commune", "{word}");
        }
    }

    #[test]
    fn a_word_never_seen_is_unknown() {
        assert_eq!(of("NE SAIT PAS"), UNKNOWN);
        assert_eq!(of("à peu près"), UNKNOWN);
    }
}
