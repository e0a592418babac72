//! A mirror of some académies or tables: nothing in it refers to what is not.

use serde_json::json;

use crate::mirrored::Mirrored;
use crate::outside::{assert_agreement, reads};
use crate::run::picture;

#[test]
fn a_subset_holds_an_academie_and_what_stands_across_its_limit() {
    let both = Mirrored::new();
    let told = both.mirror(&["--academies", "99"]);
    assert_eq!(told["subset"], json!({"academies": ["99"], "tables": []}));
    let release = told["release"].as_str().unwrap().to_owned();
    both.assert_holds(&[&release]);
    let source = |sql: &str| both.project.query(sql, None)[0]["n"].clone();
    let both_say = |sql: &str| {
        let there = source(sql);
        assert_eq!(both.one(sql), there, "{sql}");
        there
    };
    // All of the académie is here.
    for table in ["etablissements", "sites", "etablissements_batiments"] {
        let rows = both_say(&format!(
            "select count(*) as n from {table} where code_academie = '99'"
        ));
        assert_ne!(rows, 0);
    }
    // Of the other one, the sites that they share or whose buildings they share, and few more rows than that.
    let shared = "select count(*) as n from sites where code_academie = '98' and site_id in \
         (select es.site_id from etablissements_sites es join etablissements e on e.uai = es.uai where e.code_academie = '99' \
         union select a.site_id from etablissements_batiments a join etablissements_batiments b \
         on a.source = b.source and a.id_source = b.id_source where a.code_academie = '98' and b.code_academie = '99' \
         and a.statut <> 'rejeté' and b.statut <> 'rejeté')";
    let across = "select count(*) as n from sites where code_academie = '98'";
    assert_eq!(both.one(across), source(shared));
    assert_ne!(source(across), source(shared));
    assert_ne!(source(shared), 0);
    both_say(
        "select count(*) as n from etablissements_sites es join etablissements e on e.uai = es.uai \
         where es.site_id in (select es.site_id from etablissements_sites es join etablissements e on e.uai = es.uai \
         where e.code_academie = '99')",
    );
    // Nothing refers to what is not here.
    for dangling in [
        "select count(*) as n from etablissements_batiments l left anti join etablissements e on e.uai = l.uai",
        "select count(*) as n from etablissements_batiments l left anti join batiments b \
         on b.source = l.source and b.id_source = l.id_source",
        "select count(*) as n from etablissements_batiments l left anti join sites s on s.site_id = l.site_id \
         where l.site_id is not null",
        "select count(*) as n from etablissements_sites x join etablissements e on e.uai = x.uai \
         left anti join sites s on s.site_id = x.site_id where e.code_academie = '99'",
    ] {
        assert_eq!(both.one(dangling), source(dangling), "{dangling}");
    }
    // The shares of the académie's buildings are whole.
    both_say(
        "select round(sum(part_batiment), 6) as n from etablissements_batiments where (source || id_source) in \
         (select source || id_source from etablissements_batiments where code_academie = '99')",
    );
    // What has no académie is here whole.
    for table in ["communes", "academies", "ips", "effectifs"] {
        both_say(&format!("select count(*) as n from {table}"));
    }
    let notes = both.lake().notes(&release);
    assert!(
        notes.contains("limitée aux académies 99. Les décomptes"),
        "{notes}"
    );
    let place = both.project.path("miroir");
    if let Some(found) = reads("check.py", place.to_str().unwrap(), &[]) {
        assert_agreement(&|arguments| both.ask(arguments), &found);
    }
}

#[test]
fn the_same_choice_is_the_same_release_and_another_one_follows_it() {
    let both = Mirrored::new();
    let first = both.mirror(&["--academies", "98"]);
    let again = both.mirror(&["--academies", "98"]);
    assert_eq!(
        (&again["published"], &again["release"]),
        (&json!(false), &first["release"])
    );
    let release = first["release"].as_str().unwrap().to_owned();
    let files = both.lake().files(&release);

    let wider = both.mirror(&["--academies", "98,99"]);
    assert_eq!(wider["mirror_of"]["release"], release.as_str());
    let next = wider["release"].as_str().unwrap().to_owned();
    assert_ne!(next, release);
    both.assert_holds(&[&release, &next]);
    let whole = both
        .project
        .lake()
        .files(&both.project.lake().releases()[0]);
    assert_eq!(both.lake().files(&next), whole);

    // Whoever makes it, and when, a subset has the same bytes.
    let other = Mirrored::new();
    other.mirror(&["--academies", "98"]);
    assert_eq!(other.lake().files(&other.lake().releases()[0]), files);
}

#[test]
fn tables_are_chosen_by_name_and_leave_again() {
    let both = Mirrored::new();
    let told = both.mirror(&["--tables", "communes,ips"]);
    assert_eq!(told["tables"], 2);
    let release = told["release"].as_str().unwrap().to_owned();
    both.assert_holds(&[&release]);
    let less = both.mirror(&["--tables", "communes"]);
    let next = less["release"].as_str().unwrap().to_owned();
    let lake = both.lake();
    assert_eq!(lake.manifest(&next)["tables"].as_object().unwrap().len(), 1);
    lake.assert_whole(&next);
    lake.assert_tables_read(&next);
    // Readers of Delta tables see that it is gone; the release before still has it.
    assert!(lake.head("ips").is_empty());
    lake.assert_whole(&release);
}

#[test]
fn choices_that_cannot_be_are_told() {
    let both = Mirrored::new();
    let other = Mirrored::new();
    other.second_edition();
    let mut said = String::new();
    for arguments in [
        &["lake", "miroir", "--academies", "14"][..],
        &["lake", "miroir", "--tables", "etablissement"],
        &["lake", "miroir", "--release", "2020-01-01.0"],
        &["https://lecteur:secret@lac.example.fr/lac", "miroir"],
        &["lake", "https://lac.example.fr/lac"],
        &["lake", "lake"],
    ] {
        let ended = both.project.edulac(&[&["mirror"], arguments].concat());
        assert!(!ended.picture().contains("secret"), "{}", ended.picture());
        said += &format!("{}\n", ended.with_code(2).picture());
    }
    assert!(!both.project.path("miroir/releases/latest.json").exists());
    // A mirror of one lake does not become that of another.
    both.mirror(&[]);
    let there = other.project.path("lake").display().to_string();
    let ended = both.mirror_of(&there, &[]).with_code(2);
    said += &ended.picture().replace(&there, "OTHER");
    let root = both.project.path("").canonicalize().unwrap();
    let said = said
        .replace(root.to_str().unwrap(), "ROOT")
        .replace(both.project.path("").to_str().unwrap(), "ROOT/");
    picture("mirror_choices", &said);
}
