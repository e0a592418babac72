//! What data mean reaches those who ask, search, export, and answer questions from the catalogue.

use std::fs;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::edulac::Ended;
use crate::outside::python;
use crate::project::{Project, repository};
use crate::run::{picture, undated};

/// One release of the whole sample, which no test changes.
static PUBLISHED: LazyLock<Project> = LazyLock::new(|| Project::whole_published().0);

fn semantics() -> Value {
    let path = PUBLISHED.path("lake/catalogue/semantics.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn table<'a>(semantics: &'a Value, name: &str) -> &'a Value {
    let tables = semantics["tables"].as_array().unwrap().iter();
    let mut tables = tables.filter(|table| table["table"] == name);
    tables.next().unwrap()
}

#[track_caller]
fn number(sql: &str) -> i64 {
    PUBLISHED.query(sql, None)[0]["n"].as_i64().unwrap()
}

#[test]
fn the_ready_table_has_all_that_indicators_know_and_adds_nothing_up_twice() {
    let rows = number("select count(*) as n from etablissements_rentrees");
    let keys = "select count(*) as n from (select uai, rentree from ips union select uai, rentree from effectifs_etablissements \
        union select uai, rentree from resultats union select uai, rentree from education_prioritaire \
        union select uai, '2025-2026' from etablissements)";
    assert_eq!(rows, number(keys));
    for (measure, table) in [
        ("sum(eleves)", "effectifs_etablissements"),
        ("count(eleves)", "effectifs_etablissements"),
    ] {
        let of = |table: &str| number(&format!("select {measure} as n from {table}"));
        assert_eq!(of("etablissements_rentrees"), of(table), "{measure}");
    }
    for (ours, theirs) in [
        (
            "count(ips)",
            "select count(ips) as n from ips where voie = 'ensemble'",
        ),
        (
            "count(ips_gt)",
            "select count(ips) as n from ips where voie = 'gt'",
        ),
        (
            "count(dnb_generale_va_taux_reussite)",
            "select count(valeur) as n from resultats where dispositif = 'IVAC' and serie = 'generale' and indicateur = 'va_taux_reussite'",
        ),
        (
            "count(bac_pro_taux_reussite)",
            "select count(valeur) as n from resultats where examen = 'bac_pro' and serie = 'toutes' and indicateur = 'taux_reussite'",
        ),
    ] {
        let ours = number(&format!("select {ours} as n from etablissements_rentrees"));
        assert!(ours > 0, "{theirs}");
        assert_eq!(ours, number(theirs), "{theirs}");
    }
    // A status says `valeur` where there is one, and something else where there is none.
    let lying = "select count(*) as n from etablissements_rentrees where (ips is not null) <> (ips_statut = 'valeur') \
        or (eleves is not null) <> (effectif_statut = 'valeur') or (bac_gt_taux_reussite is not null and bac_gt_statut <> 'valeur') \
        or session <> split_part(rentree, '-', 2)";
    assert_eq!(number(lying), 0);
    // The results of a session stand in the row of the rentrée that it closes.
    let shifted = "select count(*) as n from etablissements_rentrees e join resultats r on r.uai = e.uai and r.session = e.session \
        and r.dispositif = 'DNB' and r.indicateur = 'taux_reussite' where e.dnb_taux_reussite = r.valeur";
    assert_eq!(
        number(shifted),
        number("select count(dnb_taux_reussite) as n from etablissements_rentrees")
    );
}

#[test]
fn a_table_and_a_column_are_described_with_their_notices_and_values() {
    let told = |name: &str| undated(&PUBLISHED.edulac(&["describe", name]).with_code(0).picture());
    picture("describe_table", &told("ips_references"));
    picture("describe_column", &told("ips.ips_statut"));
    picture("describe_numbers", &told("effectifs_etablissements.eleves"));

    let described = PUBLISHED
        .edulac(&["describe", "etablissements.mail", "--format", "json"])
        .with_code(0)
        .json();
    assert!(described["values"]["nulls"].as_u64().unwrap() > 0);
    assert_eq!(described["values"]["frequent"], json!([]));
    assert_eq!(
        described["values"]["min"],
        Value::Null,
        "nobody's address is told"
    );

    let described = PUBLISHED
        .edulac(&["describe", "ips.ips", "--format", "json"])
        .with_code(0)
        .json();
    let values = &described["values"];
    let of = |sql: &str| PUBLISHED.query(sql, None).remove(0);
    let ends = of("select min(ips) as a, max(ips) as z, count(*) - count(ips) as nulls from ips");
    assert_eq!((&values["min"], &values["max"]), (&ends["a"], &ends["z"]));
    assert_eq!(values["nulls"], ends["nulls"]);
    let half = values["quantiles"][2]["value"].as_f64().unwrap();
    let below = of(&format!(
        "select sum(case when ips <= {half} then 1 else 0 end) as n, count(ips) as f from ips"
    ));
    assert!(2 * below["n"].as_u64().unwrap() >= below["f"].as_u64().unwrap());
}

#[test]
fn what_is_not_there_is_told_with_what_was_meant() {
    let mut said = String::new();
    for name in ["ip", "ips.ips_status", "cantine", "ips.", "sites.nom"] {
        let ended = PUBLISHED.edulac(&["describe", name]).with_code(2);
        said += &format!("== {name}\n{}\n", ended.stderr);
    }
    picture("describe_mistaken", &said);
    let empty = Project::new();
    let ended = empty.edulac(&["search", "brevet"]).with_code(2);
    assert!(ended.stderr.contains("edulac run"), "{}", ended.picture());
}

fn found(words: &[&str]) -> Value {
    let asked = [&["search", "--format", "json"], words].concat();
    PUBLISHED.edulac(&asked).with_code(0).json()["hits"].clone()
}

#[test]
fn words_are_found_whatever_their_accents_and_by_their_synonyms() {
    let names = |hits: &Value| -> Vec<String> {
        let hits = hits.as_array().unwrap().iter();
        hits.map(|hit| hit["name"].as_str().unwrap().to_owned())
            .collect()
    };
    for (words, expected) in [
        (&["cantine"][..], "hebergement.demi_pensionnaires"),
        (&["CANTINES"], "hebergement.demi_pensionnaires"),
        (&["RNE"], "etablissements.uai"),
        (&["indice", "social"], "ips"),
        (&["récré"], "cours"),
        (
            &["academie", "distance"],
            "etablissements.academie_distance_limite_m",
        ),
        (&["rep+"], "education_prioritaire.education_prioritaire"),
        (&["DEPP", "colleges"], "effectifs.effectifs_colleges"),
        (&["classement"], "ips-pas-un-classement"),
    ] {
        let hits = found(&[words, &["--limit", "0"]].concat());
        assert!(
            names(&hits).contains(&expected.to_owned()),
            "{words:?}: {:?}",
            names(&hits)
        );
    }
    let rne = found(&["RNE"]);
    assert_eq!(
        rne[0]["name"], "etablissements.uai",
        "the table of its key comes first"
    );
    assert!(
        rne[0]["also"].as_array().unwrap().len() > 5,
        "the others are one hit with it"
    );
    assert_eq!(
        rne[0]["because"],
        json!([{"asked": "rne", "found": "uai", "place": "name", "synonym": true}])
    );
    assert_eq!(found(&["academie"]), found(&["Académies"]));
    let told = PUBLISHED.edulac(&["search", "brevet"]).with_code(0);
    picture("search", &undated(&told.picture()));
    picture(
        "search_nothing",
        &PUBLISHED
            .edulac(&["search", "zzyzx"])
            .with_code(0)
            .picture(),
    );
}

#[test]
fn the_catalogue_says_all_that_is_needed_to_answer_with_sources() {
    let semantics = semantics();
    let tables = PUBLISHED.edulac(&["tables", "--format", "json"]).json();
    let told = semantics["tables"].as_array().unwrap();
    assert_eq!(told.len(), tables["tables"].as_array().unwrap().len());
    for table in told {
        for what in ["grain", "purpose", "limits", "citation", "columns", "key"] {
            assert!(!table[what].is_null(), "{}: {what}", table["table"]);
        }
        let whole = table["file"].as_str().unwrap();
        assert!(PUBLISHED.path("lake").join(whole).is_file(), "{whole}");
    }
    let ips = table(&semantics, "ips");
    let column = |name: &str| {
        let mut columns = ips["columns"].as_array().unwrap().iter();
        columns.find(|column| column["name"] == name).unwrap()
    };
    assert_eq!(column("ips")["unit"], "point");
    assert_eq!(column("ips")["null_means"], "voir ips_statut");
    assert_eq!(column("ips")["aggregation"], "mean");
    assert_eq!(column("uai")["identifies"], "uai");
    assert_eq!(
        column("ips_statut")["values"],
        json!(["valeur", "ns", "absent"])
    );
    let relations = ips["relations"].as_array().unwrap();
    let with = |name: &str| {
        relations
            .iter()
            .find(|relation| relation["table"] == name)
            .unwrap()
    };
    assert_eq!(with("etablissements")["cardinality"], "n:1");
    assert_eq!(
        with("effectifs_etablissements")["columns"],
        json!(["uai", "rentree"])
    );
    let notices = ips["notices"].as_array().unwrap();
    let levels = notices
        .iter()
        .find(|notice| notice["id"] == "ips-niveaux")
        .unwrap();
    assert_eq!(levels["forbids"]["mix"], json!(["niveau"]));
    let sources = semantics["sources"].as_array().unwrap().iter();
    let mut of_ips = sources.filter(|source| source["name"].as_str().unwrap().starts_with("ips."));
    assert!(of_ips.all(|source| source["licence"] == "etalab-2.0" && source["date"].is_string()));
    assert_eq!(ips["sources"].as_array().unwrap().len(), 6);

    // The document keeps its own schema, which stands beside it and among those of the project.
    let beside =
        fs::read_to_string(PUBLISHED.path("lake/catalogue/semantics.schema.json")).unwrap();
    let ours = fs::read_to_string(repository().join("config/schema/semantics.json")).unwrap();
    assert_eq!(beside, ours);
}

#[test]
fn each_sample_question_is_answered_and_each_refusal_has_its_notice() {
    let semantics = semantics();
    let declared = PUBLISHED.read("config/questions.yaml");
    let count = |word: &str| declared.matches(word).count();
    let questions = semantics["questions"].as_array().unwrap();
    let refusals = semantics["refusals"].as_array().unwrap();
    assert!(questions.len() >= 10);
    assert_eq!(
        questions.len() + refusals.len(),
        count("  - question: "),
        "none is left out"
    );
    let release = PUBLISHED.lake().releases().remove(0);
    for question in questions {
        let rows = PUBLISHED.query(question["sql"].as_str().unwrap(), None);
        assert!(!rows.is_empty(), "{question}");
        for value in rows[0].as_object().unwrap().keys() {
            assert!(
                rows.iter().any(|row| !row[value].is_null()) || value == "successeur",
                "{value}: {question}"
            );
        }
        assert!(
            question["citation"].as_str().unwrap().contains(&release),
            "{question}"
        );
        assert!(
            !question["sources"].as_array().unwrap().is_empty(),
            "{question}"
        );
    }
    for refusal in refusals {
        assert!(
            refusal["text"].is_string() && refusal["reason"].is_string(),
            "{refusal}"
        );
    }
    assert!(semantics["instructions"].as_array().unwrap().len() >= 4);
}

#[test]
fn a_question_with_a_mistake_is_shown_at_its_place() {
    let project = Project::new();
    project.write(
        "config/questions.yaml",
        "version: 1\nquestions:\n  - question: Combien ?\n    sql: select count(*) form ips\n    notices: [ips-nivaux]\n  - question: Où ?\n    sql: |\n      select nom\n      from etablissement\n",
    );
    project.write(
        "config/synonyms.yaml",
        "version: 1\nsynonyms:\n  - [RNE, x]\n",
    );
    picture(
        "questions_mistaken",
        &project.edulac(&["validate"]).with_code(2).picture(),
    );
}

#[test]
fn rows_are_told_with_their_notices_and_citation_beside_them() {
    let ask = |more: &[&str]| -> Ended {
        let sql = "select uai, ips from etablissements_rentrees order by uai, rentree limit 1";
        PUBLISHED
            .edulac(&[&["query", sql], more].concat())
            .with_code(0)
    };
    let asked = ask(&[]);
    assert!(
        asked.stderr.contains("notice: ips-pas-une-performance: "),
        "{}",
        asked.picture()
    );
    assert!(
        asked.stderr.contains("cite: Lac edulac, version "),
        "{}",
        asked.picture()
    );
    let quiet = ask(&["--quiet"]);
    assert_eq!((quiet.stdout, quiet.stderr.as_str()), (asked.stdout, ""));
    // Of columns that are not shown nothing is said.
    let names = PUBLISHED.edulac(&["query", "select nom from etablissements_rentrees limit 1"]);
    assert!(!names.stderr.contains("ips-"), "{}", names.picture());
}

#[test]
fn the_meaning_of_columns_goes_with_exported_files() {
    let export = |to: &str| {
        let what = "select uai, rentree, ips, code_commune, ips * 2 as double from etablissements_rentrees order by 1, 2";
        PUBLISHED
            .edulac(&["export", what, "--to", to, "--format", "json"])
            .with_code(0)
            .json()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let told = export(&path("rentrees.csv"));
    let beside = path("rentrees.csv-metadata.json");
    assert_eq!(told["described_in"], beside.as_str());
    let metadata: Value = serde_json::from_str(&fs::read_to_string(&beside).unwrap()).unwrap();
    assert_eq!(metadata["url"], "rentrees.csv");
    assert_eq!(metadata["@context"][0], "http://www.w3.org/ns/csvw");
    assert_eq!(metadata["dc:bibliographicCitation"], told["citation"]);
    let columns = metadata["tableSchema"]["columns"].as_array().unwrap();
    let header = fs::read_to_string(path("rentrees.csv")).unwrap();
    let titles: Vec<&str> = columns
        .iter()
        .map(|column| column["titles"].as_str().unwrap())
        .collect();
    assert_eq!(header.lines().next().unwrap(), titles.join(","));
    assert_eq!(columns[2]["schema:unitText"], "point");
    assert_eq!(columns[2]["datatype"], "double");
    assert!(
        columns[2]["dc:relation"]
            .as_array()
            .unwrap()
            .contains(&json!("ips-trois-points"))
    );
    assert_eq!(columns[3]["dc:temporal"], "date de l'extraction");
    assert_eq!(columns[4]["dc:description"], "calculée par la requête");
    let notes = metadata["notes"].as_array().unwrap();
    let levels = notes
        .iter()
        .find(|note| note["dc:identifier"] == "ips-niveaux")
        .unwrap();
    assert_eq!(levels["schema:about"], json!(["ips"]));
    let sources = metadata["dc:source"].as_array().unwrap();
    assert!(
        sources
            .iter()
            .any(|source| source["dc:title"] == "ips.ips_ecoles" && source["dc:date"].is_string())
    );

    export(&path("rentrees.parquet"));
    let Some(python) = python() else {
        return;
    };
    let output = std::process::Command::new(python)
        .arg(repository().join("tests/readers/exports.py"))
        .arg("rentrees.parquet")
        .current_dir(folder.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys = &read["rentrees.parquet"]["keys"];
    let key = |name: &str| -> Value { serde_json::from_str(keys[name].as_str().unwrap()).unwrap() };
    assert_eq!(key("edulac.dictionary")["ips"]["unit"], "point");
    assert!(
        key("edulac.notices")
            .as_array()
            .unwrap()
            .iter()
            .any(|notice| notice["id"] == "ips-niveaux")
    );
    assert!(
        key("edulac.sources")
            .as_array()
            .unwrap()
            .iter()
            .any(|source| source["name"] == "ips.ips_ecoles")
    );
}
