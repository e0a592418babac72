//! Numbers, dates and booleans as the sources write them.
//!
//! As for codes, blank is [`CodeError::Empty`], and what could be read in two ways is an error rather
//! than a guess.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};

use crate::clean::{compact, is_blank};
use crate::{CodeError, Fault};

/// Reads a decimal: a comma or a point (`1,234` is one and a bit, as the French write it), thousands
/// parted by spaces of any width, an exponent, a final `%` (dropped: `45,2 %` is 45.2, in percent).
///
/// # Errors
/// Empty; not a number; a comma and a point, or several of one (`1,234.5`, `1.234.567`: no guess is
/// made); spaces that do not part groups of three; too large.
pub fn parse_decimal(raw: &str) -> Result<f64, CodeError> {
    let Number {
        text,
        sign,
        whole,
        fraction,
        exponent,
    } = Number::read(raw)?;
    match format!("{sign}{whole}.{fraction}e{}", exponent.unwrap_or("0")).parse() {
        Ok(value) if f64::is_finite(value) => Ok(value),
        // The characters are checked, so only the size can be wrong.
        _ => Err(Fault::TooLarge.of(text)),
    }
}

/// Reads a whole number, in the forms of [`parse_decimal`] less exponents: `12`, `12.0`, `1 234`.
///
/// # Errors
/// Those of [`parse_decimal`], and a fraction other than zero.
pub fn parse_integer(raw: &str) -> Result<i64, CodeError> {
    let Number {
        text,
        sign,
        whole,
        fraction,
        exponent,
    } = Number::read(raw)?;
    if exponent.is_some() || fraction.bytes().any(|digit| digit != b'0') {
        return Err(Fault::NotWhole.of(text));
    }
    format!("{sign}{whole}")
        .parse()
        .map_err(|_| Fault::TooLarge.of(text))
}

/// Reads a date: `2024-09-01`, `01/09/2024` (the day first, always), alone or before a time, which is
/// dropped: the date **as written** counts, whatever the time zone.
///
/// # Errors
/// Empty, another shape, a year of two digits, or a day that no calendar has.
pub fn parse_date(raw: &str) -> Result<NaiveDate, CodeError> {
    const SHAPE: Fault = Fault::Shape {
        expected: "a date (2024-09-01 or 01/09/2024)",
    };
    let text = filled(raw)?;
    let date = match text.split_once(['T', ' ']) {
        Some((date, time)) if is_time(time) => date,
        Some(_) => return Err(SHAPE.of(text)),
        None => text,
    };
    let separator = if date.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = date.split(separator).collect();
    let (year, month, day) = match (separator, &parts[..]) {
        _ if !parts.iter().all(|part| is_digits(part)) => return Err(SHAPE.of(text)),
        ('-', &[year, month, day]) if [year.len(), month.len(), day.len()] == [4, 2, 2] => {
            (year, month, day)
        }
        ('/', &[day, month, year]) if day.len() <= 2 && month.len() <= 2 => match year.len() {
            4 => (year, month, day),
            2 => return Err(Fault::ShortYear.of(text)),
            _ => return Err(SHAPE.of(text)),
        },
        _ => return Err(SHAPE.of(text)),
    };
    let calendar =
        || NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    calendar().ok_or_else(|| Fault::Calendar.of(text))
}

/// Reads a boolean, in any case: 1 or 0, true or false, oui or non, vrai or faux, O or N.
///
/// # Errors
/// Empty, or anything else.
pub fn parse_boolean(raw: &str) -> Result<bool, CodeError> {
    let text = compact(raw)?;
    match text.as_str() {
        "1" | "TRUE" | "OUI" | "VRAI" | "O" => Ok(true),
        "0" | "FALSE" | "NON" | "FAUX" | "N" => Ok(false),
        _ => Err(Fault::Shape {
            expected: "a boolean (1/0, true/false, oui/non, vrai/faux, O/N)",
        }
        .of(raw.trim())),
    }
}

/// A number taken apart: `whole` has at least one digit and no spaces, the rest digits only.
struct Number<'a> {
    text: &'a str,
    sign: &'static str,
    whole: String,
    fraction: &'a str,
    exponent: Option<&'a str>,
}

impl<'a> Number<'a> {
    fn read(raw: &'a str) -> Result<Self, CodeError> {
        const SHAPE: Fault = Fault::Shape {
            expected: "a number",
        };
        let text = filled(raw)?;
        let signed = text.strip_suffix('%').unwrap_or(text);
        let (sign, unsigned) = match signed.strip_prefix(['-', '\u{2212}']) {
            Some(unsigned) => ("-", unsigned),
            None => ("", signed.strip_prefix('+').unwrap_or(signed)),
        };
        let unsigned = unsigned.trim_matches(is_blank);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        if exponent.is_some_and(|text| !is_digits(text.strip_prefix(['-', '+']).unwrap_or(text))) {
            return Err(SHAPE.of(text));
        }
        let (whole, fraction) = mantissa.split_once([',', '.']).unwrap_or((mantissa, ""));
        let groups: Vec<&str> = whole.split(is_blank).collect();
        let mut pieces = groups.iter().copied().chain(fraction.split([',', '.']));
        if !mantissa.contains(|c: char| c.is_ascii_digit())
            || !pieces.all(|piece| piece.is_empty() || is_digits(piece))
        {
            return Err(SHAPE.of(text));
        }
        if fraction.contains([',', '.']) {
            return Err(Fault::Separators.of(text));
        }
        if let [first, others @ ..] = &groups[..]
            && !others.is_empty()
            && (!(1..=3).contains(&first.len()) || others.iter().any(|group| group.len() != 3))
        {
            return Err(Fault::Thousands.of(text));
        }
        let whole = if whole.is_empty() {
            "0".to_owned()
        } else {
            groups.concat()
        };
        Ok(Self {
            text,
            sign,
            whole,
            fraction,
            exponent,
        })
    }
}

/// `raw` without the blanks around it, which must not be all of it.
fn filled(raw: &str) -> Result<&str, CodeError> {
    let text = raw.trim_matches(is_blank);
    if text.is_empty() {
        Err(CodeError::Empty)
    } else {
        Ok(text)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_time(text: &str) -> bool {
    let with_zone = format!("2000-01-01T{text}")
        .parse::<DateTime<FixedOffset>>()
        .is_ok();
    with_zone
        || ["%H:%M:%S%.f", "%H:%M"]
            .iter()
            .any(|form| NaiveTime::parse_from_str(text, form).is_ok())
}
