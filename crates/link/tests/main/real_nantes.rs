//! The schools of Nantes and the buildings of BD TOPO around them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray, BinaryArray};
use arrow::datatypes::Float64Type;
use datafusion::functions::core::expr_fn::nullif;
use datafusion::functions_aggregate::expr_fn::{count_distinct, max, min};
use datafusion::prelude::{DataFrame, SessionContext, col, lit};
use edulac_geo::crs::{self, Epsg};
use edulac_geo::{wkb, wkt};
use edulac_link::{LinkInputs, LinkOptions, link_step, unlinked};

use crate::support::{print, real_data, records, strings, table, texts};

/// The buildings, and the box around them in Lambert-93.
fn buildings(ctx: &SessionContext) -> Option<(DataFrame, wkb::BBox)> {
    let path =
        real_data("rnb/nantes_bdtopo_with_ids_rnb/BATIMENT_nantes_centre_2025-06-15_IDS_RNB.csv")?;
    let (mut ids, mut rnb_ids, mut shapes) = (Vec::new(), Vec::new(), Vec::new());
    let mut around: Option<wkb::BBox> = None;
    for [id, rnb, geometry] in records(path, ["ID", "IDS_RNB", "geometry"]) {
        let lambert = wkb::read(&wkt::to_wkb(&geometry).unwrap()).unwrap();
        let bytes = wkb::write(&crs::geometry_to_crs84(Epsg(2154), &lambert).unwrap());
        let bbox = wkb::bbox(&wkb::write(&lambert)).unwrap().unwrap();
        around = Some(around.map_or(bbox, |all| all.union(bbox)));
        ids.push(id);
        rnb_ids.push(rnb.split('/').next().unwrap_or_default().to_owned());
        shapes.push(Some(bytes));
    }
    assert_eq!(ids.len(), 8_639);
    let columns = [
        ("source", texts(&vec!["bdtopo"; ids.len()])),
        ("id_source", texts(&ids)),
        ("rnb_id", texts(&rnb_ids)),
        (
            "geometry",
            Arc::new(shapes.into_iter().collect::<BinaryArray>()) as _,
        ),
    ];
    Some((table(ctx, &columns), around?))
}

fn schools(ctx: &SessionContext, around: wkb::BBox) -> Option<DataFrame> {
    let text = std::fs::read_to_string(real_data(
        "annuaire/pays-de-la-loire_2026-01/schools_74ffa67e.json",
    )?)
    .unwrap();
    let all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(all.len(), 2_990);
    let position = |school: &serde_json::Value| {
        let place = &school["coordinates"];
        place["longitude"].as_f64().zip(place["latitude"].as_f64())
    };
    let here: Vec<_> = all
        .iter()
        .filter_map(|school| position(school).map(|place| (school["uai"].as_str().unwrap(), place)))
        .filter(|(_, (lon, lat))| {
            crs::from_crs84(Epsg(2154), *lon, *lat).is_ok_and(|(x, y)| around.contains(x, y))
        })
        .collect();
    assert_eq!(here.len(), 31);
    let shapes: BinaryArray = here
        .iter()
        .map(|(_, (x, y))| Some(wkb::write_point(*x, *y)))
        .collect();
    Some(table(
        ctx,
        &[
            (
                "uai",
                texts(&here.iter().map(|school| school.0).collect::<Vec<_>>()),
            ),
            ("geometry", Arc::new(shapes)),
            ("position_qualite", texts(&vec!["precise"; here.len()])),
        ],
    ))
}

#[tokio::test]
async fn the_schools_of_nantes_find_their_buildings() {
    let ctx = SessionContext::new();
    let Some((buildings, around)) = buildings(&ctx) else {
        return;
    };
    let Some(schools) = schools(&ctx, around) else {
        return;
    };
    let options = LinkOptions {
        max_distance_m: 100.0,
    };
    let links = link_step(&ctx, &LinkInputs::new(schools.clone(), buildings), &options)
        .await
        .unwrap();
    let nearest = links
        .clone()
        .aggregate(
            vec![col("uai")],
            vec![
                min(col("distance_m")).alias("distance_m"),
                max(col("dedans")).alias("dedans"),
                count_distinct(nullif(col("statut").eq(lit("accepte")), lit(false)))
                    .alias("accepte"),
            ],
        )
        .unwrap();
    let nearest = nearest.collect().await.unwrap();
    let mut distances: Vec<f64> = nearest
        .iter()
        .flat_map(|batch| {
            let column = batch.column_by_name("distance_m").unwrap();
            column.as_primitive::<Float64Type>().values().to_vec()
        })
        .collect();
    distances.sort_by(f64::total_cmp);
    assert_eq!(distances.len(), 31);
    let count = |column: &str, value: &str| {
        let values = strings(&nearest, column);
        values.iter().filter(|found| *found == value).count()
    };
    assert_eq!(count("dedans", "true"), 12);
    assert!((distances[15] - 1.6).abs() < 0.05, "{distances:?}");
    assert!((distances[30] - 15.6).abs() < 0.05, "{distances:?}");
    let told = links
        .clone()
        .select_columns(&["uai", "rang", "statut", "explication", "rnb_id"])
        .unwrap();
    println!("{}", print(told).await);
    println!(
        "{}",
        print(
            unlinked(&ctx, schools, links.clone(), &options)
                .await
                .unwrap()
        )
        .await
    );
    // Twelve positions are in a building; by position alone no more than nineteen can be told.
    assert_eq!(count("accepte", "1"), 18);
    let accepted = links.filter(col("statut").eq(lit("accepte"))).unwrap();
    let accepted = accepted.collect().await.unwrap();
    assert!(strings(&accepted, "rnb_id").iter().all(|id| !id.is_empty()));
    let mut schools_of: BTreeMap<String, usize> = BTreeMap::new();
    for id in strings(&accepted, "id_source") {
        *schools_of.entry(id).or_default() += 1;
    }
    let shared = schools_of.values().filter(|schools| **schools == 2).count();
    println!("buildings of two schools: {shared}");
}
