//! What the register's diff tells of a year, beside the two exports.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::{self, Row, edition};

fn export(number: u8) -> BTreeMap<String, Row> {
    let rows = files::buildings(edition(number));
    let by_id = rows.into_iter().map(|row| (row["rnb_id"].clone(), row));
    by_id.collect()
}

fn told(action: &str, kind: &str) -> BTreeSet<String> {
    let rows = files::diff(edition(2));
    let chosen = rows
        .iter()
        .filter(|row| row["action"] == action && row["event_type"] == kind);
    chosen.map(|row| row["rnb_id"].clone()).collect()
}

#[test]
fn every_building_that_leaves_or_comes_has_its_event() {
    let (before, after) = (export(1), export(2));
    let gone: BTreeSet<&String> = before
        .keys()
        .filter(|id| !after.contains_key(*id))
        .collect();
    let come: BTreeSet<&String> = after
        .keys()
        .filter(|id| !before.contains_key(*id))
        .collect();
    let restored = told("reactivate", "reactivation");
    let out = told("deactivate", "deactivation");
    let (merged, split) = (told("deactivate", "merge"), told("deactivate", "split"));
    let left: BTreeSet<&String> = out
        .difference(&restored)
        .chain(&merged)
        .chain(&split)
        .collect();
    assert_eq!(left, gone);
    let created: BTreeSet<String> = ["merge", "split", "creation"]
        .into_iter()
        .flat_map(|kind| told("create", kind))
        .collect();
    assert_eq!(created.iter().collect::<BTreeSet<_>>(), come);
    for many in [&merged, &split, &out, &restored] {
        assert!(many.len() >= 5, "{}", many.len());
    }
    assert!(restored.is_subset(&out), "what comes back was away");
    for id in &restored {
        assert_eq!(before[id], after[id], "and is as it was");
    }
}

#[test]
fn some_buildings_stand_where_they_stood_under_an_identifier_that_nothing_ties_to_the_old_one() {
    let (before, after) = (export(1), export(2));
    let out = told("deactivate", "deactivation");
    let new = told("create", "creation");
    let points: BTreeSet<&String> = out.iter().map(|id| &before[id]["point"]).collect();
    let anew = new
        .iter()
        .filter(|id| points.contains(&after[*id]["point"]));
    let anew = anew.count();
    assert!(anew >= 5 && anew < out.len(), "{anew} of {}", out.len());
    let schools = |number| -> BTreeSet<String> {
        let rows = files::truth(edition(number), "liens");
        rows.into_iter().map(|row| row["rnb_id"].clone()).collect()
    };
    assert!(out.intersection(&schools(1)).count() >= 5);
}
