//! The files of a table: same rows, same bytes; GeoParquet that every reader takes.

use std::fs::File;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use edulac_geo::geoparquet::{FileCrs, parse};
use edulac_lake::{Error, LayoutProblem, Staged, UNKNOWN_PARTITION, stage};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::RowGroupMetaData;
use proptest::prelude::*;

use crate::support::{Bench, Row, frame, layout, rows};

fn open(staged: &Staged, file: usize) -> ParquetRecordBatchReaderBuilder<File> {
    let path = staged.local_path(&staged.files[file]);
    ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap()
}

fn read(staged: &Staged, file: usize) -> ParquetRecordBatchReader {
    open(staged, file).build().unwrap()
}

fn key_value(staged: &Staged, file: usize, key: &str) -> Option<String> {
    let reader = open(staged, file);
    let pairs = reader
        .metadata()
        .file_metadata()
        .key_value_metadata()?
        .clone();
    pairs.into_iter().find(|pair| pair.key == key)?.value
}

#[tokio::test]
async fn the_same_rows_in_another_order_make_the_same_bytes() {
    let bench = Bench::new();
    let one = rows(20_000);
    let mut other = one.clone();
    other.reverse();
    other.rotate_left(4_321);
    let (one, other) = (
        bench.stage(&layout(), &one).await,
        bench.stage(&layout(), &other).await,
    );
    assert_eq!(one.files, other.files);
    for file in &one.files {
        assert_eq!(
            std::fs::read(one.local_path(file)).unwrap(),
            std::fs::read(other.local_path(file)).unwrap()
        );
    }
}

#[tokio::test]
async fn a_file_is_named_by_its_content_and_says_its_true_size_and_hash() {
    let bench = Bench::new();
    let staged = bench.stage(&layout(), &rows(50)).await;
    assert_eq!(staged.files.len(), 2);
    for file in &staged.files {
        let bytes = std::fs::read(staged.local_path(file)).unwrap();
        let hash = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
        let hash: String = hash.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(file.sha256, hash);
        assert_eq!(file.bytes, bytes.len() as u64);
        let academie = file.partition["code_academie"].as_deref().unwrap();
        assert_eq!(
            file.path,
            format!("code_academie={academie}/{}.parquet", &hash[..32])
        );
    }
}

#[tokio::test]
async fn each_partition_has_its_rows_and_keeps_its_column_inside() {
    let bench = Bench::new();
    let mut some = rows(30);
    some[1].code_academie = None;
    let staged = bench.stage(&layout(), &some).await;
    let folders: Vec<_> = staged
        .files
        .iter()
        .map(|f| f.path.split('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        folders,
        [
            "code_academie=14".to_owned(),
            "code_academie=24".to_owned(),
            format!("code_academie={UNKNOWN_PARTITION}")
        ]
    );
    assert_eq!(staged.files[2].partition["code_academie"], None);
    for (i, file) in staged.files.iter().enumerate() {
        let batch = read(&staged, i).next().unwrap().unwrap();
        let column = batch["code_academie"].as_string::<i32>();
        assert!(
            column
                .iter()
                .all(|value| value == file.partition["code_academie"].as_deref())
        );
        assert_eq!(file.rows, batch.num_rows() as u64);
    }
    assert_eq!(staged.rows, 30);
}

#[tokio::test]
async fn the_geo_key_says_crs_types_box_and_covering() {
    let bench = Bench::new();
    let staged = bench.stage(&layout(), &rows(100)).await;
    let text = key_value(&staged, 0, "geo").unwrap();
    let geo = parse(&text).unwrap();
    let column = &geo.columns[0];
    assert_eq!(
        (geo.version.as_str(), geo.primary_column.as_str()),
        ("1.1.0", "geometry")
    );
    assert_eq!(column.crs, FileCrs::Crs84);
    assert_eq!(column.geometry_types, ["Point"]);
    assert_eq!(column.covering.as_deref(), Some("bbox"));
    assert_eq!(
        column.bbox.as_deref(),
        staged.files[0].bbox.as_ref().map(<[f64; 4]>::as_slice)
    );
    assert!(text.contains("\"id\":{\"authority\":\"OGC\",\"code\":\"CRS84\"}"));
}

#[tokio::test]
async fn the_covering_column_holds_the_box_of_each_row_and_null_where_there_is_no_position() {
    let bench = Bench::new();
    let staged = bench.stage(&layout(), &rows(100)).await;
    let batch = read(&staged, 0).next().unwrap().unwrap();
    let (points, boxes) = (
        batch["geometry"].as_binary::<i32>(),
        batch["bbox"].as_struct(),
    );
    assert!(points.null_count() > 0);
    for row in 0..batch.num_rows() {
        assert_eq!(points.is_null(row), boxes.is_null(row));
        if points.is_valid(row) {
            let x = f64::from_le_bytes(points.value(row)[5..13].try_into().unwrap());
            let side = |name| {
                boxes
                    .column_by_name(name)
                    .unwrap()
                    .as_primitive::<Float64Type>()
                    .value(row)
            };
            assert_eq!((side("xmin"), side("xmax")), (x, x));
        }
    }
    // Null positions come last, and neighbours are neighbours.
    let nulls = points.null_count();
    assert!((batch.num_rows() - nulls..batch.num_rows()).all(|row| points.is_null(row)));
}

#[tokio::test]
async fn the_arrow_schema_inside_has_no_extension_and_plain_types() {
    let bench = Bench::new();
    let staged = bench.stage(&layout(), &rows(10)).await;
    let schema = open(&staged, 0).schema().clone();
    assert!(
        schema
            .fields()
            .iter()
            .all(|field| field.metadata().is_empty())
    );
    assert_eq!(
        *schema.field_with_name("geometry").unwrap().data_type(),
        DataType::Binary
    );
    assert_eq!(
        *schema.field_with_name("uai").unwrap().data_type(),
        DataType::Utf8
    );
}

#[tokio::test]
async fn the_file_carries_what_its_contract_says() {
    let bench = Bench::new();
    let staged = bench.stage(&layout(), &rows(10)).await;
    assert_eq!(
        key_value(&staged, 0, "edulac.table").as_deref(),
        Some("etablissements")
    );
    assert_eq!(
        key_value(&staged, 0, "edulac.contract").as_deref(),
        Some("etablissements 1.0.0")
    );
    assert_eq!(
        key_value(&staged, 0, "edulac.licence").as_deref(),
        Some("Licence Ouverte 2.0")
    );
    let columns = key_value(&staged, 0, "edulac.columns").unwrap();
    let columns: serde_json::Value = serde_json::from_str(&columns).unwrap();
    assert_eq!(columns["uai"], "Identifiant de l'établissement.");
    assert!(columns["bbox"].is_string());
}

#[tokio::test]
async fn row_groups_hold_sixteen_thousand_rows_at_most() {
    let bench = Bench::new();
    let mut one_partition = layout();
    one_partition.partition_by.clear();
    let staged = bench.stage(&one_partition, &rows(40_000)).await;
    assert_eq!(staged.files.len(), 1);
    let reader = open(&staged, 0);
    let groups: Vec<_> = reader
        .metadata()
        .row_groups()
        .iter()
        .map(RowGroupMetaData::num_rows)
        .collect();
    assert_eq!(groups, [16_384, 16_384, 7_232]);
}

#[tokio::test]
async fn a_table_without_rows_is_one_file_without_rows() {
    let bench = Bench::new();
    let staged = bench.stage(&layout(), &[]).await;
    assert_eq!((staged.rows, staged.files.len()), (0, 1));
    assert_eq!(read(&staged, 0).count(), 0);
    assert_eq!(staged.files[0].bbox, None);
    assert_eq!(open(&staged, 0).schema().fields().len(), 7);
}

#[tokio::test]
async fn statistics_bound_every_scalar_column() {
    let bench = Bench::new();
    let mut one_partition = layout();
    one_partition.partition_by.clear();
    let staged = bench.stage(&one_partition, &rows(10)).await;
    let stats: serde_json::Value =
        serde_json::from_str(staged.files[0].stats.as_deref().unwrap()).unwrap();
    assert_eq!(stats["numRecords"], 10);
    assert_eq!(
        (
            &stats["minValues"]["effectif"],
            &stats["maxValues"]["effectif"]
        ),
        (&0.into(), &333.into())
    );
    assert_eq!(
        (&stats["minValues"]["uai"], &stats["maxValues"]["uai"]),
        (&"0000000A".into(), &"0000009A".into())
    );
    assert_eq!(stats["minValues"]["ouverture"], "1997-05-19");
    assert_eq!(stats["nullCount"]["nom"], 0);
    assert!(stats["maxValues"]["bbox"]["xmax"].as_f64().unwrap() <= -3.55);
    assert!(stats["minValues"].get("geometry").is_none());
}

#[tokio::test]
async fn columns_are_brought_to_the_type_and_order_of_the_layout_and_others_left_out() {
    let bench = Bench::new();
    let frame = frame(&rows(5));
    let ctx = datafusion::prelude::SessionContext::new();
    ctx.register_table("r", frame.into_view()).unwrap();
    let query = "SELECT 1 AS _ligne, geometry, cast(effectif AS varchar) AS effectif, arrow_cast(uai, 'Utf8View') AS uai, nom, ouverture, code_academie FROM r";
    let shuffled = ctx.sql(query).await.unwrap();
    let staged = stage(&layout(), shuffled, &bench.staging()).await.unwrap();
    assert_eq!(staged.files, bench.stage(&layout(), &rows(5)).await.files);
}

#[tokio::test]
async fn a_missing_column_is_named_with_those_that_are_there() {
    let bench = Bench::new();
    let frame = frame(&rows(5)).drop_columns(&["nom"]).unwrap();
    let error = stage(&layout(), frame, &bench.staging()).await.unwrap_err();
    assert!(
        matches!(&error, Error::MissingColumn { column, available, .. } if column == "nom" && available.len() == 5)
    );
}

#[tokio::test]
async fn a_partition_value_that_is_no_code_is_refused() {
    let bench = Bench::new();
    let mut some = rows(5);
    some[2].code_academie = Some("Rennes / Nantes".to_owned());
    let error = stage(&layout(), frame(&some), &bench.staging())
        .await
        .unwrap_err();
    assert!(matches!(&error, Error::PartitionValue { value, .. } if value == "Rennes / Nantes"));
}

#[tokio::test]
async fn unreadable_geometry_is_an_error_of_the_data() {
    let bench = Bench::new();
    let ctx = datafusion::prelude::SessionContext::new();
    ctx.register_table("r", frame(&rows(5)).into_view())
        .unwrap();
    let query = "SELECT uai, nom, code_academie, effectif, ouverture, arrow_cast('xx', 'Binary') AS geometry FROM r";
    let broken = ctx.sql(query).await.unwrap();
    let error = stage(&layout(), broken, &bench.staging())
        .await
        .unwrap_err();
    assert_eq!(error.class(), edulac_model::ErrorClass::Data);
}

#[test]
fn layouts_that_some_reader_refuses_are_refused_first() {
    let problem = |change: fn(&mut edulac_lake::TableLayout)| {
        let mut layout = layout();
        change(&mut layout);
        match layout.check() {
            Err(Error::Layout { problem, .. }) => problem,
            other => panic!("{other:?}"),
        }
    };
    let schema = |field: arrow::datatypes::Field| {
        std::sync::Arc::new(arrow::datatypes::Schema::new(vec![field]))
    };
    assert_eq!(
        problem(|l| l.name = "Mes tables".to_owned()),
        LayoutProblem::TableName
    );
    assert!(matches!(
        problem(|l| l.key = vec!["rne".to_owned()]),
        LayoutProblem::Unknown { role: "key", .. }
    ));
    assert!(matches!(
        problem(|l| l.geometry = Some("nom".to_owned())),
        LayoutProblem::Geometry(_)
    ));
    for data_type in [DataType::UInt32, DataType::LargeUtf8, DataType::Utf8View] {
        let mut layout = layout();
        layout.schema = schema(arrow::datatypes::Field::new("uai", data_type, true));
        assert!(matches!(
            layout.check(),
            Err(Error::Layout {
                problem: LayoutProblem::Type { .. },
                ..
            })
        ));
    }
    let mut spaced = layout();
    spaced.schema = schema(arrow::datatypes::Field::new(
        "mon nom",
        DataType::Utf8,
        true,
    ));
    assert!(matches!(
        spaced.check(),
        Err(Error::Layout {
            problem: LayoutProblem::ColumnName(_),
            ..
        })
    ));
}

fn any_row() -> impl Strategy<Value = Row> {
    let point = proptest::option::of((-180.0..180.0f64, -90.0..90.0f64));
    let academie =
        proptest::option::of(prop::sample::select(vec!["14".to_owned(), "24".to_owned()]));
    (
        0..50u32,
        proptest::option::of("[a-zé' ]{0,6}"),
        academie,
        proptest::option::of(any::<i64>()),
        point,
    )
        .prop_map(|(uai, nom, code_academie, effectif, point)| Row {
            uai: format!("{uai:07}A"),
            nom,
            code_academie,
            effectif,
            ouverture: None,
            point,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_order_of_rows_changes_a_byte(
        (one, other) in prop::collection::vec(any_row(), 0..60)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let bench = Bench::new();
        let (one, other) = runtime.block_on(async {
            (bench.stage(&layout(), &one).await, bench.stage(&layout(), &other).await)
        });
        prop_assert_eq!(one.files, other.files);
    }
}
