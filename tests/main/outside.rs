//! Readers that have nothing of ours: DuckDB, Polars, deltalake, geopandas, pyarrow, by `tests/readers`.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::edulac::Ended;
use crate::project::repository;

/// An interpreter with the packages of `.github/files/readers.txt`, or a loud skip.
pub(crate) fn python() -> Option<PathBuf> {
    let python = std::env::var_os("EDULAC_PYTHON").map(PathBuf::from);
    if python.is_none() {
        eprintln!("SKIPPED: EDULAC_PYTHON is not set; the lake is not read by other programs here");
    }
    python
}

/// What a script of `tests/readers` prints about a lake.
pub(crate) fn reads(script: &str, lake: &str, environment: &[(&str, &str)]) -> Option<String> {
    told(script, &[lake], environment)
}

/// What a script of `tests/readers` prints.
pub(crate) fn told(
    script: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Option<String> {
    let output = Command::new(python()?)
        .arg(repository().join("tests/readers").join(script))
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} {arguments:?}: {stderr}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A Chromium, with its driver beside it, and axe-core where it is at hand; or a loud skip.
pub(crate) fn browser() -> Option<Vec<(&'static str, String)>> {
    python()?;
    let wanted = |name: &'static str| Some((name, std::env::var(name).ok()?));
    let Some(chromium) = wanted("EDULAC_CHROMIUM") else {
        eprintln!("SKIPPED: EDULAC_CHROMIUM is not set; no page is opened in a browser here");
        return None;
    };
    let axe = wanted("EDULAC_AXE");
    if axe.is_none() {
        eprintln!("SKIPPED: EDULAC_AXE is not set; accessibility is not judged from outside here");
    }
    Some([Some(chromium), axe].into_iter().flatten().collect())
}

/// What each reader finds in the latest release of a lake must be what edulac finds. `ask` runs edulac.
pub(crate) fn assert_agreement(ask: &dyn Fn(&[&str]) -> Ended, found: &str) {
    let found: Value = serde_json::from_str(found).unwrap();
    let listed = ask(&["tables", "--format", "json"]).json();
    assert_eq!(found["release"], listed["release"]);
    let tables = listed["tables"].as_array().unwrap();
    let spatial = tables.iter().filter(|table| table["geometry"].is_string());
    assert!(spatial.count() >= 4, "{listed}");
    for table in tables {
        let name = table["table"].as_str().unwrap();
        for (reader, read) in found["readers"].as_object().unwrap() {
            let read = &read[name];
            let who = format!("{reader}, {name}: {read}");
            assert_eq!(read["rows"], table["rows"], "{who}");
            if table["geometry"].is_string() {
                geometry(ask, name, read, &who);
            }
        }
        let delta = &found["readers"]["deltalake"][name];
        assert_eq!(delta["version"], table["version"], "{name}");
        assert_eq!(delta["protocol"], serde_json::json!([1, 2]), "{name}");
        assert_eq!(delta["described"], delta["columns"], "{name}");
        let rules = &found["geoparquet"][name];
        assert_eq!(rules["problems"], serde_json::json!([]), "{name}");
        let files = table["files"].as_u64().unwrap() + 1;
        assert_eq!(
            rules["files"], files,
            "{name}: its files, and the whole table"
        );
    }
}

/// What a reader says of a geometry column against what edulac computes.
fn geometry(ask: &dyn Fn(&[&str]) -> Ended, name: &str, read: &Value, who: &str) {
    let one = |sql: &str| ask(&["query", "--format", "json", sql]).json();
    let sides = one(&format!(
        "select count(geometry) as n, min(bbox['xmin']) as w, min(bbox['ymin']) as s, \
         max(bbox['xmax']) as e, max(bbox['ymax']) as h from {name}"
    ));
    assert_eq!(read["geometries"], sides["n"], "{who}");
    if let Some(bbox) = read["bbox"].as_array() {
        for (side, found) in ["w", "s", "e", "h"].iter().zip(bbox) {
            let apart = (sides[side].as_f64().unwrap() - found.as_f64().unwrap()).abs();
            // The script rounds to the sixth decimal: a decimetre.
            assert!(apart < 1e-6, "{who}: {side} is {}", sides[side]);
        }
    }
    if let Some(crs) = read["crs"].as_str() {
        assert_eq!(crs, "OGC:CRS84", "{who}");
    }
    if let Some(kinds) = read["kinds"].as_array() {
        let ours = one(&format!(
            "select array_sort(array_agg(distinct upper(st_geometrytype(geometry)))) as kinds from {name} \
             where geometry is not null"
        ));
        assert_eq!(Some(kinds), ours["kinds"].as_array(), "{who}");
    }
    if let Some(invalid) = read.get("invalid") {
        assert_eq!(invalid, 0, "{who}");
    }
    if let Some(window) = read["window"].as_array() {
        let side = |at: usize| window[at].as_f64().unwrap();
        let (west, south, east, north) = (side(0), side(1), side(2), side(3));
        let ours = one(&format!(
            "select count(*) as n from {name} where bbox['xmin'] <= {east} and bbox['xmax'] >= {west} \
             and bbox['ymin'] <= {north} and bbox['ymax'] >= {south}"
        ));
        assert!(ours["n"].as_u64() > Some(0), "{who}: {ours}");
        assert_eq!(read["overlapping"], ours["n"], "{who}");
        // The covering of a row is the extent of its geometry, so that asking it first loses nothing.
        assert_eq!(read["intersecting"], ours["n"], "{who}");
    }
}
