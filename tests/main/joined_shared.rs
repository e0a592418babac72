//! `edulac join` of what several establishments share: each has its part, and totals stay.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::project::Project;

const LINKS: &str = "etablissements_batiments";

/// A file of diagnostics: buildings that are shared, that one establishment has, that none has, and one that is nowhere.
/// Gives the sum of its surfaces.
fn diagnostics(project: &Project) -> f64 {
    let some = |test: &str| {
        format!(
            "select rnb_id from (select rnb_id, max(part_batiment) as most from {LINKS} where part_batiment > 0 \
             and rnb_id is not null group by rnb_id) where {test} order by rnb_id limit 40"
        )
    };
    let free = format!(
        "select rnb_id from batiments where rnb_id not in (select rnb_id from {LINKS} where rnb_id is not null) \
         order by rnb_id limit 5"
    );
    let mut text = "Bâtiment;Surface\n".to_owned();
    let (mut total, mut lines) = (0.0, 0);
    for query in [some("most < 1"), some("most = 1"), free] {
        let found = project.query(&query, None);
        assert!(found.len() >= 3, "{query}");
        for row in found {
            lines += 1;
            let surface = f64::from(100 + lines);
            total += surface;
            // As people write them.
            let id = row["rnb_id"].as_str().unwrap();
            let id = format!("{}-{}-{}", &id[..4], &id[4..8], &id[8..]);
            let _ = writeln!(text, "{id};{surface}");
        }
    }
    text += "ZZZZ-ZZZZ-ZZZZ;7\n";
    project.write("diagnostics.csv", text);
    total + 7.0
}

/// The rows that a join writes, and its report.
fn joined(project: &Project, arguments: &[&str]) -> (Vec<BTreeMap<String, String>>, Value) {
    let common = [
        "--as",
        "surface=sum",
        "--measures",
        "surface",
        "--to",
        "joint.csv",
        "--format",
        "json",
    ];
    let report = project.edulac(&[&["join"], arguments, &common].concat());
    let report = report.with_code(0).json();
    let text = project.read("joint.csv");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    (rows.map(Result::unwrap).collect(), report)
}

fn sum(rows: &[BTreeMap<String, String>], column: &str) -> f64 {
    rows.iter()
        .filter_map(|row| row[column].parse::<f64>().ok())
        .sum()
}

#[test]
fn a_measure_of_buildings_comes_to_establishments_by_their_share() {
    let (project, _) = Project::whole_published();
    let total = diagnostics(&project);
    let inputs = ["etablissements", LINKS, "diagnostics.csv"];
    let (rows, report) = joined(&project, &[&inputs[..], &["--aggregate"]].concat());
    // By hand: the share of each link times the surface of its building.
    let by_hand = project.query(
        &format!("select uai, rnb_id, part_batiment as part from {LINKS} where part_batiment > 0 and rnb_id is not null"),
        None,
    );
    let text = project.read("diagnostics.csv").replace('-', "");
    let surfaces: BTreeMap<&str, f64> = text
        .lines()
        .skip(1)
        .map(|line| line.split_once(';').unwrap())
        .map(|(id, surface)| (id, surface.parse().unwrap()))
        .collect();
    let mut expected: BTreeMap<&str, f64> = BTreeMap::new();
    for link in &by_hand {
        if let Some(surface) = surfaces.get(link["rnb_id"].as_str().unwrap()) {
            *expected.entry(link["uai"].as_str().unwrap()).or_default() +=
                surface * link["part"].as_f64().unwrap();
        }
    }
    assert_eq!(rows.len(), 180);
    for row in &rows {
        let found = row["surface"].parse::<f64>().unwrap_or_default();
        let wanted = expected
            .get(row["uai"].as_str())
            .copied()
            .unwrap_or_default();
        assert!((found - wanted).abs() < 1e-6, "{row:?}: {wanted}");
    }
    assert!(sum(&rows, "surface") < total);
    let told = report["inputs"][2]["notes"].to_string();
    assert!(
        told.contains("shared out by `etablissements_batiments.part_batiment`"),
        "{told}"
    );

    // Whatever the order of the inputs and the territory, all of it is there once.
    for (order, level) in [
        ([0, 1, 2], "national"),
        ([2, 0, 1], "academie"),
        ([1, 2, 0], "commune"),
    ] {
        let inputs = order.map(|place| inputs[place]);
        let (cells, _) = joined(&project, &[&inputs[..], &["--level", level]].concat());
        assert!(
            (sum(&cells, "surface") - total).abs() < 1e-6,
            "{level}: {cells:?}"
        );
    }

    // Rows of the link keep what each building has, and say the part of each beside it.
    let (links, _) = joined(&project, &[LINKS, "diagnostics.csv"]);
    let shared = links
        .iter()
        .filter(|row| row["part_batiment"] == "0.5" && !row["surface"].is_empty());
    let mut halves = 0;
    for row in shared {
        let number = |column: &str| row[column].parse::<f64>().unwrap();
        assert!((number("surface") / 2.0 - number("surface_part")).abs() < 1e-9);
        halves += 1;
    }
    assert!(halves >= 2);
}
