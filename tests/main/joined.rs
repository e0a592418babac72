//! `edulac join` on the sample: what meets, what does not and why, what is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::project::Project;
use crate::run::{picture, undated};

/// A release of the whole sample.
fn published() -> Project {
    Project::whole_published().0
}

/// Holds what a command prints as a snapshot; its exit code.
#[track_caller]
fn shown(name: &str, project: &Project, arguments: &[&str]) -> i32 {
    let output = project.edulac(arguments);
    picture(name, &undated(&output.picture()));
    output.code
}

/// The match report of a join that ends well.
#[track_caller]
fn report(project: &Project, arguments: &[&str]) -> Value {
    let report = project.edulac(&[&["join", "--format", "json"], arguments].concat());
    let report = report.with_code(0).json();
    for pair in report["pairs"].as_array().unwrap() {
        for side in ["of_left", "of_right"] {
            let of = |word: &str| pair[side][word].as_u64().unwrap();
            assert_eq!(of("matched") + of("unmatched"), of("read"), "{pair}");
            let told = pair[side]["reasons"].as_array().unwrap().iter();
            let told: u64 = told.map(|reason| reason["rows"].as_u64().unwrap()).sum();
            assert_eq!(told, of("unmatched"), "{pair}");
        }
    }
    report
}

/// The rows that a join writes.
#[track_caller]
fn joined(project: &Project, arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    let file = "joint.csv";
    project
        .edulac(&[&["join", "--to", file], arguments].concat())
        .with_code(0);
    csv(&project.read(file))
}

fn csv(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// What a command that ends with this code says of itself.
#[track_caller]
fn said(project: &Project, code: i32, arguments: &[&str]) -> String {
    let ended = project
        .edulac(&[&["join"], arguments].concat())
        .with_code(code);
    format!("{}{}", ended.stdout, ended.stderr)
}

fn reasons(side: &Value) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for reason in side["reasons"].as_array().unwrap() {
        let motif = reason["motif"].as_str().unwrap().to_owned();
        *all.entry(motif).or_default() += reason["rows"].as_u64().unwrap();
    }
    all
}

const IPS: &str = "ips:niveau=college,rentree=2024";
const RESULTS: &str =
    "resultats:session=2025,dispositif=IVAC,serie=generale,indicateur=va_taux_reussite";

#[test]
fn tables_meet_by_what_they_identify_and_every_row_is_accounted_for() {
    let project = published();

    // Session N closes rentrée N-1.
    let met = report(&project, &[IPS, RESULTS]);
    assert_eq!(met["pairs"][0]["of_left"]["matched"], 22);
    let other = RESULTS.replace("2025", "2024");
    let apart = report(&project, &[IPS, &other]);
    assert_eq!(apart["pairs"][0]["of_left"]["matched"], 0);
    assert_eq!(
        reasons(&apart["pairs"][0]["of_left"]),
        [("autre_rentree".to_owned(), 22)].into()
    );
    assert_eq!(
        apart["pairs"][0]["of_left"]["reasons"][0]["detail"],
        "2023-2024"
    );
    let text = said(&project, 0, &[IPS, &other]);
    for words in [
        "session` N is rentrée N-1",
        "ips: 22 read, 0 matched, 22 without a row of resultats",
        "22  there, of another rentrée (2023-2024)",
        "notice ips-pas-une-performance",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }

    // An école has no value added.
    let schools = report(&project, &["ips:niveau=ecole,rentree=2024", RESULTS]);
    assert_eq!(schools["pairs"][0]["of_left"]["matched"], 0);
    assert_eq!(
        reasons(&schools["pairs"][0]["of_left"]),
        [("inconnu".to_owned(), 1), ("non_concerne".to_owned(), 96)].into()
    );

    // Closed establishments, and what took over.
    let closed = project.query(
        "select count(*) n, count(successeur_infere) s from etablissements_fermes",
        None,
    );
    let plain = report(&project, &["etablissements_fermes", "etablissements"]);
    let side = &plain["pairs"][0]["of_left"];
    assert_eq!(side["read"], closed[0]["n"]);
    assert_eq!(reasons(side)["ferme"], side["unmatched"].as_u64().unwrap());
    let followed = report(
        &project,
        &[
            "etablissements_fermes",
            "etablissements",
            "--follow-successors",
        ],
    );
    assert_eq!(followed["pairs"][0]["of_left"]["matched"], closed[0]["s"]);
    assert!(closed[0]["s"].as_u64().unwrap() > 0);

    // Nothing is lost, and the order of the inputs does not matter.
    let both = |inputs: [&str; 3]| {
        let rows = joined(&project, &[&inputs[..], &["--keep", "all"]].concat());
        let what = |row: &BTreeMap<String, String>| {
            (
                row["uai"].clone(),
                row["ips"].clone(),
                row["valeur"].clone(),
                row["nom"].clone(),
            )
        };
        let mut rows: Vec<_> = rows.iter().map(what).collect();
        rows.sort();
        rows
    };
    let directory = "etablissements:type_etablissement=Lycée,type_etablissement=Ecole";
    let first = both([IPS, RESULTS, directory]);
    assert_eq!(first, both([IPS, directory, RESULTS]));
    assert_eq!(first, both([RESULTS, IPS, directory]));
    let known = project.query(
        "select count(*) n from etablissements where type_etablissement in ('Lycée', 'Ecole')",
        None,
    );
    assert_eq!(first.len() as u64, 22 + known[0]["n"].as_u64().unwrap());

    // The rows without match, each with its reason.
    project
        .edulac(&[
            "join",
            IPS,
            &other,
            "--unmatched",
            "reste.csv",
            "--report",
            "rapport.json",
            "--keep",
            "matched",
        ])
        .with_code(0);
    let rest = csv(&project.read("reste.csv"));
    assert_eq!(rest.len(), 44);
    assert!(rest.iter().all(|row| row["motif"] == "autre_rentree"));
    let written: Value = serde_json::from_str(&project.read("rapport.json")).unwrap();
    assert_eq!(written["rows"], 0);
    assert!(
        written["citation"].as_str().unwrap().contains("Licence"),
        "{written}"
    );
}

#[test]
fn what_would_mislead_is_refused_and_despite_is_told() {
    let project = published();
    for (arguments, code, words) in [
        (
            &["ips", "etablissements"][..],
            5,
            "refused by the notice `ips-niveaux` of `ips`",
        ),
        (
            &["etablissements", "ips:niveau=college"],
            2,
            "`ips:rentree=…` (2022-2023, 2023-2024",
        ),
        (
            &[
                "etablissements",
                IPS,
                "resultats:session=2024,serie=generale,indicateur=va_taux_reussite",
            ],
            2,
            "say `--by uai` when that is meant",
        ),
        (
            &["ips:niveau=colege", "etablissements"],
            2,
            "no row of `ips` has niveau=colege; it has: college, ecole",
        ),
        (
            &["ips:nivau=college", "etablissements"],
            2,
            "did you mean `niveau`?",
        ),
        (&["ipss", "etablissements"], 2, "did you mean `ips`?"),
        (&["ips:niveau=college", "communes"], 2, "never by labels"),
        (
            &[IPS, "--level", "academie", "--measures", "ecart_type"],
            2,
            "`ips.ecart_type` cannot be aggregated",
        ),
        (
            &[IPS, "--level", "canton"],
            2,
            "a territory (`--level`) cannot be `canton`",
        ),
        (
            &[IPS, RESULTS, "--despite", "ips-niveau"],
            2,
            "did you mean `ips-niveaux`?",
        ),
        (&["rien.csv", "etablissements"], 2, "the path of the file"),
    ] {
        let text = said(&project, code, arguments);
        assert!(text.contains(words), "{words}: {text}");
    }
    let both = ["ips:voie=ensemble,rentree=2024", "etablissements"];
    project
        .edulac(&[&["join"], &both[..]].concat())
        .with_code(5);
    let file = "malgre.csv";
    let despite = report(
        &project,
        &[&both[..], &["--despite", "ips-niveaux", "--to", file]].concat(),
    );
    assert_eq!(despite["despite"][0]["id"], "ips-niveaux");
    let ids: Vec<&str> = despite["notices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n["id"].as_str().unwrap())
        .collect();
    assert!(ids.contains(&"ips-pas-une-performance") && ids.contains(&"position-site"));
    let beside = project.read("malgre.csv-metadata.json");
    assert!(
        beside.contains("Fait malgré l'avertissement ips-niveaux"),
        "{beside}"
    );
}

#[test]
fn cells_of_every_territory_add_up_to_the_whole() {
    let project = published();
    let input = "effectifs_etablissements:rentree=2024";
    let measures = [
        "eleves",
        "eleves_ecole",
        "eleves_college",
        "eleves_lycee_gt",
        "eleves_lycee_pro",
    ];
    let sums = measures.map(|measure| format!("sum({measure}) as {measure}"));
    let whole = project.query(
        &format!(
            "select count(distinct uai) as etablissements, {} from effectifs_etablissements where rentree = '2024-2025'",
            sums.join(", ")
        ),
        None,
    );
    for level in [
        "national",
        "region_academique",
        "academie",
        "departement",
        "epci",
        "commune",
    ] {
        let cells = joined(&project, &[input, "--level", level]);
        let total = |column: &str| -> i64 {
            cells
                .iter()
                .filter_map(|cell| cell[column].parse::<i64>().ok())
                .sum()
        };
        for measure in measures {
            assert_eq!(
                json!(total(measure)),
                whole[0][measure],
                "{level} {measure}"
            );
        }
        assert_eq!(
            json!(total("effectifs_etablissements_etablissements")),
            whole[0]["etablissements"],
            "{level}"
        );
        assert!(
            cells
                .iter()
                .all(|cell| ["true", "false"].contains(&cell["petit_effectif"].as_str()))
        );
    }
    shown(
        "by_academie",
        &project,
        &["join", input, "--level", "academie"],
    );
}

/// What every measure that adds up comes to in the cells of each territory.
#[test]
fn every_measure_that_adds_up_comes_to_the_national_total_by_every_territory() {
    let project = published();
    let told = project.read("lake/catalogue/semantics.json");
    let semantics: Value = serde_json::from_str(&told).unwrap();
    let mut tables = BTreeSet::new();
    for table in semantics["tables"].as_array().unwrap() {
        let name = table["table"].as_str().unwrap();
        let columns = table["columns"].as_array().unwrap().iter();
        let sums = columns.filter(|column| column["aggregation"] == "sum");
        let sums: Vec<&str> = sums.map(|c| c["name"].as_str().unwrap()).collect();
        if sums.is_empty() {
            continue;
        }
        tables.insert(name);
        let sql = |column: &str| format!("sum({column}) as {column}");
        let sql: Vec<String> = sums.iter().map(|column| sql(column)).collect();
        let sql = format!("select {} from {name}", sql.join(", "));
        let whole = project.query(&sql, None).remove(0);
        let measures = sums.join(",");
        let mut arguments = vec![name, "--measures", &measures];
        // What notices forbid is added up all the same, to see that no row is lost.
        let despite: &[&str] = match name {
            "effectifs" => &["effectifs-lycees-pro-2025"],
            "ips" => &[
                "ips-niveaux",
                "ips-voies",
                "ips-rupture-2022",
                "ips-lycees-2023",
            ],
            _ => &[],
        };
        arguments.extend(despite.iter().flat_map(|notice| ["--despite", notice]));
        for level in ["national", "region_academique", "academie", "departement"] {
            // A bassin or an EPCI may lie in two départements, and buildings of BD TOPO name no territory.
            let nowhere = match name {
                "bassins" => level == "departement",
                "batiments_bdtopo" | "epci" => level != "national",
                _ => false,
            };
            let arguments = [&arguments[..], &["--level", level]].concat();
            if nowhere {
                let text = said(&project, 2, &arguments);
                assert!(text.contains("nothing says the"), "{text}");
                continue;
            }
            let cells = joined(&project, &arguments);
            for column in &sums {
                let found = cells
                    .iter()
                    .filter_map(|cell| cell[*column].parse::<f64>().ok());
                let (found, wanted) = (found.sum::<f64>(), whole[*column].as_f64().unwrap_or(0.0));
                assert!(
                    (found - wanted).abs() < 1e-6 * wanted.max(1.0),
                    "{name}.{column} by {level}: {found}, {wanted}"
                );
            }
        }
    }
    assert!(tables.len() >= 11, "{tables:?}");
}

#[test]
fn a_mean_is_that_of_the_pupils() {
    let project = published();
    let mean = joined(
        &project,
        &["ips:niveau=college,rentree=2022", "--level", "national"],
    );
    let by_hand = project.query(
        "select sum(ips * effectif) / sum(effectif) as m, avg(ips) as simple from ips \
         where niveau = 'college' and rentree = '2022-2023'",
        None,
    );
    let found: f64 = mean[0]["ips"].parse().unwrap();
    assert!((found - by_hand[0]["m"].as_f64().unwrap()).abs() < 1e-9);
    assert!((found - by_hand[0]["simple"].as_f64().unwrap()).abs() > 1e-3);
    // Later files do not give the pupils: told, and no simple mean in its place.
    let none = joined(
        &project,
        &["ips:niveau=college,rentree=2024", "--level", "national"],
    );
    let with_value = project.query(
        "select count(ips) as n from ips where niveau = 'college' and rentree = '2024-2025'",
        None,
    );
    assert_eq!(none[0]["ips"], "");
    assert_eq!(none[0]["ips_sans_poids"], with_value[0]["n"].to_string());
}

/// What spreadsheets do to a list of establishments.
#[test]
fn a_messy_file_of_one_s_own_is_read_by_its_content() {
    let project = published();
    let known = project.query(
        "select uai from etablissements where type_etablissement = 'Collège' order by uai limit 12",
        None,
    );
    let known: Vec<&str> = known
        .iter()
        .map(|row| row["uai"].as_str().unwrap())
        .collect();
    let closed = project.query(
        "select min(uai) as uai from etablissements_fermes where successeur_infere is not null",
        None,
    );
    let lines: Vec<String> = known
        .iter()
        .enumerate()
        .map(|(index, uai)| {
            let code = match index {
                0 => uai.to_lowercase(),
                1 => uai.trim_start_matches('0').to_owned(),
                2 => format!(" {} {} ", &uai[..4], &uai[4..]),
                _ => (*uai).to_owned(),
            };
            format!(
                "{code};Collège n° {index};1\u{a0}2{index:02};{index},5 %;0{}/09/2024;NS;x",
                index % 9 + 1
            )
        })
        .collect();
    let mut text = "Enquête de rentrée;;;;;;\r\nService statistique;;;;;;\r\n;;;;;;\r\n".to_owned();
    text += "Code étab.;Nom;Élèves;Part;Date;IPS;Nom\r\n";
    text += &lines.join("\r\n");
    let closed = closed[0]["uai"].as_str().unwrap();
    text += &format!(
        "\r\n;;;;;;\r\n0990001A;faute;1;2;01/09/2024;90,1;y\r\n{closed};fermé;1;2;01/09/2024;100;z\r\n;total;9;9;;;\r\n"
    );
    let latin: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    project.write("enquête.csv", latin);

    let told = report(&project, &["enquête.csv", "etablissements"]);
    picture(
        "messy_file",
        &serde_json::to_string_pretty(&told["inputs"][0]).unwrap(),
    );
    let side = &told["pairs"][0]["of_left"];
    assert_eq!((&side["read"], &side["matched"]), (&json!(15), &json!(12)));
    assert_eq!(
        reasons(side),
        [("cle_illisible".to_owned(), 2), ("ferme".to_owned(), 1)].into()
    );
    let found = joined(
        &project,
        &["enquête.csv", "etablissements", "--keep", "matched"],
    );
    let found: BTreeSet<&str> = found.iter().map(|row| row["code_etab"].as_str()).collect();
    assert_eq!(found, known.iter().copied().collect());

    // The same in the other forms that programs save.
    for (name, bytes) in [
        (
            "utf8.csv",
            format!("\u{feff}{}", text.replace("\r\n", "\n")).into_bytes(),
        ),
        ("tabs.txt", text.replace(';', "\t").into_bytes()),
        (
            "utf16.csv",
            [0xff, 0xfe]
                .into_iter()
                .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
                .collect(),
        ),
        ("mac.csv", text.replace("\r\n", "\r").into_bytes()),
    ] {
        project.write(name, bytes);
        let told = report(&project, &[name, "etablissements"]);
        assert_eq!(told["pairs"][0]["of_left"]["matched"], 12, "{name}: {told}");
    }

    // A workbook: what the lake exports comes back.
    project
        .edulac(&[
            "export",
            "select uai, nom, code_commune, code_departement from etablissements order by uai",
            "--to",
            "annuaire.xlsx",
        ])
        .with_code(0);
    let back = report(&project, &["annuaire.xlsx", "etablissements"]);
    let side = &back["pairs"][0]["of_left"];
    assert_eq!(
        (&side["unmatched"], &side["read"]),
        (&json!(0), &json!(180))
    );
    // Territories by their codes, in two characters too.
    project.write("departements.csv", "Dép.;Budget\n99;12,5\n");
    let departement = report(&project, &["departements.csv", "departements"]);
    assert_eq!(
        departement["pairs"][0]["of_left"]["matched"], 1,
        "{departement}"
    );
    project.write("rien.csv", "a,b\n1,2\n3,4\n");
    assert_eq!(
        shown(
            "nothing_recognised",
            &project,
            &["join", "rien.csv", "etablissements"]
        ),
        2
    );
}

/// Two files of codes in any order, against what sets say.
#[test]
fn joins_of_any_two_lists_are_those_of_their_sets() {
    let project = Project::new();
    project.keep_pipelines(&["territoires"]);
    project.run(0, &[]);
    let mut seed = 7_u64;
    let mut random = move |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for round in 0..4 {
        let mut list = |size: u64| -> Vec<String> {
            let numbers: BTreeSet<u32> = (0..size)
                .map(|_| 990_000 + u32::try_from(random(40)).unwrap())
                .collect();
            let mut codes: Vec<String> = numbers.into_iter().map(uai).collect();
            for at in (1..codes.len()).rev() {
                codes.swap(at, usize::try_from(random(at as u64 + 1)).unwrap());
            }
            codes
        };
        let (left, right) = (list(5 + round * 9), list(8 + round * 5));
        let write = |name: &str, codes: &[String], value: &str| {
            let lines: Vec<String> = codes
                .iter()
                .map(|code| format!("{code};{value}{code}"))
                .collect();
            fs::write(
                project.path(name),
                format!("uai;{value}\n{}\n", lines.join("\n")),
            )
            .unwrap();
        };
        write("a.csv", &left, "gauche");
        write("b.csv", &right, "droite");
        let sets: [BTreeSet<&String>; 2] = [left.iter().collect(), right.iter().collect()];
        let told = report(&project, &["a.csv", "b.csv"]);
        let pair = &told["pairs"][0];
        let common = sets[0].intersection(&sets[1]).count();
        assert_eq!(pair["of_left"]["matched"], json!(common));
        assert_eq!(pair["of_right"]["matched"], json!(common));
        assert_eq!(pair["of_left"]["unmatched"], json!(left.len() - common));
        let values = |inputs: [&str; 2]| -> BTreeSet<(String, String)> {
            let rows = joined(&project, &[inputs[0], inputs[1], "--keep", "all"]);
            rows.iter()
                .map(|row| (row["gauche"].clone(), row["droite"].clone()))
                .collect()
        };
        let (one, other) = (values(["a.csv", "b.csv"]), values(["b.csv", "a.csv"]));
        assert_eq!(one, other);
        assert_eq!(one.len(), sets[0].union(&sets[1]).count());
        let first = joined(&project, &["a.csv", "b.csv"]);
        assert_eq!(first.len(), left.len());
    }
}

/// A UAI with its check letter.
fn uai(number: u32) -> String {
    let letter = b"ABCDEFGHJKLMNPRSTUVWXYZ"[number as usize % 23];
    format!("{number:07}{}", char::from(letter))
}

#[test]
fn rows_are_shown_as_csv_and_the_report_as_json() {
    let (project, _) = Project::published();
    let shown = project.edulac(&[
        "join",
        "ips:niveau=college,rentree=2022",
        "etablissements",
        "--format",
        "csv",
    ]);
    assert_eq!(csv(&shown.with_code(0).stdout).len(), 22);
}
