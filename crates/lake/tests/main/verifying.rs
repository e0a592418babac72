//! A damaged release is told file by file, on a folder and on S3.

use edulac_lake::{Damage, DamageProblem, Lake, Release, Verified, Verifier};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::s3_server::s3_server;
use crate::support::{Bench, layout, publish, rows};

async fn verify(lake: &Lake) -> Verified {
    let last = lake.releases().await.unwrap().pop().unwrap();
    Verifier::new(lake).verify(&last).await.unwrap()
}

async fn read(store: &dyn ObjectStore, path: &str) -> Vec<u8> {
    let found = store.get(&Path::from(path)).await.unwrap();
    found.bytes().await.unwrap().to_vec()
}

async fn write(store: &dyn ObjectStore, path: &str, bytes: Vec<u8>) {
    store.put(&Path::from(path), bytes.into()).await.unwrap();
}

/// Damages one file after the other, each told by its path, and puts it back.
async fn assert_damage_is_told(lake: &Lake, release: &Release) {
    let store = lake.location().store();
    let table = &release.tables["etablissements"];
    let whole = verify(lake).await;
    assert_eq!(whole.damage, []);
    assert_eq!(whole.files, table.files.len() as u64 + 1 + 4);
    assert!(whole.bytes > table.bytes);

    let data = format!("{}/{}", table.path, table.files[0].path);
    let entire = table.whole.as_ref().unwrap().path.clone();
    let manifest = format!("{}/manifest.json", release.folder());
    for path in [&data, &entire] {
        let right = read(&store, path).await;
        let mut flipped = right.clone();
        flipped[right.len() / 2] ^= 1;
        write(&store, path, flipped).await;
        let [
            Damage {
                path: told,
                table,
                problem,
            },
        ] = &verify(lake).await.damage[..]
        else {
            panic!("one file is damaged: {path}");
        };
        assert_eq!((told, table.as_deref()), (path, Some("etablissements")));
        assert!(
            matches!(problem, DamageProblem::Altered { .. }),
            "{problem:?}"
        );

        write(&store, path, right[..right.len() - 7].to_vec()).await;
        let expected = right.len() as u64;
        let truncated = DamageProblem::Truncated {
            expected,
            found: expected - 7,
        };
        assert_eq!(verify(lake).await.damage[0].problem, truncated);

        store.delete(&Path::from(path.as_str())).await.unwrap();
        assert_eq!(verify(lake).await.damage[0].problem, DamageProblem::Missing);
        write(&store, path, right).await;
    }
    let notes = format!("{}/notes.md", release.folder());
    let right = read(&store, &notes).await;
    store.delete(&Path::from(notes.as_str())).await.unwrap();
    let lost = Damage {
        path: notes.clone(),
        table: None,
        problem: DamageProblem::Missing,
    };
    assert_eq!(verify(lake).await.damage, [lost]);
    write(&store, &notes, right).await;

    let log = format!("{}/_delta_log/{:020}.json", table.path, table.delta_version);
    let right = read(&store, &log).await;
    store.delete(&Path::from(log.as_str())).await.unwrap();
    let damage = verify(lake).await.damage;
    assert!(
        matches!(&damage[..], [Damage { path, problem: DamageProblem::Unreadable { .. }, .. }] if *path == log),
        "{damage:?}"
    );
    write(&store, &log, right).await;

    let right = read(&store, &manifest).await;
    let mut other = right.clone();
    other.extend_from_slice(b" ");
    write(&store, &manifest, other).await;
    let damage = verify(lake).await.damage;
    assert!(
        matches!(&damage[..], [Damage { path, problem: DamageProblem::Altered { .. }, .. }] if *path == manifest),
        "{damage:?}"
    );
    store.delete(&Path::from(manifest.as_str())).await.unwrap();
    assert_eq!(verify(lake).await.damage[0].problem, DamageProblem::Missing);
    write(&store, &manifest, right).await;
    assert_eq!(verify(lake).await, whole);
}

#[tokio::test]
async fn damage_on_a_folder_is_told_file_by_file() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(30), 23).await;
    let release = bench.publish(&layout(), &rows(40), 24).await;
    assert_damage_is_told(&bench.lake, &release).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_on_s3_is_told_file_by_file() {
    let Some(server) = s3_server() else { return };
    let (bench, lake) = (Bench::new(), crate::s3::lake(server, "verify"));
    publish(&lake, &layout(), &rows(30), &bench.staging(), 23)
        .await
        .unwrap();
    let (_, release) = publish(&lake, &layout(), &rows(40), &bench.staging(), 24)
        .await
        .unwrap();
    assert_damage_is_told(&lake, &release).await;
}

#[tokio::test]
async fn a_file_of_several_releases_is_read_once_and_told_of_each() {
    let bench = Bench::new();
    let first = bench.publish(&layout(), &rows(40), 23).await;
    let mut edition = rows(40);
    edition[0].effectif = None;
    let second = bench.publish(&layout(), &edition, 24).await;
    let files = &first.tables["etablissements"].files;
    let shared = files
        .iter()
        .find(|f| second.tables["etablissements"].files.contains(f))
        .unwrap();
    let path = bench
        .lake_path()
        .join("open/etablissements")
        .join(&shared.path);
    std::fs::write(path, b"PAR1").unwrap();
    let mut verifier = Verifier::new(&bench.lake);
    for entry in bench.lake.releases().await.unwrap() {
        let damage = verifier.verify(&entry).await.unwrap().damage;
        let told: Vec<&str> = damage.iter().map(|damage| damage.path.as_str()).collect();
        assert_eq!(told, [format!("open/etablissements/{}", shared.path)]);
    }
}
