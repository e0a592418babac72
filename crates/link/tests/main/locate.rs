use datafusion::prelude::{DataFrame, SessionContext};
use edulac_link::{Error, LocateOptions, Within, locate_step};

use crate::support::{point, print, shapes, square, table, texts};

/// Two communes side by side, the first one with a déléguée inside.
fn communes(ctx: &SessionContext) -> DataFrame {
    let shapes = shapes(&[
        square(0.0, 0.0, 1_000.0),
        square(1_000.0, 0.0, 1_000.0),
        square(100.0, 100.0, 200.0),
    ]);
    table(
        ctx,
        &[
            ("code", texts(&["99001", "99002", "99901"])),
            ("type", texts(&["COM", "COM", "COMD"])),
            ("geometry", shapes),
        ],
    )
}

fn points(ctx: &SessionContext) -> DataFrame {
    let shapes = shapes(&[
        point(150.0, 150.0),
        point(950.0, 500.0),
        point(1_050.0, 500.0),
        point(-30.0, 500.0),
        point(-90_000.0, 500.0),
        String::new(),
    ]);
    let declared = texts(&["99001", "99002", "", "99001", "99001", "99001"]);
    table(
        ctx,
        &[
            ("Uai", texts(&["a", "b", "c", "d", "e", "f"])),
            ("code_commune", declared),
            ("geometry", shapes),
        ],
    )
}

fn within(areas: DataFrame) -> Within {
    Within {
        name: "commune".into(),
        areas,
        levels: vec!["ARM".into(), "COM".into()],
        level_column: Some("type".into()),
        code_column: "code".into(),
        declared_column: Some("code_commune".into()),
    }
}

#[tokio::test]
async fn each_point_gets_its_area_its_border_its_agreement_and_its_neighbours() {
    let ctx = SessionContext::new();
    let options = LocateOptions {
        within: vec![within(communes(&ctx))],
        straddling_m: Some(100.0),
    };
    let located = locate_step(&ctx, points(&ctx), &options).await.unwrap();
    let names: Vec<_> = located
        .schema()
        .fields()
        .iter()
        .map(|f| f.name().clone())
        .collect();
    assert_eq!(
        names,
        [
            "Uai",
            "code_commune",
            "geometry",
            "commune_situee",
            "commune_distance_limite_m",
            "commune_concorde",
            "commune_voisines"
        ]
    );
    ctx.register_table("situes", located.into_view()).unwrap();
    let sql = "SELECT \"Uai\", commune_situee AS s, round(commune_distance_limite_m) AS d, commune_concorde AS ok, \
               commune_voisines AS v FROM situes ORDER BY 1";
    let found = print(ctx.sql(sql).await.unwrap()).await;
    let expected = "\
+-----+-------+-------+-------+-------+
| Uai | s     | d     | ok    | v     |
+-----+-------+-------+-------+-------+
| a   | 99001 | 150.0 | true  |       |
| b   | 99001 | 50.0  | false | 99002 |
| c   | 99002 | 50.0  |       | 99001 |
| d   |       | 30.0  |       | 99001 |
| e   |       |       |       |       |
| f   |       |       |       |       |
+-----+-------+-------+-------+-------+";
    assert_eq!(found, expected, "{found}");
}

#[tokio::test]
async fn several_kinds_of_areas_add_their_own_columns() {
    let ctx = SessionContext::new();
    let academies = Within {
        name: "academie".into(),
        levels: vec![],
        level_column: None,
        declared_column: None,
        ..within(
            communes(&ctx)
                .filter(datafusion::prelude::col("type").eq(datafusion::prelude::lit("COM")))
                .unwrap(),
        )
    };
    let options = LocateOptions {
        within: vec![within(communes(&ctx)), academies],
        straddling_m: None,
    };
    let located = locate_step(&ctx, points(&ctx), &options).await.unwrap();
    ctx.register_table("situes", located.into_view()).unwrap();
    let sql = "SELECT count(*) AS n, count(commune_situee) AS c, count(academie_situee) AS a, \
               count(academie_concorde) AS k, count(commune_voisines) AS v FROM situes";
    let found = print(ctx.sql(sql).await.unwrap()).await;
    assert!(found.contains("| 6 | 3 | 3 | 0 | 0 |"), "{found}");
}

#[tokio::test]
async fn what_is_missing_is_said() {
    let ctx = SessionContext::new();
    let located = |within: Within, points: DataFrame| {
        let ctx = ctx.clone();
        async move {
            let options = LocateOptions {
                within: vec![within],
                straddling_m: None,
            };
            locate_step(&ctx, points, &options).await.unwrap_err()
        }
    };
    let wrong_code = Within {
        code_column: "insee".into(),
        ..within(communes(&ctx))
    };
    let error = located(wrong_code, points(&ctx)).await;
    assert_eq!(
        error.to_string(),
        "`commune` has no column `insee`; it has code, type, geometry: add it in a step before"
    );
    let no_level = Within {
        levels: vec!["EPCI".into()],
        ..within(communes(&ctx))
    };
    let error = located(no_level, points(&ctx)).await;
    assert_eq!(
        error.to_string(),
        "the areas of `commune` hold no geometry at level EPCI: check `levels` and the source"
    );
    let unsaid = Within {
        level_column: None,
        ..within(communes(&ctx))
    };
    assert!(matches!(
        located(unsaid, points(&ctx)).await,
        Error::NoLevelColumn { .. }
    ));
    let flat = points(&ctx).select_columns(&["code_commune"]).unwrap();
    assert!(matches!(
        located(within(communes(&ctx)), flat).await,
        Error::MissingColumn { .. }
    ));
}
