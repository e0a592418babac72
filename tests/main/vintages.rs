//! Commune codes of two vintages are not compared by mistake.

use crate::project::{Project, contract};
use crate::run::picture;

/// A pipeline that adds a step to the lake's tables.
fn with_query(project: &Project, query: &str) {
    project.write(
        "pipelines/essai.yaml",
        format!(
            "
version: 1
pipeline: essai
sources:
  etablissements: {{type: lake, table: etablissements}}
  communes: {{type: lake, table: communes}}
steps:
  essai:
    type: sql
    query: |
      {query}
tables:
  essai: {{from: essai, contract: essai}}
"
        ),
    );
    project.write("data-contracts/essai.yaml", contract("essai", ""));
}

#[test]
fn a_join_of_two_vintages_is_shown_where_it_stands_with_its_remedy() {
    let project = Project::new();
    let joins = [
        "select e.uai from etablissements e join communes c on c.code = e.code_commune",
        "select e.uai from etablissements e, communes c where c.code = e.code_commune",
        "select e.uai from etablissements e where e.code_commune in (select code from communes)",
        "with c as (select code as insee from communes) select e.uai from etablissements e join c on insee = code_commune",
    ];
    for join in joins {
        with_query(&project, join);
        let ended = project.edulac(&["validate"]).with_code(2);
        assert!(
            ended.stderr.contains("edulac::engine::vintage"),
            "{join}: {}",
            ended.picture()
        );
    }
    with_query(&project, joins[0]);
    picture("two_vintages", &project.edulac(&["validate"]).picture());
}

#[test]
fn a_query_that_says_which_vintage_it_means_is_accepted() {
    let project = Project::new();
    for query in [
        "select e.uai from etablissements e join communes c on c.code = e.code_commune and c.millesime = 2024",
        "select e.uai from etablissements e join (select * from communes where millesime = 2024) c on c.code = e.code_commune",
        "select a.uai from etablissements a join etablissements b on a.code_commune = b.code_commune",
    ] {
        with_query(&project, query);
        project.edulac(&["validate"]).with_code(0);
    }
}

#[test]
fn a_column_of_commune_codes_without_a_vintage_is_refused_by_the_lint() {
    let project = Project::new();
    project.edit(
        "data-contracts/communes.yaml",
        "          - {property: vintage, value: millesime}\n",
        "          - {property: unit, value: code}\n",
    );
    picture(
        "no_vintage",
        &project.edulac(&["contract", "lint"]).with_code(2).picture(),
    );
}

/// A pipeline that brings the communes of the lake to 2020 and to 2026, and joins what `query` says.
fn with_passages(project: &Project, query: &str, from_vintage: u16) {
    let passage = |name: &str, from: &str, from_vintage: u16, to_vintage: u16| {
        format!(
            "
  {name}:
    type: passage
    from: {from}
    column: code
    from_vintage: {from_vintage}
    to_vintage: {to_vintage}
    movements: passages"
        )
    };
    project.write(
        "pipelines/essai.yaml",
        format!(
            "
version: 1
pipeline: essai
sources:
  communes: {{type: lake, table: communes}}
  passages: {{type: lake, table: passages_communes}}
steps:{}{}
  essai:
    type: sql
    query: {query}
tables:
  essai: {{from: essai, contract: essai}}
",
            passage("avant", "communes", 2024, 2020),
            passage("apres", "avant", from_vintage, 2026),
        ),
    );
    project.write("data-contracts/essai.yaml", contract("essai", ""));
}

#[test]
fn a_passage_gives_its_codes_another_vintage_and_keeps_the_old_ones_beside() {
    let project = Project::new();
    let same = "select a.nom as uai from avant a join apres b on a.code = b.code_origine";
    with_passages(&project, same, 2020);
    project.edulac(&["validate"]).with_code(0);

    let mixed = "select a.nom as uai from avant a join apres b on a.code = b.code";
    with_passages(&project, mixed, 2020);
    let ended = project.edulac(&["validate"]).with_code(2);
    assert!(ended.stderr.contains("(2020; 2026)"), "{}", ended.picture());
}

#[test]
fn a_passage_from_another_vintage_than_that_of_the_codes_is_refused() {
    let project = Project::new();
    let query = "select nom as uai from apres";
    with_passages(&project, query, 2024);
    let ended = project.edulac(&["validate"]).with_code(2);
    assert!(
        ended.stderr.contains("the codes of `code` are of 2020"),
        "{}",
        ended.picture()
    );
    assert!(
        ended.stderr.contains("write `from_vintage: 2020`"),
        "{}",
        ended.picture()
    );
}

#[test]
fn what_a_passage_reads_must_have_the_columns_of_movements() {
    let project = Project::new();
    with_passages(&project, "select nom as uai from apres", 2020);
    project.edit(
        "pipelines/essai.yaml",
        "table: passages_communes",
        "table: academies",
    );
    let ended = project.edulac(&["validate"]).with_code(2);
    assert!(
        ended.stderr.contains("`passages` has no column `ancien`"),
        "{}",
        ended.picture()
    );
}
