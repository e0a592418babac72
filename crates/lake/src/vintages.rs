//! Of what years the rows of a table are.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::stage::Staged;

/// The columns that say it.
const COLUMNS: [&str; 3] = ["millesime", "rentree", "session"];

impl Staged {
    /// First and last value of each column that says of what year rows are, from the statistics of the files.
    #[must_use]
    pub fn vintages(&self) -> BTreeMap<String, [String; 2]> {
        let mut found: BTreeMap<String, [String; 2]> = BTreeMap::new();
        let stats = self.files.iter().filter_map(|file| file.stats.as_deref());
        for stats in stats.filter_map(|stats| serde_json::from_str::<Value>(stats).ok()) {
            for column in COLUMNS {
                let bound = |side: &str| match &stats[side][column] {
                    Value::Null => None,
                    Value::String(text) => Some(text.clone()),
                    other => Some(other.to_string()),
                };
                let (Some(first), Some(last)) = (bound("minValues"), bound("maxValues")) else {
                    continue;
                };
                match found.get_mut(column) {
                    Some([least, greatest]) => {
                        *least = first.min(std::mem::take(least));
                        *greatest = last.max(std::mem::take(greatest));
                    }
                    None => {
                        found.insert(column.to_owned(), [first, last]);
                    }
                }
            }
        }
        found
    }
}
