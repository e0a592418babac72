//! Values of the columns that are no keys: numbers and days where all are, else texts.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, StringArray};
use edulac_model::values::{parse_date, parse_decimal, parse_integer};

/// Texts that stand for no value among numbers.
const NO_VALUE: [&str; 12] = [
    "NS", "NC", "ND", "NA", "N/A", "S", "-", "--", "…", ".", "NULL", "#N/A",
];

/// The column in the narrowest type that holds all its values.
pub(super) fn typed(title: &str, cells: &[Option<String>], evidence: &mut Vec<String>) -> ArrayRef {
    let filled = || cells.iter().flatten();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_code = |text: &str| text.len() > 1 && text.starts_with('0') && digits(text);
    let is_null = |text: &str| NO_VALUE.contains(&text.to_uppercase().trim_end_matches('.'));
    let plausible = filled().any(|text| !is_null(text)) && !filled().any(|text| is_code(text));
    if plausible {
        let value = |cell: &Option<String>| {
            cell.as_deref()
                .filter(|text| !is_null(text))
                .map(str::to_owned)
        };
        let values: Vec<Option<String>> = cells.iter().map(value).collect();
        let nulls = filled().filter(|text| is_null(text)).count();
        let typed = integers(&values)
            .or_else(|| decimals(&values))
            .or_else(|| days(&values));
        if let Some((array, what)) = typed {
            let written =
                filled().find(|text| text.contains([',', ' ', '\u{a0}', '\u{202f}', '%', '/']));
            let example = written
                .map(|text| format!(", written as `{text}`"))
                .unwrap_or_default();
            if nulls > 0 || !example.is_empty() {
                let nulls = match nulls {
                    0 => String::new(),
                    nulls => format!(", {nulls} cells that say there is no value"),
                };
                evidence.push(format!("column `{title}`: {what}{example}{nulls}"));
            }
            return array;
        }
    }
    Arc::new(StringArray::from(cells.to_vec()))
}

type Typed = Option<(ArrayRef, &'static str)>;

fn integers(values: &[Option<String>]) -> Typed {
    let array: Int64Array = all(values, |text| parse_integer(text).ok())?
        .into_iter()
        .collect();
    Some((Arc::new(array), "whole numbers"))
}

fn decimals(values: &[Option<String>]) -> Typed {
    let array: Float64Array = all(values, |text| parse_decimal(text).ok())?
        .into_iter()
        .collect();
    Some((Arc::new(array), "numbers"))
}

fn days(values: &[Option<String>]) -> Typed {
    let epoch = chrono::NaiveDate::default();
    let day = |text: &str| {
        let date = parse_date(text).ok()?;
        i32::try_from(date.signed_duration_since(epoch).num_days()).ok()
    };
    let array: Date32Array = all(values, day)?.into_iter().collect();
    Some((Arc::new(array), "days"))
}

/// All values read; none when one cannot be.
fn all<T>(values: &[Option<String>], read: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
    values
        .iter()
        .map(|value| match value {
            Some(text) => read(text).map(Some),
            None => Some(None),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use arrow::array::Array;
    use arrow::datatypes::DataType;

    use super::typed;

    #[test]
    fn a_column_has_the_narrowest_type_that_holds_it() {
        for (cells, expected) in [
            (vec!["1 234", "12"], DataType::Int64),
            (vec!["101,5", "99", "NS"], DataType::Float64),
            (vec!["01/09/2024", "2023-09-04"], DataType::Date32),
            (vec!["035", "022"], DataType::Utf8),
            (vec!["12", "douze"], DataType::Utf8),
            (vec!["NS", "NS"], DataType::Utf8),
        ] {
            let texts: Vec<Option<String>> = cells.iter().map(|c| Some((*c).to_owned())).collect();
            assert_eq!(
                typed("t", &texts, &mut Vec::new()).data_type(),
                &expected,
                "{cells:?}"
            );
        }
    }

    #[test]
    fn cells_without_value_are_null_and_told() {
        let mut evidence = Vec::new();
        let array = typed(
            "IPS",
            &[Some("101,5".into()), Some("ns".into()), None],
            &mut evidence,
        );
        assert_eq!((array.len(), array.null_count()), (3, 2));
        assert_eq!(
            evidence,
            ["column `IPS`: numbers, written as `101,5`, 1 cells that say there is no value"]
        );
    }
}
