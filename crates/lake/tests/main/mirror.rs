//! A mirror of some académies: what is copied refers to nothing that is not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::Schema;
use datafusion::prelude::SessionContext;
use edulac_lake::{
    ContractRef, Lake, Location, MirrorOptions, Mirrored, Publisher, StorageOptions, TableLayout,
    mirror, stage,
};
use proptest::prelude::*;

use crate::support::{Bench, draft, noon, table_draft, wkb};

/// An establishment: its académie is also its département.
#[derive(Debug, Clone)]
struct School {
    academie: usize,
    site: usize,
    /// Buildings that it is linked to, each of a département; the last one is a candidate that was rejected.
    links: Vec<(usize, usize)>,
}

const ACADEMIES: usize = 3;
/// Buildings of each département.
const BUILDINGS: usize = 3;

fn schools() -> impl Strategy<Value = Vec<School>> {
    let links = prop::collection::vec((0..ACADEMIES, 0..BUILDINGS), 0..3);
    let school = (0..ACADEMIES, 0..6usize, links).prop_map(|(academie, site, links)| School {
        academie,
        site,
        links,
    });
    prop::collection::vec(school, 1..8)
}

fn values(rows: Vec<String>, columns: &str) -> String {
    match rows.is_empty() {
        true => {
            let nulls = columns
                .split(", ")
                .map(|_| "cast(null as varchar)")
                .collect::<Vec<_>>();
            format!(
                "select * from (values ({})) t ({columns}) where false",
                nulls.join(", ")
            )
        }
        false => format!("select * from (values {}) t ({columns})", rows.join(", ")),
    }
}

/// Places of each département, on a line: within the reach of links, all or all but the last.
const NEAR: [f64; ACADEMIES] = [0.0, 0.001, 0.002];
const APART: [f64; ACADEMIES] = [0.0, 0.001, 5.0];

fn point(x: f64, at: usize) -> String {
    let bytes = wkb((x, 45.0 + at as f64 / 1000.0));
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{hex}'")
}

/// The tables: name, rows, key, partition column.
fn tables(
    schools: &[School],
    places: [f64; ACADEMIES],
) -> Vec<(&'static str, String, &'static str, Option<&'static str>)> {
    let each = || schools.iter().enumerate();
    let uai = |at: usize| format!("'u{at}'");
    let establishments = each().map(|(at, school)| {
        let academie = school.academie;
        format!(
            "({}, 'a{academie}', 'd{academie}', {})",
            uai(at),
            point(places[academie], at)
        )
    });
    // A site is of the académie of the first establishment on it.
    let mut sites = BTreeMap::new();
    for school in schools {
        sites.entry(school.site).or_insert(school.academie);
    }
    let sites = sites
        .into_iter()
        .map(|(site, academie)| format!("('s{site}', 'a{academie}')"));
    let members = each().map(|(at, school)| format!("({}, 's{}')", uai(at), school.site));
    let links = each().flat_map(|(at, school)| {
        let unique: BTreeMap<_, _> = school.links.iter().enumerate().map(|(n, link)| (*link, n)).collect();
        let last = school.links.len();
        unique.into_iter().map(move |((departement, building), n)| {
            let status = if n + 1 == last { "rejeté" } else { "accepté" };
            let (academie, site) = (school.academie, school.site);
            format!("('u{at}', 'RNB', 'd{departement}b{building}', '{status}', 's{site}', 'a{academie}')")
        })
    });
    let buildings = (0..ACADEMIES).flat_map(|departement| {
        (0..BUILDINGS).map(move |building| {
            format!(
                "('RNB', 'd{departement}b{building}', 'd{departement}', {})",
                point(places[departement], building)
            )
        })
    });
    vec![
        (
            "etablissements",
            values(
                establishments.collect(),
                "uai, code_academie, code_departement, geometry",
            ),
            "uai",
            Some("code_academie"),
        ),
        (
            "sites",
            values(sites.collect(), "site_id, code_academie"),
            "site_id",
            Some("code_academie"),
        ),
        (
            "etablissements_sites",
            values(members.collect(), "uai, site_id"),
            "uai",
            None,
        ),
        (
            "etablissements_batiments",
            values(
                links.collect(),
                "uai, source, id_source, statut, site_id, code_academie",
            ),
            "uai",
            Some("code_academie"),
        ),
        (
            "batiments",
            values(
                buildings.collect(),
                "source, id_source, code_departement, geometry",
            ),
            "id_source",
            Some("code_departement"),
        ),
    ]
}

async fn publish(bench: &Bench, schools: &[School], places: [f64; ACADEMIES]) {
    let ctx = SessionContext::new();
    let mut publisher = Publisher::open(&bench.lake, noon(1)).await.unwrap();
    let dir = bench.staging();
    let mut drafts = Vec::new();
    for (name, rows, key, partition) in tables(schools, places) {
        let frame = ctx.sql(&rows).await.unwrap();
        let fields = frame.schema().fields().iter().map(|field| {
            let data_type = match field.name() == "geometry" {
                true => arrow::datatypes::DataType::Binary,
                false => arrow::datatypes::DataType::Utf8,
            };
            arrow::datatypes::Field::new(field.name(), data_type, true)
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let layout = TableLayout {
            name: name.to_owned(),
            contract: ContractRef {
                id: name.to_owned(),
                version: "1.0.0".to_owned(),
            },
            description: "Essai.".to_owned(),
            geometry: schema
                .field_with_name("geometry")
                .is_ok()
                .then(|| "geometry".to_owned()),
            schema,
            partition_by: partition
                .iter()
                .map(|column| (*column).to_owned())
                .collect(),
            key: vec![key.to_owned()],
            column_descriptions: BTreeMap::new(),
            properties: BTreeMap::from([("licence".to_owned(), "etalab-2.0".to_owned())]),
        };
        let staged = stage(&layout, frame, &dir).await.unwrap();
        let commit = publisher.commit(&layout, &staged, noon(1)).await.unwrap();
        drafts.push(table_draft(&layout, staged, &commit));
    }
    publisher.publish(draft(&dir, 1, drafts)).await.unwrap();
}

/// The mirror of these académies.
async fn mirrored(bench: &Bench, academies: &[&str]) -> (Lake, Mirrored) {
    let place = bench.dir.path().join("mirror");
    let location = Location::parse(place.to_str().unwrap(), &StorageOptions::default()).unwrap();
    let lake = Lake::open(location);
    let options = MirrorOptions {
        academies: academies.iter().map(|code| (*code).to_owned()).collect(),
        tables: Vec::new(),
        release: None,
        dir: bench.staging(),
        now: noon(2),
    };
    let told = mirror(&bench.lake, &lake, &options, &SessionContext::new())
        .await
        .unwrap();
    (lake, told)
}

async fn texts(lake: &Lake, query: &str) -> BTreeSet<String> {
    let ctx = SessionContext::new();
    let release = lake.latest().await.unwrap().unwrap();
    lake.register_release(&ctx, &release).await.unwrap();
    let batches = ctx.sql(query).await.unwrap().collect().await.unwrap();
    let column = |batch: &arrow::array::RecordBatch| {
        let texts =
            arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8).unwrap();
        texts
            .as_string::<i32>()
            .iter()
            .flatten()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    batches.iter().flat_map(column).collect()
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn buildings_of_a_neighbour_come_along_and_no_file_of_the_others_is_read() {
    let bench = Bench::new();
    let school = |academie, site, links: &[(usize, usize)]| School {
        academie,
        site,
        links: links.to_vec(),
    };
    // The first two share the building d1b0. The third has nothing to do with them; all links but the last are accepted.
    let schools = [
        school(0, 0, &[(0, 0), (1, 0), (0, 1)]),
        school(1, 1, &[(1, 0), (1, 1), (1, 2)]),
        school(2, 2, &[(2, 0), (2, 1)]),
    ];
    publish(&bench, &schools, APART).await;
    let far = bench.lake_path().join("open/batiments/code_departement=d2");
    std::fs::remove_dir_all(far).unwrap();
    let (lake, told) = mirrored(&bench, &["a0"]).await;
    assert_eq!(
        texts(&lake, "select uai from etablissements").await,
        set(&["u0", "u1"])
    );
    assert_eq!(
        texts(&lake, "select site_id from sites").await,
        set(&["s0", "s1"])
    );
    assert_eq!(
        texts(
            &lake,
            "select uai || id_source from etablissements_batiments"
        )
        .await,
        set(&["u0d0b0", "u0d1b0", "u0d0b1", "u1d1b0"])
    );
    assert_eq!(
        texts(&lake, "select id_source from batiments").await,
        set(&["d0b0", "d0b1", "d0b2", "d1b0"])
    );
    // Three tables of schools, their buildings, and the whole tables of the four.
    assert_eq!(told.made_files, 8);
    // What files say of themselves goes with their rows.
    let release = lake.latest().await.unwrap().unwrap();
    let made = release.tables["batiments"]
        .files
        .iter()
        .find(|file| file.path.contains("=d1"))
        .unwrap();
    let path = bench
        .dir
        .path()
        .join("mirror/open/batiments")
        .join(&made.path);
    let file = std::fs::File::open(path).unwrap();
    let reader =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let keys = reader
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .unwrap();
    let licence = keys
        .iter()
        .find(|pair| pair.key == "edulac.licence")
        .unwrap();
    assert_eq!(licence.value.as_deref(), Some("etalab-2.0"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn nothing_that_is_copied_refers_to_what_is_not(schools in schools()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let bench = Bench::new();
            publish(&bench, &schools, NEAR).await;
            let academies: BTreeSet<String> = schools.iter().map(|school| format!("a{}", school.academie)).collect();
            let academie = academies.first().unwrap().clone();
            let (lake, _) = mirrored(&bench, &[&academie]).await;
            for (name, of) in [("etablissements", "uai"), ("sites", "site_id"), ("etablissements_batiments", "uai || id_source")] {
                let query = format!("select {of} from {name} where code_academie = '{academie}'");
                assert_eq!(texts(&lake, &query).await, texts(&bench.lake, &query).await);
            }
            for (from, column, to) in [
                ("etablissements_batiments", "uai", "etablissements"),
                ("etablissements_batiments", "site_id", "sites"),
                ("etablissements_batiments", "id_source", "batiments"),
            ] {
                let query = format!("select {column} from {from} except select {column} from {to}");
                assert_eq!(texts(&lake, &query).await, BTreeSet::new(), "{query}");
            }
            // Every link of every building that the académie's links accept.
            let shared = format!(
                "select a.uai || a.id_source from etablissements_batiments a join etablissements_batiments b \
                 on a.id_source = b.id_source where b.code_academie = '{academie}' and a.statut <> 'rejeté' and b.statut <> 'rejeté'"
            );
            assert_eq!(texts(&lake, &shared).await, texts(&bench.lake, &shared).await);
            // Every establishment of every site that one of the académie is on.
            let sites = format!(
                "select x.uai || x.site_id from etablissements_sites x join etablissements e on e.uai = x.uai where x.site_id in \
                 (select y.site_id from etablissements_sites y join etablissements f on f.uai = y.uai where f.code_academie = '{academie}')"
            );
            assert_eq!(texts(&lake, &sites).await, texts(&bench.lake, &sites).await);
        });
    }
}
