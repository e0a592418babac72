//! Holds and vacuum: whatever the history, nothing that a kept release names is ever deleted.

use std::collections::BTreeSet;
use std::fs::File;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use datafusion::prelude::SessionContext;
use edulac_lake::{
    Error, KeptFor, Lake, LakeLock, LakeVacuum, Publisher, Release, Retention, TableLayout,
    Verifier, stage,
};
use proptest::prelude::*;

use crate::s3_server::s3_server;
use crate::support::{Bench, Row, draft, frame, layout, rows, table_draft};

/// A clock ahead of the machine's, so that files written a moment ago are as old as their releases say.
fn day(number: i64) -> DateTime<Utc> {
    Utc::now() + TimeDelta::days(30 + number)
}

fn policy(keep: usize, now: DateTime<Utc>) -> Retention {
    Retention {
        keep,
        wait: TimeDelta::days(7),
        now,
    }
}

async fn publish(
    lake: &Lake,
    bench: &Bench,
    layout: &TableLayout,
    rows: &[Row],
    now: DateTime<Utc>,
) -> Release {
    let mut publisher = Publisher::open(lake, now).await.unwrap();
    let dir = bench.staging();
    let staged = stage(layout, frame(rows), &dir).await.unwrap();
    let commit = publisher.commit(layout, &staged, now).await.unwrap();
    let mut draft = draft(&dir, 23, vec![table_draft(layout, staged, &commit)]);
    draft.created = now;
    publisher.publish(draft).await.unwrap()
}

/// Each kept release is whole and can be read; each gone one says so.
async fn assert_kept(lake: &Lake, done: &LakeVacuum) {
    let gone = lake.gone().await.unwrap();
    let kept: BTreeSet<&String> = done.kept.iter().map(|kept| &kept.release).collect();
    let mut verifier = Verifier::new(lake);
    for entry in lake.releases().await.unwrap() {
        assert_ne!(
            gone.contains_key(&entry.id),
            kept.contains(&entry.id),
            "{}",
            entry.id
        );
        let release = lake.release(&entry.id).await.unwrap();
        let notes = lake.notes(&release).await.unwrap();
        assert!(notes.starts_with("# Notes"), "{notes}");
        let read = lake
            .register_release(&SessionContext::new(), &release)
            .await;
        if kept.contains(&entry.id) {
            read.unwrap();
            let verified = verifier.verify(&entry).await.unwrap();
            assert_eq!(verified.damage, [], "{}", entry.id);
        } else {
            assert!(matches!(read.unwrap_err(), Error::Gone { id, .. } if id == entry.id));
        }
    }
}

#[derive(Debug, Clone)]
enum Act {
    /// Publishes some rows after some days.
    Publish {
        rows: usize,
        days: i64,
    },
    Withdraw,
    /// Of the release at this place, as far as there is one.
    Hold(usize),
    Unhold(usize),
    /// A run that committed and died.
    Die {
        rows: usize,
    },
    Vacuum {
        keep: usize,
        days: i64,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1..6usize, 0..9i64).prop_map(|(rows, days)| Act::Publish { rows, days }),
        1 => Just(Act::Withdraw),
        1 => (0..8usize).prop_map(Act::Hold),
        1 => (0..8usize).prop_map(Act::Unhold),
        1 => (1..8usize).prop_map(|rows| Act::Die { rows }),
        3 => (1..4usize, 0..9i64).prop_map(|(keep, days)| Act::Vacuum { keep, days }),
    ]
}

async fn live(acts: Vec<Act>) {
    let bench = Bench::new();
    let lake = &bench.lake;
    let mut now = day(0);
    for act in acts {
        let entries = lake.releases().await.unwrap();
        match act {
            Act::Publish { rows: n, days } => {
                now += TimeDelta::days(days) + TimeDelta::minutes(1);
                publish(lake, &bench, &layout(), &rows(n), now).await;
            }
            Act::Withdraw => {
                let Some(last) = entries.last() else { continue };
                let publisher = Publisher::open(lake, now).await.unwrap();
                match publisher.withdraw(&last.id, "essai", now).await {
                    // What a vacuum kept for it is there: only a second step back may find nothing.
                    Ok(_) | Err(Error::NothingToWithdraw { .. }) => {}
                    Err(Error::Gone { .. }) => assert!(last.withdraws.is_some()),
                    Err(error) => panic!("{error}"),
                }
            }
            Act::Hold(place) => {
                let Some(entry) = entries.get(place) else {
                    continue;
                };
                let is_gone = lake.gone().await.unwrap().contains_key(&entry.id);
                match lake.hold(&entry.id, "essai", now).await {
                    Ok(_) => assert!(!is_gone),
                    Err(Error::Gone { .. }) => assert!(is_gone),
                    Err(error) => panic!("{error}"),
                }
                assert_eq!(
                    lake.holds().await.unwrap().contains_key(&entry.id),
                    !is_gone
                );
            }
            Act::Unhold(place) => {
                let Some(entry) = entries.get(place) else {
                    continue;
                };
                let is_held = lake.holds().await.unwrap().contains_key(&entry.id);
                match lake.unhold(&entry.id).await {
                    Ok(_) => assert!(is_held),
                    Err(Error::NotHeld { .. }) => assert!(!is_held),
                    Err(error) => panic!("{error}"),
                }
            }
            Act::Die { rows: n } => {
                let mut publisher = Publisher::open(lake, now).await.unwrap();
                let staged = bench.stage(&layout(), &rows(n)).await;
                publisher.commit(&layout(), &staged, now).await.unwrap();
            }
            Act::Vacuum { keep, days } => {
                now += TimeDelta::days(days);
                let planned = lake.plan_vacuum(policy(keep, now)).await.unwrap();
                let done = lake.vacuum(policy(keep, now)).await.unwrap();
                assert_eq!(planned, done);
                assert_kept(lake, &done).await;
                let again = lake.plan_vacuum(policy(keep, now)).await.unwrap();
                assert_eq!((again.gone.len(), again.files.len()), (0, 0));
                let last = entries.last().map(|entry| &entry.id);
                assert_eq!(done.kept.last().map(|kept| &kept.release), last);
            }
        }
    }
    let done = lake
        .vacuum(policy(1, now + TimeDelta::days(8)))
        .await
        .unwrap();
    assert_kept(lake, &done).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_history_makes_a_vacuum_delete_what_a_kept_release_names(
        acts in prop::collection::vec(act(), 1..16)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(live(acts));
    }
}

#[tokio::test]
async fn a_vacuum_keeps_what_is_recent_held_or_needed_to_go_back() {
    let bench = Bench::new();
    let mut ids = Vec::new();
    for number in 0..5 {
        let n = 10 + number as usize;
        ids.push(
            publish(&bench.lake, &bench, &layout(), &rows(n), day(number))
                .await
                .id,
        );
    }
    bench.lake.hold(&ids[1], "cité", day(5)).await.unwrap();
    let why = |plan: &LakeVacuum| -> Vec<(String, KeptFor)> {
        let kept = plan.kept.iter();
        kept.map(|kept| (kept.release.clone(), kept.why.clone()))
            .collect()
    };
    // Within the week nothing goes.
    let plan = bench.lake.plan_vacuum(policy(1, day(6))).await.unwrap();
    assert_eq!((plan.gone.len(), plan.files.len()), (0, 0));
    let held = KeptFor::Held {
        reason: "cité".to_owned(),
    };
    let done = bench.lake.vacuum(policy(1, day(20))).await.unwrap();
    assert_eq!(
        why(&done),
        [
            (ids[1].clone(), held),
            (ids[3].clone(), KeptFor::ToGoBackTo),
            (ids[4].clone(), KeptFor::Recent),
        ]
    );
    assert_eq!(done.gone, [ids[0].clone(), ids[2].clone()]);
    assert_kept(&bench.lake, &done).await;
    let publisher = Publisher::open(&bench.lake, day(20)).await.unwrap();
    publisher.withdraw(&ids[4], "essai", day(20)).await.unwrap();
    // Nothing is left before it to go back to once more: that is said, and nothing is published.
    let last = bench.lake.latest().await.unwrap().unwrap().id;
    let publisher = Publisher::open(&bench.lake, day(20)).await.unwrap();
    let error = publisher
        .withdraw(&last, "essai", day(20))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Gone { id, .. } if *id == ids[2]),
        "{error:?}"
    );
    assert_eq!(bench.lake.latest().await.unwrap().unwrap().id, last);
}

#[tokio::test]
async fn nobody_vacuums_while_someone_publishes() {
    let bench = Bench::new();
    publish(&bench.lake, &bench, &layout(), &rows(3), day(0)).await;
    let _lock = LakeLock::acquire(bench.lake.location()).unwrap();
    let error = bench.lake.vacuum(policy(1, day(1))).await.unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
}

#[tokio::test]
async fn what_a_run_is_uploading_is_left_alone_and_what_a_dead_one_left_goes() {
    let bench = Bench::new();
    publish(&bench.lake, &bench, &layout(), &rows(3), Utc::now()).await;
    let mut slow = Publisher::open(&bench.lake, Utc::now()).await.unwrap();
    let staged = bench.stage(&layout(), &rows(9)).await;
    slow.commit(&layout(), &staged, Utc::now()).await.unwrap();
    drop(slow);
    // A run that wrote the folder of its release and died before the log named it.
    let unpublished = bench.lake_path().join("releases/2020-01-01.0");
    std::fs::create_dir_all(&unpublished).unwrap();
    std::fs::write(unpublished.join("manifest.json"), "{}").unwrap();
    let plan = bench.lake.plan_vacuum(policy(1, Utc::now())).await.unwrap();
    assert_eq!(plan.files, []);
    let plan = bench.lake.plan_vacuum(policy(1, day(0))).await.unwrap();
    assert_eq!(plan.files.len(), staged.files.len() + 1);
    assert_eq!(plan.gone, [""; 0]);

    // A vacuum may be about to take what a dead run left days ago: the next run that needs it sends it again.
    let path = |file: &edulac_lake::DataFile| {
        bench
            .lake_path()
            .join("open/etablissements")
            .join(&file.path)
    };
    let age = Duration::from_secs(2 * 24 * 60 * 60);
    for file in &staged.files {
        let file = File::options().write(true).open(path(file)).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
    let release = publish(&bench.lake, &bench, &layout(), &rows(9), Utc::now()).await;
    for file in &release.tables["etablissements"].files {
        let modified = path(file).metadata().unwrap().modified().unwrap();
        assert!(modified.elapsed().unwrap() < age / 2, "{}", file.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_s3_old_releases_go_and_the_others_stay_whole() {
    let Some(server) = s3_server() else { return };
    let (bench, lake) = (Bench::new(), crate::s3::lake(server, "retention"));
    let mut ids = Vec::new();
    for number in 0..4 {
        let n = 10 + number as usize;
        ids.push(
            publish(&lake, &bench, &layout(), &rows(n), day(number))
                .await
                .id,
        );
    }
    lake.hold(&ids[0], "cité", day(4)).await.unwrap();
    let done = lake.vacuum(policy(1, day(20))).await.unwrap();
    assert_eq!(done.gone, [ids[1].clone()]);
    assert!(!done.files.is_empty());
    assert_kept(&lake, &done).await;
    lake.unhold(&ids[0]).await.unwrap();
    let done = lake.vacuum(policy(1, day(20))).await.unwrap();
    assert_eq!(done.gone, [ids[0].clone()]);
    assert_kept(&lake, &done).await;
    publish(&lake, &bench, &layout(), &rows(10), day(21)).await;
    assert_kept(&lake, &lake.plan_vacuum(policy(9, day(21))).await.unwrap()).await;
}
