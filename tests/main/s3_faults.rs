//! An object store of which calls fail, in every way that calls do, while a run publishes: no release is wrong, and the
//! same command goes on.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::picture;
use crate::s3::S3Project;
use crate::s3_proxy::{Proxy, Spoilt, Way, writes};
use crate::s3_server::{S3Server, s3_server};
use crate::stage::Stage;

/// Writes of the catalogue, which comes after the release, that are spoilt: they are all alike.
const OF_CATALOGUE: usize = 1;

/// One table in an empty lake behind the proxy.
fn lake(stage: &Stage, server: &'static S3Server, proxy: &Proxy, prefix: &str) -> S3Project {
    S3Project::behind(server, &proxy.endpoint(), stage.project.copied(), prefix)
}

/// Every release that there is, read whole; gives how many.
#[track_caller]
fn whole_releases(lake: &S3Project, what: &str) -> usize {
    let verified = lake.edulac(&["release", "verify", "--all", "--format", "json"]);
    match verified.code {
        0 => verified.json().as_array().unwrap().len(),
        2 if verified.stderr.contains("there is no release") => 0,
        _ => panic!("{what}: {}", verified.picture()),
    }
}

#[test]
fn whichever_write_fails_a_release_is_whole_or_not_there() {
    let Some(server) = s3_server() else { return };
    let stage = Stage::new();
    let proxy = Proxy::before(&server.endpoint);
    proxy.spoil(Spoilt::None, Way::Cut);
    lake(&stage, server, &proxy, "faults/none").succeeds(&["run", "reseaux"]);
    let calls: Vec<String> = proxy.calls().into_iter().filter(|c| writes(c)).collect();
    let is_of_catalogue = |call: &&String| call.contains("/catalogue/");
    let published = calls.iter().filter(|call| !is_of_catalogue(call)).count();
    assert!(published >= 9, "{calls:?}");
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for way in [Way::Cut, Way::CutAfter, Way::FailsAfter] {
        for (write, call) in calls.iter().enumerate().take(published + OF_CATALOGUE) {
            let prefix = format!("faults/{way:?}-{write}");
            let lake = lake(&stage, server, &proxy, &prefix);
            proxy.spoil(Spoilt::Write(write), way);
            let ended = lake.edulac(&["run", "reseaux"]);
            let what = format!("{way:?} {call}: {}", ended.picture());
            proxy.spoil(Spoilt::None, way);
            let there = whole_releases(&lake, &what);
            match ended.code {
                0 => assert_eq!(there, 1, "{what}"),
                // The answer may be all that was lost.
                3 | 4 => {
                    let told = said
                        .entry(format!("{way:?}, exit {}", ended.code))
                        .or_default();
                    told.insert(told_of(&ended.stderr, &lake, &prefix));
                }
                _ => panic!("{what}"),
            }
            let again = lake.edulac(&["run", "reseaux"]);
            assert_eq!(again.code, 0, "{what}\nand again: {}", again.picture());
            assert_eq!(whole_releases(&lake, &what), 1, "{what}");
        }
    }
    let mut text = String::new();
    for (way, messages) in said {
        text += &format!("== {way}\n");
        text.extend(messages.into_iter().map(|message| message + "\n"));
    }
    picture("s3_faults", &text);
}

/// A message without what is of the server and of the call.
fn told_of(stderr: &str, lake: &S3Project, prefix: &str) -> String {
    let text = stderr
        .replace(&lake.endpoint, "http://S3")
        .replace(prefix, "LAKE");
    let of_the_call = [
        (r"[0-9a-f]{32}\.parquet", "FILE.parquet"),
        (r"\d{4}-\d\d-\d\d\.\d+", "RELEASE"),
        (r"in \d[\d.]*(ms|s|µs)", "in TIME"),
    ];
    of_the_call.iter().fold(text, |text, (of, put)| {
        let of = regex::Regex::new(of).unwrap();
        of.replace_all(&text, *put).into_owned()
    })
}

#[test]
fn a_store_that_fails_at_every_nth_call_is_asked_again() {
    let Some(server) = s3_server() else { return };
    let stage = Stage::new();
    let proxy = Proxy::before(&server.endpoint);
    for nth in [2, 3, 5, 7] {
        let lake = lake(&stage, server, &proxy, &format!("nth/{nth}"));
        proxy.spoil(Spoilt::Every(nth), Way::Fails);
        let ended = lake.edulac(&["run"]);
        proxy.spoil(Spoilt::None, Way::Fails);
        assert_eq!(ended.code, 0, "{nth}: {}", ended.picture());
        assert_eq!(whole_releases(&lake, "every nth"), 1);
    }
}
