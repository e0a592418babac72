use edulac_contract::{
    Across, Aggregation, Classification, ColumnType, EXTENSIONS, Forbids, KeyKind, Severity, Status,
};

use crate::{edited, example, fixtures, read, render, source};

#[test]
fn every_example_reads_without_a_word() {
    for path in fixtures("examples") {
        assert_eq!(render(read(&source(&path)).warnings()), "");
    }
}

#[test]
fn a_contract_tells_what_a_dictionary_prints() {
    let ips = example("ips");
    assert_eq!(ips.name(), "ips");
    assert_eq!(ips.id(), "urn:edulac:contract:ips");
    assert_eq!(ips.version().to_string(), "1.2.0");
    assert_eq!(ips.status(), Status::Active);
    assert_eq!(ips.title(), Some("Indices de position sociale"));
    assert_eq!(ips.grain(), "une ligne par UAI, rentrée et voie");
    assert_eq!(ips.licence(), Some("etalab-2.0"));
    assert_eq!(ips.notices()[0].id, "ips-n-est-pas-une-performance");
    assert_eq!(ips.key(), ["uai", "rentree", "voie"]);
    let value = ips
        .columns()
        .iter()
        .find(|column| column.name == "ips")
        .unwrap();
    assert_eq!(
        (value.unit.as_deref(), value.nullable),
        (Some("points"), true)
    );
    assert_eq!(ips.columns()[0].title.as_deref(), Some("UAI"));
    assert_eq!(ips.references()[0].table, "etablissements");
}

#[test]
fn types_follow_the_logical_then_the_physical_type() {
    let types: Vec<ColumnType> = example("etablissements")
        .columns()
        .iter()
        .map(|column| column.column_type)
        .collect();
    use ColumnType::{Boolean, Geometry, Int64, Timestamp, Utf8, Utf8List};
    assert_eq!(
        types,
        [
            Utf8, Utf8, Utf8, Utf8, Boolean, Utf8List, Timestamp, Int64, Geometry
        ]
    );
    assert_eq!(example("ips").columns()[1].column_type, ColumnType::Int32);
}

#[test]
fn a_table_is_as_protected_as_its_most_protected_column() {
    assert_eq!(example("ips").classification(), Classification::Public);
    assert_eq!(
        example("etablissements").classification(),
        Classification::Restreint
    );
}

#[test]
fn an_extension_that_nobody_reads_is_a_warning_and_not_an_error() {
    let contract = read(&edited("property: unit,", "property: unity,"));
    insta::assert_snapshot!(render(contract.warnings()));
}

#[test]
fn the_register_of_extensions_has_each_name_once_in_order() {
    assert!(EXTENSIONS.is_sorted_by(|a, b| a.name < b.name));
    assert!(
        EXTENSIONS
            .iter()
            .all(|extension| !extension.places.is_empty() && !extension.meaning.is_empty())
    );
}

#[test]
fn severities_have_a_french_word() {
    assert_eq!(
        Severity::ALL
            .iter()
            .map(|severity| severity.french())
            .collect::<Vec<_>>(),
        ["information", "avertissement", "erreur"]
    );
}

#[test]
fn columns_say_what_they_identify_and_how_they_add_up() {
    let ips = example("ips");
    let column = |name: &str| ips.columns().iter().find(|c| c.name == name).unwrap();
    assert_eq!(column("uai").kind, Some(KeyKind::Uai));
    assert_eq!(column("academie").kind, Some(KeyKind::Academie));
    assert_eq!(column("voie").kind, None);
    assert_eq!(
        column("ips").aggregation,
        Some(Aggregation::Mean("effectif".to_owned()))
    );
    assert_eq!(column("effectif").aggregation, Some(Aggregation::Sum));
    assert_eq!(column("rentree").aggregation, None);
}

#[test]
fn notices_say_what_must_not_be_put_together() {
    let ips = example("ips");
    let forbids: Vec<Option<&Forbids>> = ips.notices().iter().map(|n| n.forbids.as_ref()).collect();
    let across = Across {
        column: "rentree".to_owned(),
        from: "2022".to_owned(),
        only: [("voie".to_owned(), "ensemble".to_owned())].into(),
    };
    assert_eq!(forbids[0], None);
    assert_eq!(forbids[1].unwrap().mix, ["voie"]);
    assert_eq!(forbids[2].unwrap().across, Some(across));
    let columns: Vec<&str> = forbids[2].unwrap().columns().collect();
    assert_eq!(columns, ["rentree", "voie"]);
}
