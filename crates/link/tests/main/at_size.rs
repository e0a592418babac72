//! Measurements at national size, on demand: `cargo nextest run … --run-ignored all -E 'test(at_size)'`.

use std::sync::Arc;
use std::time::Instant;

use arrow::array::{BinaryArray, RecordBatch};
use datafusion::prelude::SessionContext;
use edulac_geo::wkb;
use edulac_link::{LinkInputs, LinkOptions, LocateOptions, Within, link_step, locate_step};

use crate::real_locate;
use crate::support::{place, shapes, square, strings, table, texts};

/// A fixed sequence of numbers from 0 to 1.
fn numbers() -> impl FnMut() -> f64 {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[tokio::test]
#[ignore = "a measurement"]
async fn seventy_thousand_points_in_the_real_communes() {
    let ctx = SessionContext::new();
    let Some(communes) = real_locate::communes(&ctx) else {
        return;
    };
    let mut next = numbers();
    let points: BinaryArray = (0..70_000)
        .map(|_| Some(wkb::write_point(-1.5 + 7.0 * next(), 43.5 + 5.5 * next())))
        .collect();
    let points = table(&ctx, &[("geometry", Arc::new(points))]);
    let within = Within {
        name: "commune".into(),
        areas: communes,
        levels: vec!["ARM".into(), "COM".into()],
        level_column: Some("type".into()),
        code_column: "code".into(),
        declared_column: None,
    };
    let options = LocateOptions {
        within: vec![within],
        straddling_m: Some(200.0),
    };
    let start = Instant::now();
    let located = locate_step(&ctx, points, &options).await.unwrap();
    println!("index: {:?}", start.elapsed());
    let start = Instant::now();
    let rows = located.collect().await.unwrap();
    let outside = strings(&rows, "commune_situee")
        .iter()
        .filter(|code| code.is_empty())
        .count();
    println!(
        "70,000 points located: {:?} ({outside} in no commune)",
        start.elapsed()
    );
}

#[tokio::test]
#[ignore = "a measurement"]
async fn a_million_buildings_past_seventy_thousand_establishments() {
    let ctx = SessionContext::new();
    let mut next = numbers();
    let batch = |ids: Vec<String>, squares: Vec<String>| -> RecordBatch {
        let sources = vec!["rnb"; ids.len()];
        RecordBatch::try_from_iter_with_nullable([
            ("source", texts(&sources), true),
            ("id_source", texts(&ids), true),
            ("geometry", shapes(&squares), true),
        ])
        .unwrap()
    };
    // 300 km by 300 km: as dense in establishments as the metropole, 40 times less in buildings.
    let batches: Vec<_> = (0..125)
        .map(|block| {
            let ids = (0..8_000)
                .map(|row| format!("{block:03}{row:06}"))
                .collect();
            batch(
                ids,
                (0..8_000)
                    .map(|_| square(300e3 * next(), 300e3 * next(), 12.0))
                    .collect(),
            )
        })
        .collect();
    let points: BinaryArray = (0..70_000)
        .map(|_| {
            let (x, y) = place(300e3 * next(), 300e3 * next());
            Some(wkb::write_point(x, y))
        })
        .collect();
    let uais: Vec<_> = (0..70_000).map(|row| format!("{row:07}A")).collect();
    let columns = [
        ("uai", texts(&uais)),
        ("geometry", Arc::new(points) as _),
        ("position_qualite", texts(&vec!["precise"; 70_000])),
    ];
    let establishments = table(&ctx, &columns);
    let buildings = ctx.read_batches(batches).unwrap();
    let start = Instant::now();
    let links = link_step(
        &ctx,
        &LinkInputs::new(establishments, buildings),
        &LinkOptions {
            max_distance_m: 100.0,
        },
    )
    .await
    .unwrap();
    println!(
        "1,000,000 buildings, 70,000 establishments: {:?}, {} links",
        start.elapsed(),
        links.count().await.unwrap()
    );
}
