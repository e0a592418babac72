//! GeoPackages: layers, values, shapes, and what is none.

use edulac_geo::wkb;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::bodies::{gzip, zip};
use crate::support::{Project, counts, file, lines, schema, unreadable};

fn format(layer: Option<&str>) -> Value {
    match layer {
        Some(layer) => json!({"type": "geopackage", "layer": layer}),
        None => json!({"type": "geopackage"}),
    }
}

/// A shape as a GeoPackage has it, without envelope, in EPSG:2154.
fn shape(wkb: &[u8]) -> Vec<u8> {
    let mut blob = vec![b'G', b'P', 0, 1, 0x6a, 0x08, 0, 0];
    blob.extend(wkb);
    blob
}

/// A file with these layers, each with the same three features; the shape of the last is broken.
fn package(layers: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let file = Connection::open(&path).unwrap();
    file.execute_batch(
        "create table gpkg_contents (table_name text, data_type text);
         create table gpkg_geometry_columns (table_name text, column_name text);
         insert into gpkg_contents values ('notes', 'attributes');",
    )
    .unwrap();
    for layer in layers {
        file.execute_batch(&format!(
            "insert into gpkg_contents values ('{layer}', 'features');
             insert into gpkg_geometry_columns values ('{layer}', 'geom');
             create table {layer} (fid integer primary key, geom blob, cleabs text, hauteur real, leger boolean);",
        ))
        .unwrap();
        let point = shape(&wkb::write_point(1.5, 2.5));
        let insert = format!("insert into {layer} values (?, ?, ?, ?, ?)");
        file.execute(&insert, params![1, point, "A", 12.5, true])
            .unwrap();
        file.execute(&insert, params![2, null(), null(), null(), null()])
            .unwrap();
        file.execute(&insert, params![3, b"GPx".to_vec(), "C", 1.0, false])
            .unwrap();
    }
    drop(file);
    std::fs::read(path).unwrap()
}

fn null() -> Option<String> {
    None
}

#[tokio::test]
async fn a_feature_is_its_values_and_its_shape() {
    let project = Project::with("a.gpkg", package(&["zone"]));
    let extract = project.extract(&file("a.gpkg", &format(None))).await;
    assert_eq!(
        schema(&extract)[..5],
        [
            "fid:Utf8",
            "cleabs:Utf8",
            "hauteur:Utf8",
            "leger:Utf8",
            "geometry:Binary"
        ]
    );
    assert_eq!(
        lines(&extract),
        [
            "1| 1 | A | 12.5 | 1 | POINT(1.5 2.5)",
            "2| 2 | - | - | - | -"
        ]
    );
    assert_eq!(counts(&extract), (2, 1, 0));
    assert!(unreadable(&extract)[0].contains("no GeoPackage geometry"));
}

#[tokio::test]
async fn a_layer_is_named_when_there_are_several_and_found_in_a_zip() {
    let body = package(&["batiment", "zone_d_activite_ou_d_interet"]);
    for (name, body) in [
        ("a.gpkg", body.clone()),
        ("a.gpkg.gz", gzip(&body)),
        (
            "a.zip",
            zip(&[("D099/BDT.gpkg", &body), ("lisez-moi.txt", b"x")]),
        ),
    ] {
        let project = Project::with(name, body);
        let extract = project
            .extract(&file(name, &format(Some("BATIMENT"))))
            .await;
        assert_eq!(counts(&extract), (2, 1, 0), "{name}");
        for (layer, said) in [
            (
                None,
                "which layer of the GeoPackage is meant is not said, set `layer`",
            ),
            (Some("route"), "no layer `route`"),
        ] {
            let error = project
                .refusal(&file(name, &format(layer)))
                .await
                .to_string();
            assert!(error.contains(said), "{error}");
            assert!(
                error.contains("`batiment`, `zone_d_activite_ou_d_interet`"),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_geopackage_is_refused() {
    let mut cut = package(&["zone"]);
    cut.truncate(5000);
    for body in [b"uai;nom\n".to_vec(), cut] {
        let project = Project::with("a.gpkg", body);
        let error = project.refusal(&file("a.gpkg", &format(None))).await;
        assert!(
            error.to_string().contains("not whole GeoPackage"),
            "{error}"
        );
    }
}
