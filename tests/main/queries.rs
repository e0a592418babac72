//! Mistakes in SQL, in pipelines and on the command line, as people meet them.

use insta::assert_snapshot;

use crate::project::Project;

/// A pipeline over a table whose columns its contract tells; `{step}` holds the query.
fn pipeline(step: &str) -> String {
    format!(
        "version: 1\npipeline: lieux\nsources:\n  communes: {{type: lake, table: communes}}\nsteps:\n  lieux:\n    type: sql\n{step}tables:\n  academies: {{from: lieux, contract: academies}}\n"
    )
}

/// What `validate` says of a query, written in each of the ways that YAML has.
fn said(step: &str) -> String {
    let project = Project::new();
    project.write("pipelines/lieux.yaml", pipeline(step));
    project.keep_pipelines(&["lieux", "territoires"]);
    project.edit(
        "pipelines/territoires.yaml",
        "\n  academies:\n    from",
        "\n  regions:\n    from",
    );
    let ended = project.edulac(&["validate"]);
    assert_eq!(ended.code, 2, "{}", ended.picture());
    let picture = ended.picture();
    assert!(!picture.contains("Error("), "a debug form: {picture}");
    let mine = picture
        .split("\n\n")
        .skip_while(|part| !part.contains("`lieux`"));
    mine.take(1).collect()
}

#[test]
fn a_mistake_in_a_query_is_shown_at_its_own_line() {
    assert_snapshot!(said(
        "    query: |\n      select code,\n        nom,\n        ordre by code\n      from communes\n"
    ));
}

#[test]
fn an_unknown_column_is_shown_with_the_one_that_was_meant() {
    assert_snapshot!(said(
        "    query: |\n      select c.code,\n        c.nomm\n      from communes c\n"
    ));
}

#[test]
fn an_unknown_table_and_function_are_shown_where_they_are_written() {
    assert_snapshot!(said("    query: select nom from comunes\n"));
    assert_snapshot!(said(
        "    query: 'select st_aera_m2(geometry) from communes'\n"
    ));
}

#[test]
fn types_that_do_not_go_together_are_found_before_the_run() {
    assert_snapshot!(said("    query: \"select nom + 4 as x from communes\"\n"));
}

#[test]
fn a_query_that_is_not_written_as_it_reads_is_shown_whole() {
    assert_snapshot!(said(
        "    query: >\n      select code, nomm\n      from\n      communes\n"
    ));
}

#[test]
fn a_mistake_in_a_query_file_is_shown_in_that_file() {
    let project = Project::new();
    project.edit(
        "pipelines/etablissements.sql",
        "type_etablissement,",
        "type_etablissement;",
    );
    let ended = project.edulac(&["validate"]);
    assert_eq!(ended.code, 2, "{}", ended.picture());
    assert_snapshot!(ended.picture());
}

#[test]
fn a_column_that_only_the_data_shows_missing_is_told_by_the_run_as_by_validate() {
    let project = Project::new();
    project.edit(
        "pipelines/etablissements_lieux.sql",
        "a.nom_commune,",
        "a.nom_de_comune as nom_commune,",
    );
    assert_eq!(
        project.edulac(&["validate"]).code,
        0,
        "nothing is known before the first run"
    );
    let ran = project.edulac(&["run", "--quiet"]);
    assert_eq!(ran.code, 2, "{}", ran.picture());
    let finding = |text: &str| text.split("\n\nerror").next().unwrap().to_owned();
    assert_snapshot!(finding(&ran.picture()));
    // What was extracted is known now.
    let validated = project.edulac(&["validate"]);
    assert_eq!(finding(&ran.stderr), finding(&validated.stderr));
}

#[test]
fn a_query_of_the_command_line_is_answered_or_shown_with_its_mistake() {
    let project = Project::new();
    assert_eq!(project.edulac(&["run", "territoires"]).code, 0);
    let answers = |query: &str| project.edulac(&["query", query]).picture();
    assert_snapshot!(answers("select code, nom\nfrom comunes"));
    assert_snapshot!(answers("select nomm from communes"));
    assert_snapshot!(answers("drop table communes"));
    assert_snapshot!(answers("select nom from communes; select 1"));
    assert_snapshot!(answers("copy communes to '/tmp/communes.csv'"));
    assert_eq!(
        project.edulac(&["query", "select 1 as un"]).stdout,
        "un\n 1\n"
    );
    assert_eq!(project.edulac(&["query", "explain select 1"]).code, 0);
}
