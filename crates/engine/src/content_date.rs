//! Of what day the content of a table of the lake is: that of the newest source that it was made from, directly or through
//! other tables. It is told by receipts, not by the clock, and is the same whenever the table is read. What publishers say
//! goes first: the day of a first extract counts only where none of them dates its content.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use edulac_extract::{Extract, Receipt};
use edulac_lake::Release;

use crate::candidates::Candidates;
use crate::fingerprint::Fingerprint;

/// What tells it in a run.
pub(crate) struct ContentDates<'a> {
    pub(crate) release: Option<&'a Release>,
    pub(crate) candidates: &'a Candidates,
    pub(crate) extracts: &'a BTreeMap<String, Extract>,
}

impl ContentDates<'_> {
    /// The day (UTC) of a table as the next release would have it; none when none of its sources tells.
    pub(crate) fn of(&self, table: &str) -> Option<NaiveDate> {
        let (mut said, mut extracted) = (None, None);
        let mut seen = BTreeSet::new();
        let mut left = vec![table.to_owned()];
        while let Some(table) = left.pop() {
            if !seen.insert(table.clone()) {
                continue;
            }
            let made = self.candidates.made.get(&table).filter(|made| !made.held());
            let fingerprint = match made {
                Some(made) => Some(made.fingerprint.clone()),
                None => self.released(&table),
            };
            let Some(fingerprint) = fingerprint else {
                continue;
            };
            for source in fingerprint.sources.keys() {
                let read = self.extracts.get(source).filter(|_| made.is_some());
                let receipt = match read {
                    Some(extract) => Some(extract.receipt.clone()),
                    None => self.of_release(source),
                };
                said = said.max(receipt.as_ref().and_then(Receipt::published_at));
                extracted = extracted.max(receipt.as_ref().map(Receipt::as_of));
            }
            left.extend(fingerprint.tables.into_keys());
        }
        said.or(extracted).map(|moment| moment.date_naive())
    }

    fn released(&self, table: &str) -> Option<Fingerprint> {
        serde_json::from_str(&self.release?.tables.get(table)?.fingerprint).ok()
    }

    /// Of a source as the last release was made from it.
    fn of_release(&self, source: &str) -> Option<Receipt> {
        let told = self.release?.sources.get(source)?["receipt"].clone();
        serde_json::from_value(told).ok()
    }
}
