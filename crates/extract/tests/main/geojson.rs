//! GeoJSON feature collections.

use edulac_extract::Error;
use serde_json::json;

use crate::support::{Project, counts, file, lines, schema, unreadable};

#[tokio::test]
async fn a_feature_is_its_properties_and_its_shape() {
    let project = Project::with(
        "a.geojson",
        r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [2.5, 48.5, 30]},
             "properties": {"nom": "Un", "geometry": "à part", "n": 1.0}},
            {"type": "Feature", "geometry": null, "properties": {"nom": "Deux", "autre": {"a": [1]}}},
            {"type": "Feature", "properties": null,
             "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}},
            {"type": "Feature", "geometry": null, "properties": {}}
        ], "crs": null}"#,
    );
    let extract = project
        .extract(&file("a.geojson", &json!({"type": "geojson"})))
        .await;
    assert_eq!(
        schema(&extract)[..5],
        [
            "nom:Utf8",
            "geometry_2:Utf8",
            "n:Utf8",
            "autre:Utf8",
            "geometry:Binary"
        ]
    );
    assert_eq!(
        lines(&extract),
        [
            "1| Un | à part | 1.0 | - | POINT(2.5 48.5)",
            "2| Deux | - | - | {\"a\":[1]} | -",
            "3| - | - | - | - | LINESTRING(0 0,1 1)",
        ]
    );
    assert_eq!(counts(&extract), (3, 0, 1));
}

#[tokio::test]
async fn a_feature_whose_shape_is_wrong_is_unreadable() {
    let feature = r#"{"geometry":{"type":"Point","coordinates":[1]},"properties":{"nom":"Un"}}"#;
    let project = Project::with("a.geojson", format!("{{\"features\": [{feature}, 7]}}"));
    let extract = project
        .extract(&file("a.geojson", &json!({"type": "geojson"})))
        .await;
    let unreadable = unreadable(&extract);
    assert_eq!(unreadable.len(), 2);
    assert!(
        unreadable[0].starts_with("1 at -: not a GeoJSON geometry:"),
        "{unreadable:?}"
    );
    assert!(unreadable[0].ends_with(feature), "{unreadable:?}");
    assert_eq!(counts(&extract), (0, 2, 0));
}

#[tokio::test]
async fn a_document_without_features_is_refused() {
    let project = Project::with("a.geojson", r#"{"type": "Feature", "properties": {}}"#);
    let error = project
        .refusal(&file("a.geojson", &json!({"type": "geojson"})))
        .await;
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
}
