//! Links and establishments followed from one edition of the sample to the next.

use serde_json::json;

use crate::project::Project;
use crate::run::{picture, released};

#[test]
fn every_former_link_goes_on_or_is_closed_with_a_reason() {
    let project = Project::whole();
    project.keep_pipelines(&PIPELINES);
    let first = released(&project.run(0, &[]));
    released(&project.run(0, &["--set", "edition=2"]));
    let counts = "select motif_debut, motif_fin, valide_du, valide_au is null as ouvert, count(*) as liens \
                  from etablissements_batiments_histoire group by 1, 2, 3, 4 order by 1, 2, 3, 4";
    let events = "select type_evenement, count(*) as evenements from evenements_etablissements group by 1 order by 1";
    let told = |sql: &str| project.edulac(&["query", sql]).with_code(0).stdout;
    picture("lives", &(told(counts) + "\n" + &told(events)));

    nothing_vanishes(&project, &first);
    // The links of a day, as the notice of the contract says.
    let before = accepted(&project, &first);
    let on = "select count(*) as n from etablissements_batiments_histoire \
              where valide_du <= date '2025-12-01' and (valide_au is null or valide_au > date '2025-12-01')";
    assert_eq!(project.query(on, None)[0]["n"], before.len());
    let record = project.run(0, &["--set", "edition=2"]);
    assert_eq!(record["outcome"]["status"], "nothing_to_do");
}

/// Merges, splits, demolitions, identifiers given anew or put back, schools that close: whatever a year does.
#[test]
fn no_generated_year_loses_a_link_without_a_successor_or_a_reason() {
    for seed in ["1", "2"] {
        let project = Project::whole();
        project.keep_pipelines(&PIPELINES);
        let mut releases = Vec::new();
        for edition in ["1", "2"] {
            let folder = format!("ile-{edition}");
            let made = project.edulac(&["sample", &folder, "--seed", seed, "--edition", edition]);
            assert_eq!(made.code, 0, "{}", made.picture());
            let record = project.run(0, &["--set", &format!("sample={folder}")]);
            releases.push(released(&record));
        }
        nothing_vanishes(&project, &releases[0]);
        // Each loss of the year has its event, so that none is for want of a word.
        let ends = project.query(
            "select motif_fin as motif, count(*) as n, count(remplace_par) as remplaces \
             from etablissements_batiments_histoire where valide_au is not null group by 1 order by 1",
            None,
        );
        let of = |motif: &str| ends.iter().find(|row| row["motif"] == motif);
        assert!(of("batiment_desactive").is_some(), "seed {seed}: {ends:?}");
        assert!(of("batiment_absent").is_none(), "seed {seed}: {ends:?}");
        for replaced in ["batiment_scinde", "batiment_fusionne"] {
            assert!(
                of(replaced).is_none_or(|row| row["n"] == row["remplaces"]),
                "seed {seed}: {ends:?}"
            );
        }
        // An identifier put out of use and back between the two editions never ceased to be linked.
        let ceased = "select count(*) as n from etablissements_batiments_histoire h \
                      join evenements_batiments e on e.rnb_id = h.rnb_id and e.action = 'reactivate' \
                      where h.motif_fin like 'batiment%'";
        assert_eq!(project.query(ceased, None), [json!({"n": 0})]);
    }
}

const PIPELINES: [&str; 5] = [
    "territoires",
    "etablissements",
    "etablissements_fermes",
    "rnb_evenements",
    "suivi",
];

fn accepted(project: &Project, release: &str) -> Vec<serde_json::Value> {
    let links = "select uai, id_source from etablissements_batiments where statut = 'accepte' order by 1, 2";
    project.query(links, Some(release))
}

/// What was accepted in a release is in the history of today, open or closed with a reason, once at a time.
fn nothing_vanishes(project: &Project, former: &str) {
    let before = accepted(project, former);
    let known =
        "select distinct uai, id_source from etablissements_batiments_histoire order by 1, 2";
    let known = project.query(known, None);
    assert!(!before.is_empty());
    assert!(before.iter().all(|link| known.contains(link)));
    let none = [json!({"n": 0})];
    for wrong in [
        "select count(*) as n from etablissements_batiments_histoire \
         where (valide_au is null) <> (motif_fin = 'en_cours') or valide_au < valide_du",
        // Open links are the accepted ones of today.
        "select count(*) as n from etablissements_batiments_histoire h \
         full join (select * from etablissements_batiments where statut = 'accepte') b \
         on b.uai = h.uai and b.source = h.source and b.id_source = h.id_source and h.valide_au is null \
         where (h.valide_au is null) <> (b.uai is not null)",
        // Intervals of one link never meet.
        "select count(*) as n from etablissements_batiments_histoire a \
         join etablissements_batiments_histoire b \
         on a.uai = b.uai and a.source = b.source and a.id_source = b.id_source and a.valide_du < b.valide_du \
         where a.valide_au is null or a.valide_au > b.valide_du",
    ] {
        assert_eq!(project.query(wrong, None), none, "{wrong}");
    }
}

#[test]
fn declared_buildings_are_brought_to_those_of_today() {
    let project = Project::with_only_pipeline(
        "essai",
        "
version: 1
pipeline: essai
sources:
  rnb_declares_codes: {type: lake, table: etablissements_rnb_declares, optional: true}
  successeurs: {type: lake, table: batiments_successeurs, optional: true}
steps:
  actuels: {type: sql, query_file: rnb_declares_actuels.sql, motive: essai}
  essai: {type: sql, query: 'select uai from actuels', motive: essai}
tables:
  essai: {from: essai, contract: essai}
",
    );
    let sql = crate::project::repository().join("pipelines/rnb_declares_actuels.sql");
    project.write(
        "pipelines/rnb_declares_actuels.sql",
        std::fs::read(sql).unwrap(),
    );
    project.write(
        "data-contracts/essai.yaml",
        crate::project::contract("essai", ""),
    );
    project.write(
        "pipelines/essai.test.yaml",
        "
version: 1
tests:
  - test: par une fusion puis une scission ; ce que rien ne remplace reste
    given:
      rnb_declares_codes: [{uai: 0990001N, rnb_id: 2D4B4MEY5EG9}, {uai: 0990001N, rnb_id: 4V3JD3AY7BWB}]
      successeurs:
        - {ancien_rnb_id: 2D4B4MEY5EG9, nouveau_rnb_id: HNVDW4K4H9KQ, date_evenement: 2026-09-15T08:00:00}
        - {ancien_rnb_id: HNVDW4K4H9KQ, nouveau_rnb_id: SWF597XXC7VC, date_evenement: 2026-09-20T08:00:00}
        - {ancien_rnb_id: HNVDW4K4H9KQ, nouveau_rnb_id: ZZZ597XXC7VC, date_evenement: 2026-09-20T08:00:00}
    expect:
      actuels:
        - {uai: 0990001N, rnb_id: SWF597XXC7VC, rnb_id_declare: 2D4B4MEY5EG9}
        - {uai: 0990001N, rnb_id: ZZZ597XXC7VC, rnb_id_declare: 2D4B4MEY5EG9}
        - {uai: 0990001N, rnb_id: 4V3JD3AY7BWB, rnb_id_declare: 4V3JD3AY7BWB}
",
    );
    let ended = project.edulac(&["test"]);
    assert_eq!(ended.code, 0, "{}", ended.picture());
}
