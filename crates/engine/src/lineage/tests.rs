//! Queries over three small tables, and what each of their columns comes from.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema};
use datafusion::datasource::empty::EmptyTable;
use datafusion::prelude::SessionContext;

use super::trace::query;
use super::uses::{Reads, Use};
use crate::sql;

fn tables() -> SessionContext {
    let ctx = sql::planner();
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    let place = Fields::from(vec![number("x"), number("y")]);
    let tags = DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
    let ecoles = vec![
        text("uai"),
        text("nom"),
        text("commune"),
        number("eleves"),
        Field::new("place", DataType::Struct(place), true),
        Field::new("voies", tags, true),
    ];
    let communes = vec![text("code"), text("nom"), text("dep")];
    let mouvements = vec![text("ancien"), text("nouveau"), number("annee")];
    for (name, fields) in [
        ("ecoles", ecoles),
        ("communes", communes),
        ("mouvements", mouvements),
    ] {
        let empty = EmptyTable::new(Arc::new(Schema::new(fields)));
        ctx.register_table(name, Arc::new(empty)).unwrap();
    }
    ctx
}

/// `column: origin use use, origin use`, one a line, and last what the rows depend on.
fn told(sql: &str) -> String {
    let (schema, relation) = query(&tables(), sql).unwrap();
    assert_eq!(schema.fields().len(), relation.columns.len(), "{sql}");
    let mut text = String::new();
    for (field, reads) in schema.fields().iter().zip(&relation.columns) {
        let _ = writeln!(text, "{}: {}", field.name(), list(reads));
    }
    let _ = writeln!(text, "*: {}", list(&relation.rows));
    text
}

fn list(reads: &Reads) -> String {
    let each = reads.0.iter().map(|(read, uses)| {
        let uses: Vec<String> = uses.iter().map(|by| format!("{by:?}")).collect();
        format!("{}.{} {}", read.relation, read.column, uses.join("+"))
    });
    each.collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn is(sql: &str, lines: &[&str]) {
    let told = told(sql);
    assert_eq!(told.lines().collect::<Vec<_>>(), lines, "{sql}");
}

#[test]
fn an_alias_is_no_origin_and_a_constant_has_none() {
    is(
        "select e.uai as code, upper(nom) as nom, 'rnb' as source, cast(eleves as double) n from ecoles as e",
        &[
            "code: ecoles.uai Identity",
            "nom: ecoles.nom Transformation",
            "source: ",
            "n: ecoles.eleves Transformation",
            "*: ",
        ],
    );
}

#[test]
fn columns_of_one_name_are_told_apart_in_a_join() {
    is(
        "select e.nom, c.nom as commune, coalesce(c.dep, e.commune) as ou
         from ecoles e left join communes c on c.code = e.commune and c.dep <> '99' where e.eleves > 0",
        &[
            "nom: ecoles.nom Identity",
            "commune: communes.nom Identity",
            "ou: communes.dep Transformation, ecoles.commune Transformation",
            "*: communes.code Join, communes.dep Join, ecoles.commune Join, ecoles.eleves Filter",
        ],
    );
}

#[test]
fn a_star_and_a_common_table_expression_hide_nothing() {
    is(
        "with petites as (select uai, eleves as n from ecoles where eleves < 10),
              toutes as (select *, n * 2 as double from petites)
         select t.* from toutes as t",
        &[
            "uai: ecoles.uai Identity",
            "n: ecoles.eleves Identity",
            "double: ecoles.eleves Transformation",
            "*: ecoles.eleves Filter",
        ],
    );
}

#[test]
fn a_window_depends_on_what_it_is_taken_over() {
    is(
        "select uai, row_number() over (partition by commune order by eleves) as rang,
                max(eleves) over (partition by commune) as plus_grand, count(*) over () as tous from ecoles",
        &[
            "uai: ecoles.uai Identity",
            "rang: ecoles.commune Window, ecoles.eleves Window",
            "plus_grand: ecoles.commune Window, ecoles.eleves Aggregation",
            "tous: ecoles.commune Aggregation, ecoles.eleves Aggregation, ecoles.nom Aggregation, \
             ecoles.place Aggregation, ecoles.uai Aggregation, ecoles.voies Aggregation",
            "*: ",
        ],
    );
}

#[test]
fn groups_say_which_rows_there_are_and_how_many() {
    is(
        "select commune, sum(eleves) as eleves, count(*) as ecoles from ecoles group by commune having count(*) > 1",
        &[
            "commune: ecoles.commune Identity",
            "eleves: ecoles.eleves Aggregation",
            "ecoles: ecoles.commune GroupBy",
            "*: ecoles.commune GroupBy+Filter",
        ],
    );
}

#[test]
fn the_columns_of_a_union_have_the_origins_of_all_its_parts() {
    is(
        "select uai as code, 'ecole' as quoi from ecoles union all select code, dep from communes where dep = '35'",
        &[
            "code: communes.code Identity, ecoles.uai Identity",
            "quoi: communes.dep Identity",
            "*: communes.dep Filter",
        ],
    );
}

#[test]
fn lists_and_structures_are_spread_but_not_lost() {
    is(
        "select uai, unnest(voies) as voie, place['x'] as x from ecoles",
        &[
            "uai: ecoles.uai Identity",
            "voie: ecoles.voies Transformation",
            "x: ecoles.place Transformation",
            "*: ",
        ],
    );
    is(
        "select unnest(place) from ecoles",
        &[
            "ecoles.place.x: ecoles.place Transformation",
            "ecoles.place.y: ecoles.place Transformation",
            "*: ",
        ],
    );
}

#[test]
fn conditions_choose_and_do_not_give() {
    is(
        "select case when eleves > 100 then nom else uai end as nom,
                case commune when '1' then 'oui' end as une, sum(eleves) filter (where nom is not null) as n
         from ecoles group by 1, 2, nom",
        &[
            "nom: ecoles.eleves Conditional, ecoles.nom Transformation, ecoles.uai Transformation",
            "une: ecoles.commune Conditional",
            "n: ecoles.eleves Aggregation, ecoles.nom Conditional",
            "*: ecoles.commune GroupBy, ecoles.eleves GroupBy, ecoles.nom GroupBy, ecoles.uai GroupBy",
        ],
    );
}

#[test]
fn subqueries_are_read_too_and_those_that_look_outside() {
    is(
        "select uai, (select max(c.nom) from communes c where c.code = e.commune) as commune from ecoles e
         where exists (select 1 from mouvements m where m.ancien = e.commune)
           and e.commune not in (select nouveau from mouvements where annee > 2020)",
        &[
            "uai: ecoles.uai Identity",
            "commune: communes.code Filter, communes.nom Aggregation, ecoles.commune Filter",
            "*: ecoles.commune Filter, mouvements.ancien Filter, mouvements.annee Filter, mouvements.nouveau Filter",
        ],
    );
}

#[test]
fn a_recursive_query_is_followed_to_its_end() {
    is(
        "with recursive suite as (
            select ancien, nouveau, 1 as pas from mouvements
            union all
            select s.ancien, m.nouveau, s.pas + m.annee from suite s join mouvements m on m.ancien = s.nouveau
         ) select ancien, nouveau, pas from suite",
        &[
            "ancien: mouvements.ancien Identity",
            "nouveau: mouvements.nouveau Identity",
            "pas: mouvements.annee Transformation",
            "*: mouvements.ancien Join, mouvements.nouveau Join",
        ],
    );
}

#[test]
fn the_order_matters_where_only_the_first_are_taken() {
    is(
        "select uai from (select * from ecoles order by eleves limit 3) order by nom",
        &["uai: ecoles.uai Identity", "*: ecoles.eleves Sort"],
    );
    is(
        "select distinct on (commune) commune, uai from ecoles order by commune, eleves desc",
        &[
            "commune: ecoles.commune Identity",
            "uai: ecoles.uai Identity",
            "*: ecoles.commune GroupBy+Sort, ecoles.eleves Sort",
        ],
    );
}

#[test]
fn one_use_after_another_keeps_what_decides() {
    use Use::{Aggregation, Conditional, Filter, Identity, Transformation, Window};
    assert_eq!(Identity.after(Transformation), Transformation);
    assert_eq!(Aggregation.after(Identity), Aggregation);
    assert_eq!(Transformation.after(Window), Window);
    assert_eq!(Filter.after(Window), Filter);
    assert_eq!(Conditional.after(Aggregation), Conditional);
}
