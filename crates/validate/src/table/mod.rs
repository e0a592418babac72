//! Table rules: counts over the accepted rows, and what needs all of them at once.

mod count;
mod query;

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use datafusion::dataframe::DataFrame;
use edulac_contract::{Checks, Comparison, Measure, Severity, TableRule, Unit};

use crate::error::Result;
use crate::guard::percent;
use count::Counter;

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
        })
    }

    /// Counts a batch of accepted rows, as [`crate::RowChecker::check`] gives them.
    pub fn add(&mut self, accepted: &RecordBatch) {
        self.rows += accepted.num_rows() as u64;
        for counter in self.counters.iter_mut().flatten() {
            counter.add(accepted);
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
    /// Cost: one aggregation of `staged` for each uniqueness rule, one join for each reference; both are plans of
    /// the engine and spill under its memory limit.
    ///
    /// # Errors
    /// [`crate::Error::Query`] when such a plan fails.
    pub async fn finish(
        self,
        staged: DataFrame,
        others: &BTreeMap<String, DataFrame>,
    ) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for (rule, counter) in self.checks.table_rules.iter().zip(&self.counters) {
            let measured = match (&rule.measure, counter) {
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
