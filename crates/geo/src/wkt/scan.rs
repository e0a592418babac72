//! The scanner behind [`super::append_wkb`].

use super::WktError;
use crate::wkb::{Kind, write_point};

/// Deepest nesting accepted, as for WKB.
pub(super) const MAX_DEPTH: usize = 32;

/// Longest names first where one begins another.
const NAMES: [(&str, Kind); 7] = [
    ("POINT", Kind::Point),
    ("LINESTRING", Kind::LineString),
    ("POLYGON", Kind::Polygon),
    ("MULTIPOINT", Kind::MultiPoint),
    ("MULTILINESTRING", Kind::MultiLineString),
    ("MULTIPOLYGON", Kind::MultiPolygon),
    ("GEOMETRYCOLLECTION", Kind::GeometryCollection),
];

pub(super) struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
        }
    }

    /// The `SRID=4326;` of EWKT, when there.
    pub(super) fn srid(&mut self) -> Result<Option<u32>, WktError> {
        self.blanks();
        if !self.word_is("SRID=") {
            return Ok(None);
        }
        self.at += 5;
        let digits = self
            .rest()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let number = std::str::from_utf8(&self.rest()[..digits])
            .ok()
            .and_then(|text| text.parse().ok());
        let srid = number.ok_or_else(|| self.expected("a number after `SRID=`"))?;
        self.at += digits;
        self.expect(b';', "`;`")?;
        Ok(Some(srid))
    }

    pub(super) fn geometry(&mut self, out: &mut Vec<u8>, depth: usize) -> Result<(), WktError> {
        if depth > MAX_DEPTH {
            return Err(WktError::Depth);
        }
        let kind = self.kind()?;
        self.dimensions();
        if self.word_is("EMPTY") {
            self.at += 5;
            empty(kind, out);
            return Ok(());
        }
        header(kind, out);
        match kind {
            Kind::Point => {
                self.expect(b'(', "`(` or `EMPTY`")?;
                self.position(out)?;
                self.expect(b')', "`)`")
            }
            Kind::LineString => self.positions(out),
            Kind::Polygon => self.list(out, Self::positions),
            Kind::MultiPoint => self.list(out, Self::member_point),
            Kind::MultiLineString => self.list(out, |scanner, out| {
                header(Kind::LineString, out);
                scanner.positions(out)
            }),
            Kind::MultiPolygon => self.list(out, |scanner, out| {
                header(Kind::Polygon, out);
                scanner.list(out, Self::positions)
            }),
            Kind::GeometryCollection => {
                self.list(out, |scanner, out| scanner.geometry(out, depth + 1))
            }
        }
    }

    pub(super) fn end(&mut self) -> Result<(), WktError> {
        self.blanks();
        if self.rest().is_empty() {
            Ok(())
        } else {
            Err(self.expected("the end"))
        }
    }

    fn kind(&mut self) -> Result<Kind, WktError> {
        self.blanks();
        let found = NAMES.iter().find(|(name, _)| self.word_is(name));
        let &(name, kind) = found.ok_or_else(|| self.expected("a geometry type"))?;
        self.at += name.len();
        Ok(kind)
    }

    /// `Z`, `M` or `ZM`, apart or attached; they change nothing, since the numbers are counted.
    fn dimensions(&mut self) {
        self.blanks();
        while let Some(b'Z' | b'z' | b'M' | b'm') = self.rest().first() {
            self.at += 1;
        }
        self.blanks();
    }

    /// `(item, item, …)`: the number of items, then each.
    fn list(
        &mut self,
        out: &mut Vec<u8>,
        mut item: impl FnMut(&mut Self, &mut Vec<u8>) -> Result<(), WktError>,
    ) -> Result<(), WktError> {
        self.expect(b'(', "`(`")?;
        let count_at = out.len();
        out.extend([0; 4]);
        let mut count = 0_u32;
        loop {
            item(self, out)?;
            count += 1;
            self.blanks();
            match self.rest().first() {
                Some(b',') => self.at += 1,
                Some(b')') => break,
                _ => return Err(self.expected("`,` or `)`")),
            }
        }
        self.at += 1;
        out[count_at..count_at + 4].copy_from_slice(&count.to_le_bytes());
        Ok(())
    }

    fn positions(&mut self, out: &mut Vec<u8>) -> Result<(), WktError> {
        self.list(out, Self::position)
    }

    /// A member of a multipoint, with or without its own parentheses.
    fn member_point(&mut self, out: &mut Vec<u8>) -> Result<(), WktError> {
        header(Kind::Point, out);
        self.blanks();
        if self.rest().first() != Some(&b'(') {
            return self.position(out);
        }
        self.at += 1;
        self.position(out)?;
        self.expect(b')', "`)`")
    }

    /// x and y to `out`; z and m read and dropped.
    fn position(&mut self, out: &mut Vec<u8>) -> Result<(), WktError> {
        for _ in 0..2 {
            let number = self.number()?;
            out.extend(number.to_le_bytes());
        }
        for _ in 0..2 {
            self.blanks();
            if matches!(self.rest().first(), Some(b',' | b')') | None) {
                break;
            }
            self.skip_number()?;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<f64, WktError> {
        self.blanks();
        let token = self.token();
        let number = decimal(token)
            .or_else(|| std::str::from_utf8(token).ok()?.parse().ok())
            .filter(|number: &f64| number.is_finite())
            .ok_or_else(|| self.expected("a number"))?;
        self.at += token.len();
        Ok(number)
    }

    /// Passes over a number whose value is not wanted.
    fn skip_number(&mut self) -> Result<(), WktError> {
        let length = self.token().len();
        if length == 0 {
            return Err(self.expected("a number"));
        }
        self.at += length;
        Ok(())
    }

    /// The characters ahead that a number can be made of.
    fn token(&self) -> &'a [u8] {
        let rest = self.rest();
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
        let end = rest.iter().position(|byte| !is_part(byte));
        &rest[..end.unwrap_or(rest.len())]
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), WktError> {
        self.blanks();
        if self.rest().first() != Some(&byte) {
            return Err(self.expected(expected));
        }
        self.at += 1;
        Ok(())
    }

    fn word_is(&self, word: &str) -> bool {
        self.rest()
            .get(..word.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    }

    fn blanks(&mut self) {
        while self.rest().first().is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    fn expected(&self, expected: &'static str) -> WktError {
        WktError::Expected {
            at: self.at + 1,
            expected,
        }
    }
}

fn header(kind: Kind, out: &mut Vec<u8>) {
    out.push(1);
    out.extend((kind as u32).to_le_bytes());
}

fn empty(kind: Kind, out: &mut Vec<u8>) {
    if kind == Kind::Point {
        out.extend(write_point(f64::NAN, f64::NAN));
    } else {
        header(kind, out);
        out.extend([0; 4]);
    }
}

/// A plain decimal number whose digits make an integer of at most 2⁵³: this integer and the power of ten
/// are both exact, so that one division rounds correctly. Anything else is left to the standard parser.
fn decimal(token: &[u8]) -> Option<f64> {
    const POWERS: [f64; 19] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18,
    ];
    let (negative, digits) = match token.split_first()? {
        (b'-', digits) => (true, digits),
        _ => (false, token),
    };
    if digits.len() < 2 || digits.len() > 19 {
        return None;
    }
    let (mut mantissa, mut point) = (0_u64, None);
    for (index, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(index),
            _ => return None,
        }
    }
    if mantissa > 1 << 53 {
        return None;
    }
    let decimals = point.map_or(0, |index| digits.len() - index - 1);
    let number = mantissa as f64 / POWERS.get(decimals)?;
    Some(if negative { -number } else { number })
}
