//! Kinds, and the text side that all values share.

use edulac_model::{CodeKind, CommuneAtVintage, Departement, Rentree, Uai, ValueKind};
use proptest::prelude::*;

#[test]
fn the_name_of_a_kind_is_its_serde_form() {
    for kind in CodeKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        assert_eq!(
            serde_json::from_value::<CodeKind>(kind.name().into()).unwrap(),
            kind
        );
    }
    for kind in ValueKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        assert_eq!(
            serde_json::from_value::<ValueKind>(kind.name().into()).unwrap(),
            kind
        );
    }
}

#[test]
fn values_travel_as_their_canonical_text() {
    let uai: Uai = serde_json::from_str(r#"" 350852l ""#).unwrap();
    assert_eq!(serde_json::to_string(&uai).unwrap(), r#""0350852L""#);
    let commune: CommuneAtVintage = "1004@2024".parse().unwrap();
    assert_eq!(serde_json::to_string(&commune).unwrap(), r#""01004@2024""#);
    let rentree: Rentree = "2024".parse().unwrap();
    assert_eq!(serde_json::to_string(&rentree).unwrap(), r#""2024-2025""#);
    let error = serde_json::from_str::<Departement>(r#""20""#).unwrap_err();
    assert!(error.to_string().contains("write 2A or 2B"), "{error}");
}

fn any_kind() -> impl Strategy<Value = CodeKind> {
    prop::sample::select(CodeKind::ALL.to_vec())
}

proptest! {
    #[test]
    fn normalising_twice_is_normalising_once(kind in any_kind(), raw in "\\PC{0,20}|[0-9]{1,14}|[0-9]{4}[-/][0-9]{2,4}") {
        if let Ok(canonical) = kind.normalise(&raw) {
            prop_assert_eq!(kind.normalise(&canonical), Ok(canonical));
        }
    }

    #[test]
    fn normalising_a_value_twice_is_normalising_once(raw in "\\PC{0,20}|[-0-9., e%]{1,12}") {
        for kind in ValueKind::ALL {
            if let Ok(canonical) = kind.normalise(&raw) {
                prop_assert_eq!(kind.normalise(&canonical), Ok(canonical));
            }
        }
    }

    #[test]
    fn blanks_around_a_code_change_nothing(kind in any_kind(), raw in "[0-9]{1,14}|[0-9]{4}-[0-9]{4}") {
        let blank = format!("\u{feff} {raw}\u{a0}\t");
        prop_assert_eq!(kind.normalise(&blank).ok(), kind.normalise(&raw).ok());
    }
}
