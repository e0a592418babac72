use edulac_model::CodeKind;
use edulac_spec::pipeline::{
    CrsOf, Encoding, FormatKind, Geometry, SourceKind, Step, VintageRule, Zone,
};

use crate::{loaded, profile, read};

fn project() -> edulac_spec::Project {
    let files = [
        read("fixtures", "etablissements.yaml"),
        read("fixtures", "territoires.yaml"),
    ];
    loaded(&files, &profile())
}

#[test]
fn the_example_of_the_documentation_is_valid_and_ordered() {
    let project = project();
    assert!(project.warnings.is_empty(), "{:?}", project.warnings);
    // `etablissements` reads the table `communes` of `territoires`, which comes second in the list of files.
    let order: Vec<&str> = project
        .pipelines
        .iter()
        .map(|pipeline| pipeline.name.as_str())
        .collect();
    assert_eq!(order, ["territoires", "etablissements"]);
    assert_eq!(project.pipelines[1].after, ["territoires"]);
    let steps = |index: usize| -> Vec<(&str, Vec<&str>)> {
        let steps = &project.pipelines[index].steps;
        steps
            .iter()
            .map(|step| {
                (
                    step.name.as_str(),
                    step.inputs.iter().map(String::as_str).collect(),
                )
            })
            .collect()
    };
    assert_eq!(
        steps(0),
        [
            ("communes_codes", vec!["contours"]),
            ("communes", vec!["communes_codes", "passages"]),
            ("autres", vec!["epci", "bassins", "effectifs", "archives"]),
            ("communes_2026", vec!["communes", "passages", "epci"]),
        ]
    );
    assert_eq!(
        steps(1),
        [
            ("etablissements_codes", vec!["annuaire"]),
            ("etablissements_base", vec!["etablissements_codes"]),
            (
                "etablissements_situes",
                vec!["etablissements_base", "communes", "academies"]
            ),
            ("liens", vec!["etablissements_situes", "batiments"]),
        ]
    );
}

#[test]
fn options_become_types() {
    let project = project();
    let (etablissements, table) = project.table("etablissements").unwrap();
    assert_eq!(
        (table.contract.as_str(), table.zone),
        ("etablissements", Zone::Open)
    );
    let SourceKind::Rnb { departements } = &etablissements.sources["batiments"].kind else {
        panic!("not RNB");
    };
    assert_eq!(
        departements
            .iter()
            .map(edulac_model::Departement::two_or_three)
            .collect::<Vec<_>>(),
        ["35", "44"]
    );
    let SourceKind::File { url, format } = &etablissements.sources["academies"].kind else {
        panic!("not a file");
    };
    assert_eq!(url, "config/sample/edition-1/academies.geojson");
    assert_eq!(format.kind, FormatKind::Geojson);
    assert_eq!(
        etablissements.sources["annuaire"].renames["code_postal"],
        ["Code_postal", "Code postal"]
    );

    let Some(Step::Passage(passage)) = project.pipelines[0].step("communes_2026") else {
        panic!("not passage");
    };
    let vintages = passage
        .vintages()
        .map(|(column, year)| format!("{column}@{year}"));
    assert_eq!(vintages, ["insee@2026", "insee_origine@2024"]);

    let Some(Step::Normalise(codes)) = etablissements.step("etablissements_codes") else {
        panic!("no such step");
    };
    assert_eq!(codes.codes["code_commune"].kind, CodeKind::Commune);
    assert_eq!(
        codes.codes["code_commune"].vintage,
        VintageRule::ExtractDate
    );
    let Some(Geometry::Coordinates {
        projected: Some(projected),
        wgs84: Some(_),
        ..
    }) = &codes.geometry
    else {
        panic!("no coordinates");
    };
    assert_eq!(projected.crs, CrsOf::Column("epsg_origine".to_owned()));
    let Some(Step::Sql(sql)) = etablissements.step("etablissements_base") else {
        panic!("no such step");
    };
    assert!(
        sql.query
            .starts_with("SELECT identifiant_de_l_etablissement")
    );
    let Some(Step::Locate(locate)) = etablissements.step("etablissements_situes") else {
        panic!("no such step");
    };
    let commune = &locate.within["commune"];
    assert_eq!(commune.declared_column("commune"), "code_commune");
    assert_eq!(
        (commune.level_column.as_str(), commune.code_column.as_str()),
        ("type", "code")
    );

    let (territoires, autres) = project.table("autres").unwrap();
    assert_eq!(autres.zone, Zone::Restricted);
    let SourceKind::Http { url, format } = &territoires.sources["contours"].kind else {
        panic!("not http");
    };
    assert_eq!(url, "https://example.gouv.fr/contours-1.zip");
    assert_eq!(format.member.as_deref(), Some("*_communes.shp"));
    assert_eq!(
        format.kind,
        FormatKind::Shapefile {
            encoding: Some(Encoding::Windows1252)
        }
    );
    let Some(Step::Normalise(codes)) = territoires.step("communes_codes") else {
        panic!("no such step");
    };
    assert_eq!(
        codes.codes["insee"].vintage,
        VintageRule::Year(edulac_model::Vintage::parse("2024").unwrap())
    );
    let Some(Geometry::Column { crs, .. }) = &codes.geometry else {
        panic!("no column");
    };
    assert_eq!((crs.epsg(), crs.to_string().as_str()), (2154, "EPSG:2154"));
}

#[test]
fn later_findings_are_shown_at_their_place() {
    let project = project();
    let (pipeline, _) = project.table("etablissements").unwrap();
    let finding = pipeline
        .diagnostic_at(
            "/tables/etablissements/contract",
            "edulac::engine::no_contract",
            "no such contract",
        )
        .with_help("write `data-contracts/etablissements.yaml`");
    insta::assert_snapshot!(crate::shown(&[finding]));
}
