//! Every message, in one table.

use edulac_model::{CodeError, CodeKind, CommuneAtVintage, ErrorClass, ValueKind, Vintage};

const CODES: &[(CodeKind, &[&str])] = &[
    (
        CodeKind::Uai,
        &[
            "",
            "0350852K",
            "035085L",
            "035O852L",
            "03508525",
            "0350852L0",
            "école primaire\tde la rue des Écoles de Sainte-Exemple",
        ],
    ),
    (
        CodeKind::Commune,
        &["35-38", "3B123", "20004", "00123", "97012", "238"],
    ),
    (
        CodeKind::Departement,
        &["20", "620", "720", "97", "990", "0035", "Ain"],
    ),
    (CodeKind::Academie, &["00", "014", "1A"]),
    (
        CodeKind::RnbId,
        &["WHN8-D9K3-8QN", "WHN8-D9O3-8QNG", "WHN8D9K38QNé"],
    ),
    (
        CodeKind::BanKey,
        &["09140_0025", "09140_025_00013", "20004_0025_00013"],
    ),
    (
        CodeKind::Rentree,
        &[
            "2024-2026",
            "2024-09",
            "1850",
            "2024-02-30",
            "rentrée 2024",
            "01/09/24",
        ],
    ),
    (CodeKind::Session, &["2022-2023", "juin 2023", "1900"]),
    (CodeKind::Siret, &["21350016800026", "213500168"]),
    (CodeKind::Siren, &["732829321", "73282932X"]),
    (CodeKind::CodePostal, &["0727", "2A004"]),
];

const VALUES: &[(ValueKind, &[&str])] = &[
    (
        ValueKind::Decimal,
        &["", "NS", "1,234.5", "1.234.567", "12 34", "1e999"],
    ),
    (ValueKind::Integer, &["12,5", "1e3", "9223372036854775808"]),
    (
        ValueKind::Date,
        &[
            "2024",
            "01-09-2024",
            "31/02/2024",
            "13/25/2024",
            "01/09/24",
            "2024-09-01T25:00",
        ],
    ),
    (ValueKind::Boolean, &["2", "peut-être"]),
];

fn row(kind: &str, error: &CodeError) -> String {
    assert_eq!(error.class(), ErrorClass::Data);
    assert!(error.to_string().ends_with(&error.reason()));
    format!("{kind:<12} {error}\n")
}

#[test]
fn every_message_names_the_value_and_what_was_expected() {
    let mut table = String::new();
    for (kind, raws) in CODES {
        table.extend(
            raws.iter()
                .map(|raw| row(kind.name(), &kind.normalise(raw).expect_err(raw))),
        );
    }
    for (kind, raws) in VALUES {
        table.extend(
            raws.iter()
                .map(|raw| row(kind.name(), &kind.normalise(raw).expect_err(raw))),
        );
    }
    for raw in ["35238", "20004@2024", "35238@24"] {
        table.push_str(&row(
            "commune@",
            &CommuneAtVintage::parse(raw).expect_err(raw),
        ));
    }
    for raw in ["24", "1789"] {
        table.push_str(&row("vintage", &Vintage::parse(raw).expect_err(raw)));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn each_class_has_its_exit_code() {
    let classes = [
        ErrorClass::Data,
        ErrorClass::Config,
        ErrorClass::Infrastructure,
        ErrorClass::Conflict,
        ErrorClass::Refused,
        ErrorClass::Bug,
    ];
    assert_eq!(classes.map(ErrorClass::exit_code), [1, 2, 3, 4, 5, 70]);
}
