//! `quality` rules of the standard's library.

use super::Linter;
use super::table::Types;
use crate::checks::{Comparison, Measure, RowRule, TableRule};
use crate::document::{Metric, Property, Quality, QualityType, Scalar};
use crate::sentence;
use crate::value::{ColumnType, Severity, Unit};

/// The parts of a rule that all metrics share.
struct Parts {
    /// Word of the rule in its id: its name, else its metric.
    word: String,
    severity: Severity,
    expected: Comparison,
    unit: Unit,
    description: Option<String>,
}

impl Parts {
    fn table_rule(self, owner: &str, measure: Measure) -> TableRule {
        let sentence = self
            .description
            .unwrap_or_else(|| sentence::table(&measure, self.expected, self.unit));
        TableRule {
            id: format!("{owner}.{}", self.word),
            severity: self.severity,
            sentence,
            measure,
            expected: self.expected,
            unit: self.unit,
        }
    }
}

impl Linter<'_> {
    /// Rules of one column. `invalidValues` that must be 0 is a rule on each row, which can then be rejected;
    /// every other one is on the table.
    pub(super) fn column_quality(
        &mut self,
        at: &str,
        property: &Property,
        column_type: ColumnType,
        rules: &mut Vec<RowRule>,
        table_rules: &mut Vec<TableRule>,
    ) {
        let column = property.name.clone();
        for (index, quality) in property.quality.iter().enumerate() {
            let at = format!("{at}/quality/{index}");
            let Some((metric, parts)) = self.parts(&at, quality) else {
                continue;
            };
            let column = column.clone();
            let measure = match metric {
                Metric::NullValues => Measure::NullValues { column },
                Metric::MissingValues => {
                    let written = quality
                        .arguments
                        .missing_values
                        .as_deref()
                        .unwrap_or_default();
                    let values: Vec<Scalar> = written.iter().flatten().cloned().collect();
                    self.values(
                        &format!("{at}/arguments/missingValues"),
                        &values,
                        column_type,
                    );
                    Measure::MissingValues { column, values }
                }
                Metric::InvalidValues => {
                    let Some(test) = self.validity(&at, quality, column_type) else {
                        continue;
                    };
                    if parts.expected == Comparison::Equal(0.0) {
                        rules.push(RowRule {
                            id: format!("{column}.{}", parts.word),
                            severity: parts.severity,
                            sentence: parts
                                .description
                                .unwrap_or_else(|| sentence::row(&column, &test)),
                            test,
                        });
                        continue;
                    }
                    Measure::InvalidValues { column, test }
                }
                Metric::DuplicateValues => Measure::Duplicates {
                    columns: vec![column],
                },
                Metric::RowCount => {
                    self.error(
                        "edulac::contract::metric",
                        &format!("{at}/metric"),
                        "`rowCount` is a metric of the table",
                        "move the rule to the `quality` of the table",
                    );
                    continue;
                }
            };
            table_rules.push(parts.table_rule(&property.name, measure));
        }
    }

    /// Rules of the table.
    pub(super) fn table_quality(
        &mut self,
        at: &str,
        qualities: &[Quality],
        types: &Types,
        table_rules: &mut Vec<TableRule>,
    ) {
        for (index, quality) in qualities.iter().enumerate() {
            let at = format!("{at}/quality/{index}");
            let Some((metric, parts)) = self.parts(&at, quality) else {
                continue;
            };
            let measure = match metric {
                Metric::RowCount => Measure::RowCount,
                Metric::DuplicateValues => {
                    let columns = quality.arguments.properties.clone().unwrap_or_default();
                    self.known_columns(&format!("{at}/arguments/properties"), &columns, types);
                    Measure::Duplicates { columns }
                }
                _ => {
                    self.error(
                        "edulac::contract::metric",
                        &format!("{at}/metric"),
                        "this metric is of a column",
                        "move the rule to the `quality` of the column",
                    );
                    continue;
                }
            };
            table_rules.push(parts.table_rule("table", measure));
        }
    }

    fn parts(&mut self, at: &str, quality: &Quality) -> Option<(Metric, Parts)> {
        if quality.kind == Some(QualityType::Text) {
            if quality.metric.is_some() {
                self.error(
                    "edulac::contract::metric",
                    &format!("{at}/metric"),
                    "a `text` rule has no metric",
                    "remove `type: text`, so that the metric is measured, or remove the metric",
                );
            }
            let help = "say the rule in French: `text` rules are for people, nothing checks them";
            self.text(
                &format!("{at}/description"),
                quality.description.as_deref(),
                "the sentence of the rule",
                help,
            );
            return None;
        }
        let Some(metric) = quality.metric else {
            self.error(
                "edulac::contract::metric",
                at,
                "the rule has no metric",
                "add `metric`: nullValues, missingValues, invalidValues, duplicateValues or rowCount",
            );
            return None;
        };
        let expected = self.expected(at, quality);
        let severity = match &quality.severity {
            Some(word) => self.word(
                &format!("{at}/severity"),
                word,
                "`severity`",
                Severity::ALL,
                Severity::as_str,
            ),
            None => Some(Severity::Error),
        };
        let unit = match &quality.unit {
            Some(word) => self.word(
                &format!("{at}/unit"),
                word,
                "`unit`",
                Unit::ALL,
                Unit::as_str,
            ),
            None => Some(Unit::Rows),
        };
        let of_columns = matches!(
            metric,
            Metric::NullValues | Metric::MissingValues | Metric::InvalidValues
        );
        if unit == Some(Unit::Percent) && !of_columns {
            self.error(
                "edulac::contract::metric",
                &format!("{at}/unit"),
                format!("`{}` counts rows, not percents", metric_word(metric)),
                "remove `unit`, and give a number of rows",
            );
        }
        let word = quality
            .name
            .clone()
            .unwrap_or_else(|| metric_word(metric).to_owned());
        let description = quality.description.clone();
        Some((
            metric,
            Parts {
                word,
                severity: severity?,
                expected: expected?,
                unit: unit?,
                description,
            },
        ))
    }

    /// The one comparison of a rule.
    fn expected(&mut self, at: &str, quality: &Quality) -> Option<Comparison> {
        let pair = |build: fn(f64, f64) -> Comparison, pair: Option<[f64; 2]>| {
            pair.map(|[low, high]| build(low, high))
        };
        let written: Vec<Comparison> = [
            quality.must_be.map(Comparison::Equal),
            quality.must_not_be.map(Comparison::NotEqual),
            quality.must_be_greater_than.map(Comparison::GreaterThan),
            quality.must_be_greater_or_equal_to.map(Comparison::AtLeast),
            quality.must_be_less_than.map(Comparison::LessThan),
            quality.must_be_less_or_equal_to.map(Comparison::AtMost),
            pair(Comparison::Between, quality.must_be_between),
            pair(Comparison::NotBetween, quality.must_not_be_between),
        ]
        .into_iter()
        .flatten()
        .collect();
        let [only] = written[..] else {
            self.error(
                "edulac::contract::comparison",
                at,
                format!("the rule has {} comparisons, it must have one", written.len()),
                "write one of `mustBe`, `mustBeLessOrEqualTo`, `mustBeGreaterThan`, `mustBeBetween`…",
            );
            return None;
        };
        if let Comparison::Between(low, high) | Comparison::NotBetween(low, high) = only
            && low >= high
        {
            self.error(
                "edulac::contract::comparison",
                at,
                "the smaller number comes first",
                "exchange the two numbers",
            );
        }
        Some(only)
    }
}

const fn metric_word(metric: Metric) -> &'static str {
    match metric {
        Metric::NullValues => "nullValues",
        Metric::MissingValues => "missingValues",
        Metric::InvalidValues => "invalidValues",
        Metric::DuplicateValues => "duplicateValues",
        Metric::RowCount => "rowCount",
    }
}
