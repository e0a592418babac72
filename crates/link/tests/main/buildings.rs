use std::sync::Arc;

use arrow::array::{BooleanArray, Float64Array, RecordBatch};
use datafusion::prelude::{DataFrame, SessionContext};
use edulac_link::{LinkInputs, LinkOptions, link_step, unlinked};
use proptest::prelude::*;

use crate::support::{point, print, shapes, square, strings, table, texts};

const OPTIONS: LinkOptions = LinkOptions {
    max_distance_m: 100.0,
};

/// (UAI, east, north, quality), metres; east NaN is no position.
type School = (&'static str, f64, f64, &'static str);
/// (id, east, north, side): a square, or a point when the side is 0.
type House = (&'static str, f64, f64, f64);

fn schools(ctx: &SessionContext, schools: &[School]) -> DataFrame {
    let of = |f: fn(&School) -> String| schools.iter().map(f).collect::<Vec<_>>();
    table(
        ctx,
        &[
            ("uai", texts(&of(|s| s.0.into()))),
            (
                "geometry",
                shapes(&of(|s| {
                    if s.1.is_nan() {
                        String::new()
                    } else {
                        point(s.1, s.2)
                    }
                })),
            ),
            ("position_qualite", texts(&of(|s| s.3.into()))),
            ("code_academie", texts(&of(|_| "98".into()))),
        ],
    )
}

fn houses(ctx: &SessionContext, houses: &[House]) -> DataFrame {
    let shape = |h: &House| {
        if h.3 == 0.0 {
            point(h.1, h.2)
        } else {
            square(h.1, h.2, h.3)
        }
    };
    table(
        ctx,
        &[
            ("source", texts(&vec!["rnb"; houses.len()])),
            (
                "id_source",
                texts(&houses.iter().map(|h| h.0).collect::<Vec<_>>()),
            ),
            (
                "rnb_id",
                texts(&houses.iter().map(|h| h.0).collect::<Vec<_>>()),
            ),
            (
                "geometry",
                shapes(&houses.iter().map(shape).collect::<Vec<_>>()),
            ),
        ],
    )
}

async fn linked(schools_: &[School], houses_: &[House]) -> (Vec<RecordBatch>, String, String) {
    let ctx = SessionContext::new();
    let links = link_step(
        &ctx,
        &LinkInputs::new(schools(&ctx, schools_), houses(&ctx, houses_)),
        &OPTIONS,
    )
    .await
    .unwrap();
    let rows = links.clone().collect().await.unwrap();
    let shown = [
        "uai",
        "id_source",
        "methode",
        "distance_m",
        "score",
        "statut",
        "rang",
        "part_batiment",
    ];
    let text = print(links.clone().select_columns(&shown).unwrap()).await;
    let left = unlinked(&ctx, schools(&ctx, schools_), links, &OPTIONS)
        .await
        .unwrap();
    (
        rows,
        text,
        print(
            left.select_columns(&["uai", "motif", "batiments_possibles"])
                .unwrap(),
        )
        .await,
    )
}

#[tokio::test]
async fn the_village_is_linked_as_its_people_would() {
    let schools = [
        ("0990001A", 5.0, 5.0, "precise"),
        ("0990002B", 6.0, 6.0, "precise"),
        ("0990003C", 203.0, 22.0, "precise"),
        ("0990004D", 412.0, 5.0, "precise"),
        ("0990005E", 605.0, 5.0, "commune"),
        ("0990006F", 805.0, 60.0, "precise"),
        ("0990007G", 5_000.0, 5.0, "precise"),
        ("0990008H", f64::NAN, 0.0, "precise"),
    ];
    let houses = [
        ("cite", 0.0, 0.0, 10.0),
        ("annexe", 4.0, 4.0, 10.0),
        ("isole", 200.0, 10.0, 10.0),
        ("gauche", 400.0, 0.0, 10.0),
        ("droite", 414.0, 0.0, 10.0),
        ("mairie", 600.0, 0.0, 10.0),
        ("grange", 800.0, 0.0, 10.0),
    ];
    let (_, links, left) = linked(&schools, &houses).await;
    let expected = "\
+----------+-----------+-------------+------------+--------+---------+------+---------------+
| uai      | id_source | methode     | distance_m | score  | statut  | rang | part_batiment |
+----------+-----------+-------------+------------+--------+---------+------+---------------+
| 0990001A | annexe    | contient    | 0.0        | 0.9851 | accepte | 1    | 0.5           |
| 0990001A | cite      | contient    | 0.0        | 0.9851 | accepte | 2    | 0.5           |
| 0990002B | annexe    | contient    | 0.0        | 0.9851 | accepte | 1    | 0.5           |
| 0990002B | cite      | contient    | 0.0        | 0.9851 | accepte | 2    | 0.5           |
| 0990003C | isole     | plus_proche | 2.0        | 0.9261 | accepte | 1    | 1.0           |
| 0990004D | droite    | plus_proche | 2.0        | 0.2885 | ambigu  | 1    |               |
| 0990004D | gauche    | plus_proche | 2.0        | 0.2885 | ambigu  | 2    |               |
| 0990005E | mairie    | contient    | 0.0        | 0.0    | ambigu  | 1    |               |
| 0990006F | grange    | plus_proche | 50.0       | 0.2211 | ambigu  | 1    |               |
+----------+-----------+-------------+------------+--------+---------+------+---------------+";
    assert_eq!(links, expected, "{links}");
    let expected = "\
+----------+--------------------------------------+---------------------+
| uai      | motif                                | batiments_possibles |
+----------+--------------------------------------+---------------------+
| 0990004D | plusieurs bâtiments possibles        | 2                   |
| 0990005E | position imprécise                   | 1                   |
| 0990006F | un bâtiment possible, sans certitude | 1                   |
| 0990007G | aucun bâtiment à moins de 100 m      | 0                   |
| 0990008H | sans position                        | 0                   |
+----------+--------------------------------------+---------------------+";
    assert_eq!(left, expected, "{left}");
}

#[tokio::test]
async fn a_position_well_outside_of_its_declared_commune_accepts_nothing() {
    let ctx = SessionContext::new();
    let uais = ["0990001A", "0990002B", "0990003C"];
    let inside = [point(5.0, 5.0), point(205.0, 5.0), point(405.0, 5.0)];
    let at_home = table(
        &ctx,
        &[
            ("uai", texts(&uais)),
            ("geometry", shapes(&inside)),
            ("position_qualite", texts(&["precise"; 3])),
            (
                "commune_concorde",
                Arc::new(BooleanArray::from(vec![
                    Some(true),
                    Some(false),
                    Some(false),
                ])),
            ),
            (
                "commune_distance_limite_m",
                Arc::new(Float64Array::from(vec![900.0, 99.0, 101.0])),
            ),
        ],
    );
    let houses_ = [
        ("un", 0.0, 0.0, 10.0),
        ("deux", 200.0, 0.0, 10.0),
        ("trois", 400.0, 0.0, 10.0),
    ];
    let links = link_step(
        &ctx,
        &LinkInputs::new(at_home.clone(), houses(&ctx, &houses_)),
        &OPTIONS,
    )
    .await
    .unwrap();
    let left = unlinked(&ctx, at_home, links.clone(), &OPTIONS)
        .await
        .unwrap();
    let statuses = print(links.select_columns(&["uai", "statut"]).unwrap()).await;
    assert_eq!(statuses.matches("accepte").count(), 2, "{statuses}");
    assert!(statuses.contains("| 0990003C | ambigu  |"), "{statuses}");
    let left = print(left.select_columns(&["uai", "motif"]).unwrap()).await;
    assert!(
        left.contains("| 0990003C | position hors de la commune déclarée |"),
        "{left}"
    );
}

#[tokio::test]
async fn a_uai_with_two_sites_is_linked_from_both_and_to_each_building_once() {
    let schools = [
        ("0990001A", 5.0, 5.0, "precise"),
        ("0990001A", 205.0, 5.0, "precise"),
        ("0990001A", 6.0, 5.0, "precise"),
    ];
    let (rows, text, left) = linked(
        &schools,
        &[("nord", 0.0, 0.0, 10.0), ("sud", 200.0, 0.0, 10.0)],
    )
    .await;
    assert_eq!(strings(&rows, "id_source"), ["nord", "sud"], "{text}");
    assert_eq!(strings(&rows, "rang"), ["1", "2"]);
    assert!(!left.contains("0990001A"));
}

#[tokio::test]
async fn a_building_known_as_a_point_is_never_inside_of() {
    let (rows, _, _) = linked(
        &[("0990001A", 0.0, 0.0, "precise")],
        &[("point", 0.0, 0.0, 0.0)],
    )
    .await;
    assert_eq!(strings(&rows, "methode"), ["plus_proche"]);
    assert_eq!(strings(&rows, "dedans"), ["false"]);
}

#[tokio::test]
async fn without_establishments_or_buildings_there_are_no_links() {
    let (rows, _, left) = linked(&[("0990001A", 0.0, 0.0, "precise")], &[]).await;
    assert_eq!(strings(&rows, "uai").len(), 0);
    assert!(left.contains("aucun bâtiment à moins de 100 m"));
    let (rows, _, _) = linked(&[], &[("a", 0.0, 0.0, 10.0)]).await;
    assert_eq!(strings(&rows, "uai").len(), 0);
}

#[tokio::test]
async fn unreadable_geometry_is_an_error_and_not_a_missing_link() {
    let ctx = SessionContext::new();
    let broken = table(
        &ctx,
        &[
            ("source", texts(&["rnb"])),
            ("id_source", texts(&["a"])),
            (
                "geometry",
                Arc::new(arrow::array::BinaryArray::from(vec![&b"x"[..]])),
            ),
        ],
    );
    let schools = schools(&ctx, &[("0990001A", 0.0, 0.0, "precise")]);
    let error = link_step(&ctx, &LinkInputs::new(schools, broken), &OPTIONS)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("WKB byte order 120"), "{error}");
    assert_eq!(format!("{:?}", error.class()), "Data");
}

fn weights_sum_to_one(rows: &[RecordBatch]) -> bool {
    let mut sums = std::collections::BTreeMap::<String, f64>::new();
    for batch in rows {
        let parts = batch.column_by_name("part_batiment").unwrap();
        let parts = parts.as_any().downcast_ref::<Float64Array>().unwrap();
        let ids = strings(std::slice::from_ref(batch), "id_source");
        for (id, part) in ids.into_iter().zip(parts) {
            if let Some(part) = part {
                *sums.entry(id).or_default() += part;
            }
        }
    }
    sums.values().all(|sum| (sum - 1.0).abs() < 1e-9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn order_is_lost_weights_sum_to_one_and_poor_positions_accept_nothing(
        schools in proptest::collection::vec((0usize..6, 0.0..150.0f64, 0.0..150.0f64, 0usize..4), 1..8),
        houses in proptest::collection::vec((0usize..20, 0.0..150.0f64, 0.0..150.0f64, 0.0..20.0f64), 0..15),
    ) {
        const UAI: [&str; 6] = ["0990001A", "0990002B", "0990003C", "0990004D", "0990005E", "0990006F"];
        const QUALITY: [&str; 4] = ["precise", "rue", "commune", "inconnue"];
        const ID: [&str; 20] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"];
        let mut schools: Vec<School> = schools.iter().map(|s| (UAI[s.0], s.1, s.2, QUALITY[s.3])).collect();
        let mut houses: Vec<House> = houses.iter().map(|h| (ID[h.0], h.1, h.2, h.3)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (rows, links, left) = runtime.block_on(linked(&schools, &houses));
        prop_assert!(weights_sum_to_one(&rows));
        let quality = strings(&rows, "position_qualite");
        for (status, quality) in strings(&rows, "statut").iter().zip(&quality) {
            prop_assert!(status != "accepte" || quality != "commune");
        }
        let mut seen = std::collections::BTreeSet::new();
        for pair in strings(&rows, "uai").into_iter().zip(strings(&rows, "id_source")) {
            prop_assert!(seen.insert(pair));
        }
        schools.reverse();
        houses.reverse();
        let (_, links_again, left_again) = runtime.block_on(linked(&schools, &houses));
        prop_assert_eq!(links, links_again);
        prop_assert_eq!(left, left_again);
    }
}
