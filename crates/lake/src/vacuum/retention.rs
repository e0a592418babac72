//! Which releases stay, and why.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Retention;
use crate::marks::{Gone, Hold};
use crate::release::ReleaseEntry;
use crate::release_log::to_go_back_to;

/// A release that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Its id.
    pub release: String,
    /// The first reason that holds.
    #[serde(flatten)]
    pub why: KeptFor,
}

/// Why a release stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum KeptFor {
    /// Someone holds it.
    Held {
        /// Why.
        reason: String,
    },
    /// It is among the newest.
    Recent,
    /// A withdrawal of the last release would go back to it.
    ToGoBackTo,
    /// It was the last one until lately: its readers may still be reading.
    JustFollowed,
}

/// The releases that stay, and those that go; the gone ones are neither. Oldest first.
pub(super) fn retention(
    entries: &[ReleaseEntry],
    holds: &BTreeMap<String, Hold>,
    gone: &BTreeMap<String, Gone>,
    policy: Retention,
) -> (Vec<Kept>, Vec<String>) {
    let withdrawn: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| Some(entry.withdraws.as_ref()?.release.as_str()))
        .collect();
    let standing = entries
        .iter()
        .rev()
        .filter(|entry| !withdrawn.contains(entry.id.as_str()));
    let recent: BTreeSet<&str> = standing
        .take(policy.keep.max(1))
        .map(|entry| entry.id.as_str())
        .collect();
    let back = entries.last().and_then(|last| to_go_back_to(entries, last));
    let back = back.map(|entry| entry.id.as_str());
    let (mut kept, mut going) = (Vec::new(), Vec::new());
    for (place, entry) in entries.iter().enumerate() {
        let id = entry.id.as_str();
        if gone.contains_key(id) {
            continue;
        }
        let followed = entries.get(place + 1).map(|next| next.created);
        let why = if let Some(hold) = holds.get(id) {
            KeptFor::Held {
                reason: hold.reason.clone(),
            }
        } else if recent.contains(id) || followed.is_none() {
            KeptFor::Recent
        } else if back == Some(id) {
            KeptFor::ToGoBackTo
        } else if followed.is_some_and(|at| at > policy.now - policy.wait) {
            KeptFor::JustFollowed
        } else {
            going.push(id.to_owned());
            continue;
        };
        kept.push(Kept {
            release: id.to_owned(),
            why,
        });
    }
    (kept, going)
}
