//! The schools of Nantes and the buildings of BD TOPO around them.

use std::sync::Arc;

use arrow::array::{AsArray, BinaryArray};
use arrow::datatypes::Float64Type;
use datafusion::prelude::{DataFrame, SessionContext};
use edulac_geo::crs::{self, Epsg};
use edulac_geo::{wkb, wkt};
use edulac_link::{LinkOptions, link_step, unlinked};

use crate::support::{print, real_data, strings, table, texts};

/// The buildings, and the box around them in Lambert-93.
fn buildings(ctx: &SessionContext) -> Option<(DataFrame, wkb::BBox)> {
    let path =
        real_data("rnb/nantes_bdtopo_with_ids_rnb/BATIMENT_nantes_centre_2025-06-15_IDS_RNB.csv")?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(path)
        .unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| {
        headers
            .iter()
            .position(|h| h.trim_start_matches('\u{feff}') == name)
            .unwrap()
    };
    let (id, rnb, geometry) = (at("ID"), at("IDS_RNB"), at("geometry"));
    let (mut ids, mut rnb_ids, mut shapes) = (Vec::new(), Vec::new(), Vec::new());
    let mut around: Option<wkb::BBox> = None;
    for record in reader.records() {
        let record = record.unwrap();
        let lambert = wkb::read(&wkt::to_wkb(&record[geometry]).unwrap()).unwrap();
        let bytes = wkb::write(&crs::geometry_to_crs84(Epsg(2154), &lambert).unwrap());
        let bbox = wkb::bbox(&wkb::write(&lambert)).unwrap().unwrap();
        around = Some(around.map_or(bbox, |all| all.union(bbox)));
        ids.push(record[id].to_owned());
        rnb_ids.push(record[rnb].split('/').next().unwrap_or_default().to_owned());
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
    let links = link_step(&ctx, schools.clone(), buildings, &options)
        .await
        .unwrap();
    let first = links
        .clone()
        .filter(datafusion::prelude::col("rang").eq(datafusion::prelude::lit(1)))
        .unwrap();
    let first = first.collect().await.unwrap();

    let mut distances: Vec<f64> = first
        .iter()
        .flat_map(|batch| {
            batch
                .column_by_name("distance_m")
                .unwrap()
                .as_primitive::<Float64Type>()
                .values()
                .to_vec()
        })
        .collect();
    distances.sort_by(f64::total_cmp);
    assert_eq!(distances.len(), 31);
    assert_eq!(
        strings(&first, "dedans")
            .iter()
            .filter(|inside| *inside == "true")
            .count(),
        12
    );
    assert!((distances[15] - 1.6).abs() < 0.05, "{distances:?}");
    assert!((distances[30] - 15.6).abs() < 0.05, "{distances:?}");
    assert!(strings(&first, "rnb_id").iter().all(|id| !id.is_empty()));
    let statuses = strings(&first, "statut");
    let count = |status: &str| statuses.iter().filter(|s| *s == status).count();
    println!(
        "31 schools: {} accepted, {} ambiguous, {} rejected",
        count("accepte"),
        count("ambigu"),
        count("rejete")
    );
    println!(
        "{}",
        print(unlinked(&ctx, schools, links, &options).await.unwrap()).await
    );
    assert!(count("accepte") >= 12);
}
