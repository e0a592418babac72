//! Each call of the store fails once: whatever was being done, no release is wrong afterwards, and doing it again works.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use edulac_lake::{Error, Lake, Location, Result, Retention, StorageOptions, Verifier};
use edulac_model::ErrorClass;

use crate::failing::{Failing, Way};
use crate::support::{Bench, layout, publish, rows};

/// Four releases.
async fn before(bench: &Bench) {
    for (n, day) in [(10, 20), (11, 21), (12, 22), (13, 23)] {
        bench.publish(&layout(), &rows(n), day).await;
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Long after the releases, and after the files were written.
fn later() -> DateTime<Utc> {
    Utc::now() + TimeDelta::days(365)
}

async fn assert_whole(lake: &Lake, what: &str) {
    let gone = lake.gone().await.unwrap();
    let mut verifier = Verifier::new(lake);
    for entry in lake.releases().await.unwrap() {
        if !gone.contains_key(&entry.id) {
            let verified = verifier.verify(&entry).await.unwrap();
            assert_eq!(verified.damage, [], "{what}: {}", entry.id);
        }
    }
}

/// Does it on a copy of the lake for each call that can fail, in each way; gives how many there were.
async fn each_call_fails<F: Future<Output = Result<()>>>(act: impl Fn(Lake) -> F) -> usize {
    let bench = Bench::new();
    before(&bench).await;
    let mut calls = 0;
    for way in [Way::Unsent, Way::Unanswered, Way::Repeated] {
        calls = each_call_fails_so(&bench, way, &act).await;
    }
    calls
}

async fn each_call_fails_so<F: Future<Output = Result<()>>>(
    bench: &Bench,
    way: Way,
    act: &impl Fn(Lake) -> F,
) -> usize {
    for failing in 0.. {
        let folder = bench.staging();
        copy(&bench.lake_path(), &folder);
        let location =
            Location::parse(folder.to_str().unwrap(), &StorageOptions::default()).unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let broken = location.through(|store| Arc::new(Failing::new(store, failing, way, counted)));
        let done = act(Lake::open(broken)).await;
        let lake = Lake::open(location);
        let what = format!("call {failing} failed, {way:?}");
        if let Err(error) = &done {
            // Who is told that the place of what it made itself is taken may take it for another's.
            let classes = match way {
                Way::Repeated => &[ErrorClass::Infrastructure, ErrorClass::Conflict][..],
                Way::Unsent | Way::Unanswered => &[ErrorClass::Infrastructure],
            };
            assert!(classes.contains(&error.class()), "{what}: {error:?}");
        }
        assert_whole(&lake, &what).await;
        // What was done before the failure is no obstacle.
        if done.is_err() {
            match act(lake.clone()).await {
                Ok(()) => {}
                // It was done but for the last word of it.
                Err(Error::NothingToWithdraw { .. } | Error::NotHeld { .. }) => {}
                Err(error) => panic!("{what}, and again: {error:?}"),
            }
        }
        assert_whole(&lake, &what).await;
        std::fs::remove_dir_all(&folder).unwrap();
        if calls.load(Ordering::SeqCst) <= failing {
            return failing;
        }
    }
    unreachable!("calls have no end")
}

#[tokio::test]
async fn a_publication_whose_store_fails_publishes_whole_or_not_at_all() {
    let bench = Bench::new();
    let calls = each_call_fails(|lake| async {
        let lake = lake;
        publish(&lake, &layout(), &rows(14), &bench.staging(), 24)
            .await
            .map(drop)
    })
    .await;
    assert!(calls > 20, "{calls}");
}

#[tokio::test]
async fn a_vacuum_whose_store_fails_leaves_every_kept_release_whole() {
    let calls = each_call_fails(|lake| async move {
        let policy = Retention {
            keep: 1,
            wait: TimeDelta::days(7),
            now: later(),
        };
        lake.vacuum(policy).await.map(drop)
    })
    .await;
    assert!(calls > 20, "{calls}");
}

#[tokio::test]
async fn a_withdrawal_whose_store_fails_is_whole_or_not_at_all() {
    let calls = each_call_fails(|lake| async move {
        let publisher = edulac_lake::Publisher::open(&lake, later()).await?;
        publisher
            .withdraw("2026-11-23.0", "essai", later())
            .await
            .map(drop)
    })
    .await;
    assert!(calls > 20, "{calls}");
}

#[tokio::test]
async fn a_hold_whose_store_fails_is_a_hold_or_none() {
    let calls = each_call_fails(|lake| async move {
        lake.hold("2026-11-20.0", "essai", later()).await?;
        lake.unhold("2026-11-20.0").await.map(drop)
    })
    .await;
    assert!(calls > 5, "{calls}");
}

#[tokio::test]
async fn a_verification_whose_store_fails_never_calls_a_release_whole() {
    let calls = each_call_fails(|lake| async move {
        let last = lake.releases().await?.pop();
        let verified = Verifier::new(&lake).verify(&last.unwrap()).await?;
        assert_eq!(verified.damage, []);
        Ok(())
    })
    .await;
    assert!(calls > 5, "{calls}");
}
