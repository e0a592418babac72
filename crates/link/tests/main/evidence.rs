//! What ties a building to an establishment beside its position.

use std::sync::Arc;

use arrow::array::{BooleanArray, Float64Array, RecordBatch};
use datafusion::prelude::{DataFrame, SessionContext};
use edulac_link::{LinkInputs, LinkOptions, link_step};
use proptest::prelude::*;

use crate::support::{point, shapes, square, strings, table, texts};

const OPTIONS: LinkOptions = LinkOptions {
    max_distance_m: 100.0,
};

/// (UAI, east and north in metres, or none, quality, address).
type School = (&'static str, Option<(f64, f64)>, &'static str, &'static str);
/// (id, east, north, side, street number and street of its address, or nothing).
type House = (&'static str, f64, f64, f64, &'static str);
/// (UAI, east, north, side, a pin).
type Ground = (&'static str, f64, f64, f64, bool);

fn schools(ctx: &SessionContext, schools: &[School]) -> DataFrame {
    let of = |f: fn(&School) -> String| schools.iter().map(f).collect::<Vec<_>>();
    let position = |school: &School| school.1.map_or_else(String::new, |(x, y)| point(x, y));
    table(
        ctx,
        &[
            ("uai", texts(&of(|school| school.0.into()))),
            ("geometry", shapes(&of(position))),
            ("position_qualite", texts(&of(|school| school.2.into()))),
            ("adresse", texts(&of(|school| school.3.into()))),
            ("code_commune", texts(&of(|_| "35238".into()))),
            ("code_academie", texts(&of(|_| "14".into()))),
        ],
    )
}

fn houses(ctx: &SessionContext, houses: &[House]) -> DataFrame {
    let of = |f: fn(&House) -> String| houses.iter().map(f).collect::<Vec<_>>();
    let address = |house: &House| match house.4.split_once(' ') {
        Some((number, street)) => format!(
            r#"[{{"cle_interop_ban" : "35238_1234_{number:0>5}", "street_number" : "{number}", "street_rep" : null, "street" : "{street}", "city_zipcode" : "35000", "city_name" : "Rennes"}}]"#
        ),
        None => "[]".to_owned(),
    };
    table(
        ctx,
        &[
            ("source", texts(&of(|_| "rnb".into()))),
            ("id_source", texts(&of(|house| house.0.into()))),
            ("rnb_id", texts(&of(|house| house.0.into()))),
            (
                "geometry",
                shapes(&of(|house| square(house.1, house.2, house.3))),
            ),
            ("adresses", texts(&of(address))),
        ],
    )
}

fn grounds(ctx: &SessionContext, grounds: &[Ground]) -> DataFrame {
    let of = |f: fn(&Ground) -> String| grounds.iter().map(f).collect::<Vec<_>>();
    // One zone may be of several establishments.
    let id = |ground: &Ground| format!("{} {} {}", ground.1, ground.2, ground.3);
    let pins: BooleanArray = grounds.iter().map(|ground| Some(ground.4)).collect();
    table(
        ctx,
        &[
            ("id_source", texts(&of(id))),
            ("uai", texts(&of(|ground| ground.0.into()))),
            (
                "geometry",
                shapes(&of(|ground| square(ground.1, ground.2, ground.3))),
            ),
            ("surface_conventionnelle", Arc::new(pins)),
        ],
    )
}

fn named(ctx: &SessionContext, pairs: &[(&str, &str)]) -> DataFrame {
    let (uais, ids): (Vec<&str>, Vec<&str>) = pairs.iter().copied().unzip();
    table(ctx, &[("uai", texts(&uais)), ("rnb_id", texts(&ids))])
}

/// `uai id statut methode` of each link that is not rejected.
async fn told(ctx: &SessionContext, inputs: &LinkInputs) -> Vec<String> {
    let links = link_step(ctx, inputs, &OPTIONS).await.unwrap();
    lines(&links.collect().await.unwrap())
}

fn lines(rows: &[RecordBatch]) -> Vec<String> {
    let columns = ["uai", "id_source", "statut", "methode"].map(|name| strings(rows, name));
    (0..columns[0].len())
        .map(|row| {
            columns
                .each_ref()
                .map(|column| column[row].clone())
                .join(" ")
        })
        .filter(|line| !line.contains("rejete"))
        .collect()
}

#[tokio::test]
async fn an_address_finds_the_building_of_a_school_without_position() {
    let ctx = SessionContext::new();
    let schools = schools(
        &ctx,
        &[
            ("0350001A", None, "inconnue", "12 RUE DE L'ECOLE"),
            ("0350002B", None, "inconnue", "12 rue de Brest"),
            ("0350003C", None, "inconnue", "rue de l'École"),
        ],
    );
    let houses = houses(
        &ctx,
        &[
            ("ecole", 0.0, 0.0, 20.0, "12 Rue de l'École"),
            ("voisin", 30.0, 0.0, 10.0, "14 Rue de l'École"),
        ],
    );
    let inputs = LinkInputs::new(schools, houses);
    assert_eq!(
        told(&ctx, &inputs).await,
        ["0350001A ecole accepte adresse"]
    );
}

#[tokio::test]
async fn the_register_of_addresses_gives_the_key_of_a_street_that_is_written_otherwise() {
    let ctx = SessionContext::new();
    let mut inputs = LinkInputs::new(
        schools(&ctx, &[("0350001A", None, "inconnue", "12 rue des Halles")]),
        houses(&ctx, &[("ecole", 0.0, 0.0, 20.0, "12 Grand-Rue")]),
    );
    assert_eq!(told(&ctx, &inputs).await, [""; 0]);
    inputs.addresses = Some(table(
        &ctx,
        &[
            (
                "cle_interop",
                texts(&["35238_1234_00012", "35238_1234_00014"]),
            ),
            ("voie", texts(&["Rue des Halles", "Rue des Halles"])),
        ],
    ));
    assert_eq!(
        told(&ctx, &inputs).await,
        ["0350001A ecole accepte adresse"]
    );
}

#[tokio::test]
async fn the_ground_gives_its_buildings_but_those_that_have_another_address() {
    let ctx = SessionContext::new();
    let mut inputs = LinkInputs::new(
        schools(
            &ctx,
            &[("0350001A", Some((5.0, 5.0)), "precise", "12 rue Pasteur")],
        ),
        houses(
            &ctx,
            &[
                ("ecole", 0.0, 0.0, 20.0, "12 Rue Pasteur"),
                ("cantine", 30.0, 0.0, 12.0, ""),
                ("maison", 50.0, 0.0, 9.0, "14 Rue Pasteur"),
                ("bord", 95.0, 0.0, 10.0, ""),
                ("dehors", 150.0, 0.0, 20.0, ""),
            ],
        ),
    );
    inputs.perimeters = Some(grounds(&ctx, &[("0350001A", -5.0, -5.0, 106.0, false)]));
    assert_eq!(
        told(&ctx, &inputs).await,
        [
            "0350001A ecole accepte perimetre",
            "0350001A cantine accepte perimetre",
            "0350001A maison ambigu perimetre",
            "0350001A bord ambigu perimetre",
        ]
    );
}

#[tokio::test]
async fn a_pin_designates_the_building_that_holds_it() {
    let ctx = SessionContext::new();
    let mut inputs = LinkInputs::new(
        schools(&ctx, &[("0350001A", None, "inconnue", "")]),
        houses(
            &ctx,
            &[
                ("ecole", 0.0, 0.0, 20.0, ""),
                ("voisin", 21.0, 0.0, 20.0, ""),
            ],
        ),
    );
    inputs.perimeters = Some(grounds(&ctx, &[("0350001A", 8.0, 8.0, 5.0, true)]));
    assert_eq!(
        told(&ctx, &inputs).await,
        ["0350001A ecole accepte perimetre"]
    );
}

#[tokio::test]
async fn schools_of_one_ground_keep_their_own_buildings_and_share_the_others() {
    let ctx = SessionContext::new();
    let mut inputs = LinkInputs::new(
        schools(
            &ctx,
            &[
                ("0350001A", Some((5.0, 5.0)), "precise", ""),
                ("0350002B", Some((45.0, 5.0)), "precise", ""),
            ],
        ),
        houses(
            &ctx,
            &[
                ("maternelle", 0.0, 0.0, 20.0, ""),
                ("elementaire", 40.0, 0.0, 20.0, ""),
                ("cantine", 20.0, 40.0, 15.0, ""),
            ],
        ),
    );
    let ground = |uai| (uai, -5.0, -5.0, 80.0, false);
    inputs.perimeters = Some(grounds(&ctx, &[ground("0350001A"), ground("0350002B")]));
    assert_eq!(
        told(&ctx, &inputs).await,
        [
            "0350001A maternelle accepte perimetre",
            "0350001A cantine accepte perimetre",
            "0350001A elementaire ambigu perimetre",
            "0350002B elementaire accepte perimetre",
            "0350002B cantine accepte perimetre",
            "0350002B maternelle ambigu perimetre",
        ]
    );
}

#[tokio::test]
async fn what_the_ministry_declares_is_believed_unless_it_is_far() {
    let ctx = SessionContext::new();
    let mut inputs = LinkInputs::new(
        schools(
            &ctx,
            &[
                ("0350001A", Some((60.0, 5.0)), "precise", ""),
                ("0350002B", Some((60.0, 9_000.0)), "precise", ""),
                ("0350003C", None, "inconnue", ""),
            ],
        ),
        houses(&ctx, &[("ecole", 0.0, 0.0, 20.0, "")]),
    );
    let declared = ["0350001A", "0350002B", "0350003C"].map(|uai| (uai, "ecole"));
    inputs.declared = Some(named(&ctx, &declared));
    assert_eq!(
        told(&ctx, &inputs).await,
        [
            "0350001A ecole accepte declare",
            "0350002B ecole ambigu declare",
            "0350003C ecole accepte declare",
        ]
    );
}

#[tokio::test]
async fn a_correction_wins_and_says_what_would_be_without_it() {
    let ctx = SessionContext::new();
    let mut inputs = LinkInputs::new(
        schools(&ctx, &[("0350001A", Some((5.0, 5.0)), "precise", "")]),
        houses(
            &ctx,
            &[
                ("ecole", 0.0, 0.0, 20.0, ""),
                ("voisin", 40.0, 0.0, 20.0, ""),
            ],
        ),
    );
    inputs.corrections = Some(table(
        &ctx,
        &[
            ("uai", texts(&["0350001A", "0350001A"])),
            ("id_source", texts(&["ecole", "voisin"])),
            ("decision", texts(&["rejete", "accepte"])),
            ("auteur", texts(&["A. Relecteur", "A. Relecteur"])),
            ("motif", texts(&["logement", "vu sur place"])),
        ],
    ));
    let links = link_step(&ctx, &inputs, &OPTIONS).await.unwrap();
    let rows = links.collect().await.unwrap();
    assert_eq!(strings(&rows, "id_source"), ["voisin", "ecole"]);
    assert_eq!(strings(&rows, "statut"), ["accepte", "rejete"]);
    assert_eq!(strings(&rows, "statut_calcule"), ["rejete", "accepte"]);
    let why = &strings(&rows, "explication")[0];
    assert!(why.contains("A. Relecteur : vu sur place"), "{why}");
}

#[tokio::test]
async fn what_stands_on_the_parcel_of_a_school_goes_with_it_unless_it_has_an_address() {
    let ctx = SessionContext::new();
    let plots = [r#"[{"id" : "1", "bdg_cover_ratio" : 1.0}]"#; 3];
    let address = r#"[{"cle_interop_ban" : "35238_1234_00012", "street" : "Rue Pasteur"}]"#;
    let buildings = table(
        &ctx,
        &[
            ("source", texts(&["rnb"; 3])),
            ("id_source", texts(&["ecole", "garage", "maison"])),
            (
                "geometry",
                shapes(&[
                    square(0.0, 0.0, 20.0),
                    square(60.0, 0.0, 6.0),
                    square(70.0, 0.0, 9.0),
                ]),
            ),
            ("adresses", texts(&["", "", address])),
            ("parcelles", texts(&plots)),
        ],
    );
    let school = schools(&ctx, &[("0350001A", Some((5.0, 5.0)), "precise", "")]);
    assert_eq!(
        told(&ctx, &LinkInputs::new(school, buildings)).await,
        [
            "0350001A ecole accepte contient",
            "0350001A garage accepte parcelle",
            "0350001A maison ambigu parcelle",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn with_all_evidence_order_is_lost_and_every_accepted_link_has_one(
        schools_ in proptest::collection::vec((0usize..4, proptest::option::of((0.0..120.0f64, 0.0..120.0f64)), 0usize..4, 0usize..3), 1..6),
        houses_ in proptest::collection::vec((0usize..10, 0.0..120.0f64, 0.0..120.0f64, 5.0..25.0f64, 0usize..3), 0..10),
        grounds_ in proptest::collection::vec((0usize..4, 0.0..100.0f64, 0.0..100.0f64, 2.0..60.0f64), 0..4),
        declared in proptest::collection::vec((0usize..4, 0usize..10), 0..3),
    ) {
        const UAI: [&str; 4] = ["0350001A", "0350002B", "0350003C", "0350004D"];
        const QUALITY: [&str; 4] = ["precise", "rue", "commune", "inconnue"];
        const LINES: [&str; 3] = ["", "12 rue Pasteur", "12 Rue de Brest"];
        const ID: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let mut schools_: Vec<School> = schools_.iter().map(|s| (UAI[s.0], s.1, QUALITY[s.2], LINES[s.3])).collect();
        let mut houses_: Vec<House> = houses_.iter().map(|h| (ID[h.0], h.1, h.2, h.3, LINES[h.4])).collect();
        let mut grounds_: Vec<Ground> = grounds_.iter().map(|g| (UAI[g.0], g.1, g.2, g.3, g.3 < 5.0)).collect();
        let mut declared: Vec<(&str, &str)> = declared.iter().map(|d| (UAI[d.0], ID[d.1])).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let linked = |schools_: &[School], houses_: &[House], grounds_: &[Ground], declared: &[(&str, &str)]| {
            let ctx = SessionContext::new();
            let mut inputs = LinkInputs::new(schools(&ctx, schools_), houses(&ctx, houses_));
            inputs.perimeters = Some(grounds(&ctx, grounds_));
            inputs.declared = Some(named(&ctx, declared));
            runtime.block_on(async {
                link_step(&ctx, &inputs, &OPTIONS).await.unwrap().collect().await.unwrap()
            })
        };
        let rows = linked(&schools_, &houses_, &grounds_, &declared);
        let evidence = strings(&rows, "preuves");
        let near = strings(&rows, "distance_m");
        let mut parts = std::collections::BTreeMap::<String, f64>::new();
        for batch in &rows {
            let column = batch.column_by_name("part_batiment").unwrap();
            let column = column.as_any().downcast_ref::<Float64Array>().unwrap();
            for (id, part) in strings(std::slice::from_ref(batch), "id_source").into_iter().zip(column) {
                *parts.entry(id).or_default() += part.unwrap_or_default();
            }
        }
        prop_assert!(parts.values().all(|part| part.abs() < 1e-9 || (part - 1.0).abs() < 1e-9));
        for ((status, evidence), near) in strings(&rows, "statut").iter().zip(&evidence).zip(&near) {
            let metres = near.parse::<f64>().unwrap_or(f64::INFINITY);
            prop_assert!(status != "accepte" || evidence != "plus_proche" || metres <= 8.0);
        }
        schools_.reverse();
        houses_.reverse();
        grounds_.reverse();
        declared.reverse();
        prop_assert_eq!(rows, linked(&schools_, &houses_, &grounds_, &declared));
    }
}
