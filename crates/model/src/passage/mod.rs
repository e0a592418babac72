//! Passages of commune codes from one vintage to another.
//!
//! The vintage of a year is the state of 1 January, movements of that day included. A passage is a relation between the
//! codes of two vintages, made by following the movements between them day by day:
//!
//! - a code that a movement of the day names before it goes to all codes named after it (itself among them when the
//!   commune goes on: a split keeps the old code as one of its targets);
//! - a code that movements of the day name only after them is born that day;
//! - all others stay.
//!
//! Backwards, the same relation is read from right to left: a merger is then what a split is forwards.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use crate::movement::Movement;
use crate::{MovementKind, Vintage};

/// The codes that one code goes to.
type Codes = BTreeSet<String>;

/// The movements of one day that happen together: changes of code come before the rest.
#[derive(Debug, Clone, Default)]
struct Step {
    /// Whoever is named before, and where it goes.
    forward: BTreeMap<String, Codes>,
    /// Whoever is named after, and where it comes from.
    backward: BTreeMap<String, Codes>,
}

/// What a code becomes in another vintage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// The same code.
    Same,
    /// Another code, and only that one.
    One(String),
    /// Several codes, sorted: which of them holds a given place, the code alone does not tell.
    Several(Vec<String>),
    /// None: there is no such commune in the vintage that the code is said to be of, or none after it.
    Nothing,
}

/// All movements that are known.
#[derive(Debug, Clone, Default)]
pub struct Movements {
    steps: BTreeMap<(NaiveDate, bool), Step>,
}

impl Movements {
    /// The passage of codes of one vintage to another one, later or earlier.
    #[must_use]
    pub fn passage(&self, from: Vintage, to: Vintage) -> Passage {
        let year = |(day, _): &(NaiveDate, bool)| vintage_of(*day);
        let between = |low: Vintage, high: Vintage| {
            let (low, high) = (i32::from(low.year()), i32::from(high.year()));
            let steps = self.steps.iter();
            steps.filter(move |(at, _)| (low + 1..=high).contains(&year(at)))
        };
        let mut passage = Passage::default();
        if from <= to {
            for (_, step) in between(from, to) {
                passage.follow(&step.forward, &step.backward);
            }
        } else {
            for (_, step) in between(to, from).rev() {
                passage.follow(&step.backward, &step.forward);
            }
        }
        passage
    }
}

/// The first vintage that shows what happened on a day.
fn vintage_of(day: NaiveDate) -> i32 {
    let is_new_year = (day.month(), day.day()) == (1, 1);
    day.year() + i32::from(!is_new_year)
}

impl FromIterator<Movement> for Movements {
    fn from_iter<I: IntoIterator<Item = Movement>>(movements: I) -> Self {
        let mut all = Self::default();
        for movement in movements {
            let later = !MovementKind::comes_first(movement.kind);
            let step = all.steps.entry((movement.day, later)).or_default();
            if let Some(before) = &movement.before {
                let targets = step.forward.entry(before.clone()).or_default();
                targets.extend(movement.after.clone());
            }
            if let Some(after) = movement.after {
                let origins = step.backward.entry(after).or_default();
                origins.extend(movement.before);
            }
        }
        all
    }
}

/// A relation between the codes of two vintages. Codes that nothing happened to are not listed: they stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    touched: BTreeMap<String, Codes>,
}

impl Passage {
    /// What a code becomes.
    #[must_use]
    pub fn of(&self, code: &str) -> Arrival {
        let Some(codes) = self.touched.get(code) else {
            return Arrival::Same;
        };
        let mut codes = codes.iter();
        match (codes.next(), codes.next()) {
            (None, _) => Arrival::Nothing,
            (Some(only), None) if only == code => Arrival::Same,
            (Some(only), None) => Arrival::One(only.clone()),
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(codes);
                Arrival::Several(all.cloned().collect())
            }
        }
    }

    /// The codes that something happened to, with what they become; sorted.
    pub fn touched(&self) -> impl Iterator<Item = (&str, Arrival)> {
        self.touched
            .keys()
            .map(|code| (code.as_str(), self.of(code)))
    }

    /// The passage that goes on where this one ends.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let mut all = self.clone();
        all.go_on(next);
        all
    }

    fn go_on(&mut self, next: &Self) {
        let moves = |codes: &Codes| codes.iter().any(|code| next.touched.contains_key(code));
        for targets in self.touched.values_mut().filter(|codes| moves(codes)) {
            *targets = targets.iter().flat_map(|code| next.targets(code)).collect();
        }
        for (code, targets) in &next.touched {
            self.touched
                .entry(code.clone())
                .or_insert_with(|| targets.clone());
        }
    }

    fn targets(&self, code: &str) -> Codes {
        match self.touched.get(code) {
            Some(codes) => codes.clone(),
            None => BTreeSet::from([code.to_owned()]),
        }
    }

    /// Goes on through the movements of a step.
    fn follow(&mut self, going: &BTreeMap<String, Codes>, coming: &BTreeMap<String, Codes>) {
        let born = coming.keys().filter(|code| !going.contains_key(*code));
        let born = born.map(|code| (code.clone(), Codes::new()));
        self.go_on(&Self {
            touched: going.clone().into_iter().chain(born).collect(),
        });
    }
}
