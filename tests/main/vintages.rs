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
