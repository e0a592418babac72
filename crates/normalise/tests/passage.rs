//! The `passage` step on rows of schools.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Schema};
use datafusion::logical_expr::ident;
use datafusion::prelude::{SessionConfig, SessionContext};
use edulac_model::Vintage;
use edulac_normalise::{Error, passage, passage_schema};
use edulac_spec::pipeline::Passage;

fn step(from: Vintage, to: Vintage) -> Passage {
    Passage {
        from: "ecoles".into(),
        column: "code_commune".into(),
        from_vintage: from,
        to_vintage: to,
        movements: "mouvements".into(),
        communes: Some("communes".into()),
    }
}

const SCHOOLS: &str = "select * from (values
    ('99001', 1, cast(null as varchar)), ('99002', 2, null), ('99003', 3, 'ips\tX\tnot a number'), ('99009', 4, null),
    ('99007', 5, null), ('99004', 6, null), (null, 7, null)) as t(code_commune, eleves, _problemes)";

const MOVEMENTS: &str = "select ancien, nouveau, cast(jour as date) as date_effet, mod from (values
    (32, '2023-01-01', '99001', '99001'), (32, '2023-01-01', '99002', '99001'),
    (21, '2024-01-01', '99003', '99003'), (21, '2024-01-01', '99003', '99004')) as t(mod, jour, ancien, nouveau)";

/// What comes out, a line a row, in the order of `eleves`.
async fn passed(
    from: i16,
    to: i16,
    movements: &str,
) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let ctx = SessionContext::new_with_config(
        SessionConfig::new().set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false),
    );
    let schools = ctx.sql(SCHOOLS).await?;
    let movements = ctx.sql(movements).await?;
    let listed =
        "select * from (values ('99001'), ('99002'), ('99003'), ('99004'), ('99009')) as t(code)";
    let communes = ctx.sql(listed).await?;
    let [from, to] = [from, to].map(|year| Vintage::parse(&year.to_string()));
    let step = step(from?, to?);
    let promised = passage_schema(schools.schema().inner(), &step)?;
    let out = passage(schools, movements, Some(communes), &step).await?;
    let names = |schema: &Schema| -> Vec<(String, DataType)> {
        let fields = schema.fields().iter();
        fields
            .map(|f| (f.name().clone(), f.data_type().clone()))
            .collect()
    };
    assert_eq!(names(out.schema().inner()), names(&promised));
    let mut lines = Vec::new();
    for batch in out.sort_by(vec![ident("eleves")])?.collect().await? {
        for row in 0..batch.num_rows() {
            let cells = [
                "code_commune",
                "code_commune_origine",
                "code_commune_passage",
                "code_commune_candidats",
                "_problemes",
            ];
            let text = |name: &str| {
                let column = batch.column_by_name(name).map(AsArray::as_string::<i32>);
                let column = column.filter(|column| column.is_valid(row));
                let text = column.map_or("-", |column| column.value(row));
                text.replace('\t', "|").replace('\n', " & ")
            };
            lines.push(cells.map(text).join(" ; "));
        }
    }
    Ok(lines)
}

#[tokio::test]
async fn each_row_stays_with_the_code_it_arrives_at_or_a_problem() {
    assert_eq!(
        passed(2020, 2026, MOVEMENTS).await.unwrap(),
        [
            "99001 ; 99001 ; identique ; - ; -",
            "99001 ; 99002 ; remplace ; - ; -",
            "- ; 99003 ; plusieurs ; 99003 99004 ; ips|X|not a number & code_commune|99003|a commune of 2020 that is several in 2026: 99003, 99004",
            "99009 ; 99009 ; identique ; - ; -",
            "- ; 99007 ; hors_liste ; 99007 ; code_commune|99007|it arrives at 99007, which is no commune of 2026",
            "- ; 99004 ; aucun ; - ; code_commune|99004|not a commune of 2020 that goes on in 2026",
            "- ; - ; - ; - ; -",
        ]
    );
}

#[tokio::test]
async fn backwards_a_merger_is_what_a_split_is_forwards() {
    let back = passed(2026, 2020, MOVEMENTS).await.unwrap();
    assert_eq!(
        back[0],
        "- ; 99001 ; plusieurs ; 99001 99002 ; code_commune|99001|a commune of 2026 that is several in 2020: 99001, 99002"
    );
    assert_eq!(
        back[2],
        "99003 ; 99003 ; identique ; - ; ips|X|not a number"
    );
    assert_eq!(back[5], "99003 ; 99004 ; remplace ; - ; -");
}

#[tokio::test]
async fn a_movement_that_cannot_be_followed_stops_the_step() {
    let unknown = MOVEMENTS.replace("(32, '2023-01-01', '99002'", "(99, '2023-01-01', '99002'");
    let error = passed(2020, 2026, &unknown).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the movement `99002` → `99001` (2023-01-01, kind 99) cannot be followed: a day and a kind of INSEE (10 to 71) are needed"
    );
}

#[tokio::test]
async fn a_missing_column_is_named_with_its_option() {
    let renamed = MOVEMENTS.replace("as date_effet", "as jour");
    let error = passed(2020, 2026, &renamed).await.unwrap_err();
    let Some(Error::UnknownColumn {
        column, pointer, ..
    }) = error.downcast_ref()
    else {
        panic!("{error}");
    };
    assert_eq!(
        (column.as_str(), pointer.as_str()),
        ("date_effet", "/movements")
    );
}

#[tokio::test]
async fn a_second_passage_of_a_column_tells_of_itself() {
    let ctx = SessionContext::new_with_config(
        SessionConfig::new().set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false),
    );
    let movements = || async { ctx.sql(MOVEMENTS).await.unwrap() };
    let [y2020, y2023, y2026] =
        [2020, 2023, 2026].map(|year: i16| Vintage::parse(&year.to_string()).unwrap());
    let first = Passage {
        communes: None,
        ..step(y2020, y2023)
    };
    let second = Passage {
        communes: None,
        ..step(y2023, y2026)
    };
    let schools = ctx.sql(SCHOOLS).await.unwrap();
    let once = passage(schools, movements().await, None, &first)
        .await
        .unwrap();
    let promised = passage_schema(once.schema().inner(), &second).unwrap();
    let twice = passage(once, movements().await, None, &second)
        .await
        .unwrap();
    assert_eq!(
        twice.schema().inner().fields().len(),
        promised.fields().len()
    );
    let rows = twice
        .filter(ident("code_commune").eq(datafusion::logical_expr::lit("99001")))
        .unwrap();
    let rows = rows
        .sort_by(vec![ident("eleves")])
        .unwrap()
        .collect()
        .await
        .unwrap();
    let rows = arrow::compute::concat_batches(&rows[0].schema(), &rows).unwrap();
    let origin = rows
        .column_by_name("code_commune_origine")
        .unwrap()
        .as_string::<i32>();
    // 99002 was brought to 99001 by the first one.
    assert_eq!(
        origin.iter().flatten().collect::<Vec<_>>(),
        ["99001", "99001"]
    );
}
