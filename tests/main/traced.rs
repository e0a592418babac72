//! Column lineage: of every published column, to the sources, and in the words of OpenLineage.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::outside::reads;
use crate::project::Project;
use crate::run::picture;

#[test]
fn every_published_column_comes_from_somewhere_and_outside_judges_accept_the_events() {
    let (project, _) = Project::whole_published();
    let release = &project.lake().releases()[0];
    let manifest = project.lake().manifest(release);
    let tables = manifest["tables"].as_object().unwrap();
    let mut constants = BTreeSet::new();
    let folder = project.path(&format!("lake/catalogue/openlineage/{release}"));
    let mut outputs = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let event: Value =
            serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        for output in event["outputs"].as_array().unwrap() {
            outputs += 1;
            let name = output["name"].as_str().unwrap();
            let fields = &output["facets"]["columnLineage"]["fields"];
            for column in tables[name]["columns"].as_array().unwrap() {
                let column = column["name"].as_str().unwrap();
                let origins = fields[column]["inputFields"].as_array().unwrap();
                if origins.is_empty() {
                    constants.insert(format!("{name}.{column}"));
                }
                for origin in origins {
                    exists(tables, &manifest, origin);
                }
            }
        }
    }
    assert_eq!(outputs, tables.len());
    insta::assert_json_snapshot!("constants", constants);
    let told = |of: &str| project.edulac(&["lineage", of]).with_code(0).stdout;
    let table = told("hebergement");
    assert!(
        table.starts_with("table hebergement, made by the pipeline hebergement\n"),
        "{table}"
    );
    let line = table.lines().find(|line| line.starts_with("internes "));
    let cells: Vec<&str> = line
        .unwrap()
        .split("  ")
        .filter(|cell| !cell.is_empty())
        .map(str::trim)
        .collect();
    let source = "hebergement.modes.nombre_d_eleves_2d_internes";
    assert_eq!(
        cells,
        ["internes", source, "computed", "modes_valeurs, hebergement"]
    );
    let column = told("etablissements_fermes.successeur_infere");
    let far = "\nthrough the tables of the lake, from\n";
    let (near, far) = column.split_once(far).unwrap_or_else(|| panic!("{column}"));
    assert!(near.contains("\netablissements.uai "), "{column}");
    assert!(
        far.contains("  etablissements.annuaire.identifiant_de_l_etablissement\n"),
        "{column}"
    );
    let paper = project.edulac(&["release", "paper"]).with_code(0).stdout;
    paper_holds(&paper, &manifest);

    let lake = project.path("lake");
    if let Some(found) = reads("lineage.py", lake.to_str().unwrap(), &[]) {
        let events = fs::read_dir(&folder).unwrap().count();
        assert_eq!(found, format!("openlineage: {events} events\n"));
    }
}

/// A column that another comes from is one of its source or of its table.
fn exists(tables: &serde_json::Map<String, Value>, manifest: &Value, origin: &Value) {
    let (name, field) = (
        origin["name"].as_str().unwrap(),
        origin["field"].as_str().unwrap(),
    );
    let found = match tables.get(name) {
        Some(table) => {
            let mut columns = table["columns"].as_array().unwrap().iter();
            // The day of the content of a table is a column of the source that asks for it.
            columns.any(|column| column["name"] == field) || field == "contenu_du"
        }
        None => {
            let columns = manifest["sources"][name]["receipt"]["columns"].as_array();
            let columns = columns.unwrap_or_else(|| panic!("no source {name}"));
            // Those that begin with `_` are of our readers.
            columns.iter().any(|column| column == field) || field.starts_with('_')
        }
    };
    assert!(found, "{name} has no {field}");
}

/// What the lake knows is in the paper, and what it cannot know is marked.
fn paper_holds(paper: &str, manifest: &Value) {
    for (name, table) in manifest["tables"].as_object().unwrap() {
        let line = paper
            .lines()
            .find(|line| line.starts_with(&format!("| {name} | ")));
        let line = line.unwrap_or_else(|| panic!("{name}: {paper}"));
        let rows = line.replace('\u{202f}', "");
        assert!(rows.contains(&format!("| {} |", table["rows"])), "{line}");
    }
    for source in manifest["sources"].as_object().unwrap().keys() {
        assert!(paper.contains(&format!("| {source} | ")), "{source}");
    }
    let titles = paper.lines().filter(|line| line.starts_with("## "));
    let titles: Vec<&str> = titles.collect();
    assert_eq!(
        titles,
        [
            "## Auteurs",
            "## Résumé",
            "## Contexte",
            "## Données",
            "## Méthodes",
            "## Qualité",
            "## Sources",
            "## Limites",
            "## Usages",
            "## Licence et citation",
        ]
    );
    assert_eq!(paper.matches("**À RÉDIGER**").count(), 9, "{paper}");
    assert!(paper.contains("- AMDAC ("), "{paper}");
    assert!(
        paper.contains("`liens`, de lieux_situes, batiments"),
        "{paper}"
    );
    assert!(
        paper.contains("L'IPS décrit le milieu social des élèves"),
        "{paper}"
    );
}

#[test]
fn a_source_is_followed_to_what_comes_from_it_and_wrong_names_are_told() {
    let project = Project::new();
    picture(
        "lineage_unknown",
        &project.edulac(&["lineage", "ips"]).with_code(2).picture(),
    );
    project.run(0, &[]);
    // The pipeline bears the name of one of its tables.
    let of = "etablissements.annuaire.code_nature";
    let ahead = project.edulac(&["lineage", of]).with_code(0).stdout;
    assert!(ahead.starts_with(&format!("from {of}: ")), "{ahead}");
    assert!(ahead.contains("\netablissements.code_nature "), "{ahead}");
    let json = project
        .edulac(&["lineage", "ips.ips", "--format", "json"])
        .with_code(0)
        .json();
    let origins = json["origins"].as_array().unwrap();
    let lycees = origins
        .iter()
        .find(|o| o["source"] == "ips.ips_lycees" && o["column"] == "ips_etab");
    assert_eq!(
        lycees.unwrap()["steps"],
        serde_json::json!(["ips_voies", "ips_valeurs", "ips"])
    );
    for (wrong, said) in [
        ("ipss", "there is no table `ipss`: did you mean `ips`?"),
        (
            "ips.secteurs",
            "there is no column of `ips` `secteurs`: did you mean `secteur`?",
        ),
        ("nulle.part", "there is no table or source `nulle`"),
    ] {
        let ended = project.edulac(&["lineage", wrong]).with_code(2);
        assert!(ended.stderr.contains(said), "{}", ended.picture());
    }
}
