//! Table rules: counts over the accepted rows, and what needs all of them at once.

mod count;
mod query;
mod unique;

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use datafusion::dataframe::DataFrame;
use edulac_contract::{Checks, Comparison, Measure, Severity, TableRule, Unit};

use crate::error::Result;
use crate::guard::percent;
use count::Counter;
use unique::Keys;

/// A broken rule of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Id of the rule: `table.rowCount`, `ips.nullValues`.
    pub rule: String,
    /// `Error` blocks the table.
    pub severity: Severity,
    /// What was found, with examples, and what the contract asks.
    pub message: String,
    /// What was counted, in the unit of the rule; `None` when it could not be, for want of the other table.
    pub observed: Option<f64>,
    /// What the contract asks of it.
    pub expected: Comparison,
    /// Unit of both.
    pub unit: Unit,
}

impl Finding {
    /// Whether the table must not be published.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Checks the table rules of one contract over the accepted rows of one run.
pub struct TableChecks {
    checks: Checks,
    rows: u64,
    /// For each table rule in order, its counter when it is counted batch by batch.
    counters: Vec<Option<Counter>>,
    /// For each table rule in order, the keys seen when it is on duplicates.
    keys: Vec<Option<Keys>>,
}

/// What a measure gave.
struct Measured {
    rows: u64,
    /// A few of the values concerned, most frequent first.
    examples: Vec<String>,
}

impl TableChecks {
    /// Checks for one table.
    ///
    /// # Errors
    /// [`crate::Error::Rule`] when the contract did not pass its lint.
    pub fn new(checks: &Checks) -> Result<Self> {
        let counters = checks
            .table_rules
            .iter()
            .map(|rule| Counter::new(checks, rule))
            .collect::<Result<_>>()?;
        Ok(Self {
            checks: checks.clone(),
            rows: 0,
            counters,
            keys: checks.table_rules.iter().map(Keys::new).collect(),
        })
    }

    /// Counts a batch of accepted rows, as [`crate::RowChecker::check`] gives them.
    pub fn add(&mut self, accepted: &RecordBatch) {
        self.rows += accepted.num_rows() as u64;
        for counter in self.counters.iter_mut().flatten() {
            counter.add(accepted);
        }
        for keys in self.keys.iter_mut().flatten() {
            keys.add(accepted);
        }
    }

    /// Rows counted so far.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The broken rules, in contract order. `staged` is the whole table as it would be published, the same rows
    /// that were added; `others` are the other tables of the release, by name. A reference to a table that is not
    /// among them is a finding.
    ///
    /// Cost: one join for each reference, and one aggregation of `staged` for each uniqueness rule that two rows may break; both
    /// are plans of the engine and spill under its memory limit.
    ///
    /// # Errors
    /// [`crate::Error::Query`] when such a plan fails.
    pub async fn finish(
        mut self,
        staged: DataFrame,
        others: &BTreeMap<String, DataFrame>,
    ) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let repeats: Vec<bool> = self
            .keys
            .iter_mut()
            .map(|keys| keys.as_mut().is_none_or(Keys::may_repeat))
            .collect();
        let rules = self.checks.table_rules.iter().zip(&self.counters);
        for ((rule, counter), may_repeat) in rules.zip(repeats) {
            let measured = match (&rule.measure, counter) {
                (Measure::Duplicates { .. }, None) if !may_repeat => Some(Measured {
                    rows: 0,
                    examples: Vec::new(),
                }),
                (_, Some(counter)) => Some(Measured {
                    rows: counter.rows(),
                    examples: Vec::new(),
                }),
                (Measure::Duplicates { columns }, None) => {
                    Some(query::duplicates(&self.checks, rule, staged.clone(), columns).await?)
                }
                (
                    Measure::Orphans {
                        columns,
                        table,
                        target,
                    },
                    None,
                ) => {
                    let other = if *table == self.checks.table {
                        Some(&staged)
                    } else {
                        others.get(table)
                    };
                    match other {
                        Some(other) => {
                            let (staged, other) = (staged.clone(), other.clone());
                            Some(
                                query::orphans(&self.checks, rule, staged, columns, other, target)
                                    .await?,
                            )
                        }
                        None => None,
                    }
                }
                (_, None) => Some(Measured {
                    rows: self.rows,
                    examples: Vec::new(),
                }),
            };
            findings.extend(self.judge(rule, measured));
        }
        Ok(findings)
    }

    fn judge(&self, rule: &TableRule, measured: Option<Measured>) -> Option<Finding> {
        let finding = |message: String, observed| {
            let message = format!(
                "`{}` of `{}`: {message}; asked: {}",
                rule.id, self.checks.table, rule.sentence
            );
            let (rule, severity, expected, unit) =
                (rule.id.clone(), rule.severity, rule.expected, rule.unit);
            Some(Finding {
                rule,
                severity,
                message,
                observed,
                expected,
                unit,
            })
        };
        let Some(Measured { rows, examples }) = measured else {
            return finding(
                "the table that it refers to is not in this lake yet".to_owned(),
                None,
            );
        };
        #[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
        let (observed, shown) = match rule.unit {
            Unit::Rows => (rows as f64, format!("{rows} rows")),
            Unit::Percent => {
                let share = percent(rows, self.rows);
                (
                    share,
                    format!("{share:.2} % ({rows} of {} rows)", self.rows),
                )
            }
        };
        if rule.expected.holds(observed) {
            return None;
        }
        match examples.is_empty() {
            true => finding(shown, Some(observed)),
            false => finding(
                format!("{shown}, as {}", examples.join("; ")),
                Some(observed),
            ),
        }
    }
}
