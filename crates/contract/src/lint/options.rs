//! `logicalTypeOptions`: forms and bounds of the values.

use chrono::{DateTime, NaiveDate, Utc};
use regex_syntax::hir::Look;

use super::Linter;
use super::column::row_rule;
use crate::checks::{Limit, RowRule, RowTest};
use crate::document::{LogicalTypeOptions, Scalar};
use crate::value::ColumnType;

impl Linter<'_> {
    pub(super) fn options(
        &mut self,
        at: &str,
        column: &str,
        options: &LogicalTypeOptions,
        column_type: ColumnType,
        rules: &mut Vec<RowRule>,
    ) {
        let at = format!("{at}/logicalTypeOptions");
        self.applicable(&at, column, options, column_type);
        if let Some(pattern) = &options.pattern
            && self.pattern(&format!("{at}/pattern"), pattern)
        {
            rules.push(row_rule(
                column,
                "pattern",
                RowTest::Pattern(pattern.clone()),
            ));
        }
        if let (Some(least), Some(most)) = (options.min_length, options.max_length)
            && least > most
        {
            self.crossed(&format!("{at}/minLength"), "minLength", "maxLength");
        }
        rules.extend(
            options
                .min_length
                .map(|n| row_rule(column, "minLength", RowTest::MinLength(n))),
        );
        rules.extend(
            options
                .max_length
                .map(|n| row_rule(column, "maxLength", RowTest::MaxLength(n))),
        );

        let mut limit = |key, written: &Option<Scalar>| {
            let written = written.as_ref().filter(|_| is_ordered(column_type))?;
            self.limit(&format!("{at}/{key}"), written, column_type)
        };
        let least = limit("minimum", &options.minimum);
        let most = limit("maximum", &options.maximum);
        let above = limit("exclusiveMinimum", &options.exclusive_minimum);
        let below = limit("exclusiveMaximum", &options.exclusive_maximum);
        for (low_key, low) in [("minimum", least), ("exclusiveMinimum", above)] {
            for (high_key, high) in [("maximum", most), ("exclusiveMaximum", below)] {
                if let (Some(low), Some(high)) = (low, high)
                    && low > high
                {
                    self.crossed(&format!("{at}/{low_key}"), low_key, high_key);
                }
            }
        }
        rules.extend(least.map(|limit| row_rule(column, "minimum", RowTest::Minimum(limit))));
        rules.extend(most.map(|limit| row_rule(column, "maximum", RowTest::Maximum(limit))));
        rules.extend(
            above.map(|limit| {
                row_rule(column, "exclusiveMinimum", RowTest::ExclusiveMinimum(limit))
            }),
        );
        rules.extend(
            below.map(|limit| {
                row_rule(column, "exclusiveMaximum", RowTest::ExclusiveMaximum(limit))
            }),
        );
    }

    /// Options that mean nothing for the type would be promises that nobody keeps.
    fn applicable(
        &mut self,
        at: &str,
        column: &str,
        options: &LogicalTypeOptions,
        column_type: ColumnType,
    ) {
        let text = column_type == ColumnType::Utf8;
        let ordered = is_ordered(column_type);
        let instant = column_type == ColumnType::Timestamp;
        for (key, written, applies) in [
            ("pattern", options.pattern.is_some(), text),
            ("minLength", options.min_length.is_some(), text),
            ("maxLength", options.max_length.is_some(), text),
            ("minimum", options.minimum.is_some(), ordered),
            ("maximum", options.maximum.is_some(), ordered),
            (
                "exclusiveMinimum",
                options.exclusive_minimum.is_some(),
                ordered,
            ),
            (
                "exclusiveMaximum",
                options.exclusive_maximum.is_some(),
                ordered,
            ),
            ("timezone", options.timezone.is_some(), instant),
            (
                "defaultTimezone",
                options.default_timezone.is_some(),
                instant,
            ),
        ] {
            if written && !applies {
                self.error(
                    "edulac::contract::option",
                    &format!("{at}/{key}"),
                    format!("`{key}` means nothing for `{column}`, which is of type {column_type}"),
                    "remove it",
                );
            }
        }
    }

    /// Whether a pattern can be checked: it compiles, and is anchored at both ends, since a search would find a
    /// good code in the middle of a bad one.
    pub(super) fn pattern(&mut self, at: &str, pattern: &str) -> bool {
        if let Err(error) = regex::Regex::new(pattern) {
            let reason = error.to_string();
            let reason = reason
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            self.error(
                "edulac::contract::pattern",
                at,
                format!("the pattern cannot be read: {reason}"),
                "patterns have no look-around and no back-reference",
            );
            return false;
        }
        let anchored = regex_syntax::parse(pattern).is_ok_and(|hir| {
            let properties = hir.properties();
            properties.look_set_prefix().contains(Look::Start)
                && properties.look_set_suffix().contains(Look::End)
        });
        if !anchored {
            self.error(
                "edulac::contract::pattern",
                at,
                "the pattern is not anchored at both ends",
                "write `^(…)$`, so that the whole value is looked at",
            );
        }
        anchored
    }

    fn limit(&mut self, at: &str, written: &Scalar, column_type: ColumnType) -> Option<Limit> {
        let limit = read_limit(written, column_type);
        if limit.is_none() {
            let expected = match column_type {
                ColumnType::Date32 => "a day between quotes, such as `\"2025-09-01\"`",
                ColumnType::Timestamp => {
                    "an instant in UTC between quotes, such as `\"2025-09-01T00:00:00Z\"`"
                }
                ColumnType::Float64 => "a number",
                _ => "a whole number",
            };
            self.error(
                "edulac::contract::limit",
                at,
                format!("a limit for the type {column_type} cannot be `{written}`"),
                format!("write {expected}"),
            );
        }
        limit
    }

    fn crossed(&mut self, at: &str, low: &str, high: &str) {
        self.error(
            "edulac::contract::limit",
            at,
            format!("`{low}` is above `{high}`: no value could pass"),
            "exchange the two, or mend one",
        );
    }
}

fn is_ordered(column_type: ColumnType) -> bool {
    !matches!(
        column_type,
        ColumnType::Utf8 | ColumnType::Utf8List | ColumnType::Boolean | ColumnType::Geometry
    )
}

fn read_limit(written: &Scalar, column_type: ColumnType) -> Option<Limit> {
    match (column_type, written) {
        (ColumnType::Int32 | ColumnType::Int64, Scalar::Integer(value)) => {
            Some(Limit::Integer(*value))
        }
        #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
        (ColumnType::Float64, Scalar::Integer(value)) => Some(Limit::Number(*value as f64)),
        (ColumnType::Float64, Scalar::Number(value)) => Some(Limit::Number(*value)),
        (ColumnType::Date32, Scalar::Text(text)) => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .map(Limit::Date),
        (ColumnType::Timestamp, Scalar::Text(text)) => DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|instant| Limit::Timestamp(instant.with_timezone(&Utc))),
        _ => None,
    }
}
