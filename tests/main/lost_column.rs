//! A source that loses a column.

use crate::project::Project;
use crate::run::{picture, released};
use crate::source::{DIRECTORY, Dataset};

#[test]
fn a_lost_column_is_shown_where_the_pipeline_reads_it_and_the_lake_stays() {
    let (project, record) = Project::published();
    let release = released(&record);
    let before = project.lake().listing();
    let rename = |from: &'static str, to: &'static str| {
        Dataset::of(&project, DIRECTORY).change(|records| {
            let column = records.column(from);
            records.0[0][column] = to.to_owned();
        });
    };
    rename("precision_localisation", "precision_de_la_localisation");
    picture(
        "lost_column",
        &project.edulac(&["run"]).with_code(5).picture(),
    );
    assert_eq!(project.lake().listing(), before);
    // As long as it lasts.
    project.edulac(&["run"]).with_code(5);
    // The archive knows it now: it is told without asking the source.
    picture(
        "lost_column_validate",
        &project.edulac(&["validate"]).with_code(2).picture(),
    );
    let plan = project.edulac(&["plan"]).with_code(0).stdout;
    assert!(plan.contains("held: `annuaire` has no column"), "{plan}");
    // The lake is read as ever.
    project.edulac(&["tables"]).with_code(0);
    assert_eq!(
        project.query("select count(*) as n from etablissements", None)[0]["n"],
        180
    );

    // Its producer mends it: the next run asks again and goes on.
    rename("precision_de_la_localisation", "precision_localisation");
    let record = project.run(0, &[]);
    assert_eq!(record["outcome"]["release"], release.as_str(), "{record}");
    project.edulac(&["validate"]).with_code(0);
}

#[test]
fn a_column_that_one_table_reads_holds_that_one_as_long_as_it_lasts() {
    let (project, _) = Project::published();
    Dataset::of(&project, DIRECTORY).change(|records| {
        let column = records.column("libelle_bassin_formation");
        records.0[0][column] = "bassin".to_owned();
        let name = records.column("nom_etablissement");
        records.0[1][name] = "Collège du Retour".to_owned();
    });
    let held = |record: &serde_json::Value| -> Vec<String> {
        crate::run::with_status(record, "held")
            .iter()
            .map(|table| (*table).to_owned())
            .collect()
    };
    let record = project.run(5, &[]);
    released(&record);
    assert_eq!(held(&record), ["bassins"]);
    let record = project.run(5, &[]);
    assert_eq!(held(&record), ["bassins"], "the others go on");
    let plan = project.edulac(&["plan"]).with_code(0).stdout;
    assert!(plan.contains("held: "), "{plan}");
}
