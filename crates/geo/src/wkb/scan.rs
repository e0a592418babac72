//! Walking through WKB without building anything.

use super::WkbError;
use super::shape::{BBox, Kind};

/// Deepest nesting accepted; real data has one level.
pub(super) const MAX_DEPTH: usize = 32;

/// The bounding box, without building the geometry; `None` when it is empty.
///
/// # Errors
/// Whatever makes the bytes not a geometry.
pub fn bbox(wkb: &[u8]) -> Result<Option<BBox>, WkbError> {
    let mut found = BBox::NOTHING;
    let mut cursor = Cursor::new(wkb);
    grow(&mut cursor, None, 0, &mut found)?;
    cursor.end()?;
    Ok((found.xmin <= found.xmax).then_some(found))
}

fn grow(
    cursor: &mut Cursor<'_>,
    parent: Option<Kind>,
    depth: usize,
    found: &mut BBox,
) -> Result<(), WkbError> {
    let header = cursor.header(parent, depth)?;
    match header.kind {
        Kind::Point => {
            if let Some((x, y)) = cursor.point(&header)? {
                found.add(x, y);
            }
        }
        Kind::LineString => cursor
            .run(&header)?
            .try_for_each(|c| c.map(|(x, y)| found.add(x, y)))?,
        Kind::Polygon => {
            for _ in 0..cursor.count(&header)? {
                cursor
                    .run(&header)?
                    .try_for_each(|c| c.map(|(x, y)| found.add(x, y)))?;
            }
        }
        _ => {
            for _ in 0..cursor.count(&header)? {
                grow(cursor, Some(header.kind), depth + 1, found)?;
            }
        }
    }
    Ok(())
}

/// The type of the geometry; only its first bytes are looked at.
///
/// # Errors
/// Bytes that do not begin as a geometry.
pub fn kind(wkb: &[u8]) -> Result<Kind, WkbError> {
    Cursor::new(wkb).header(None, 0).map(|header| header.kind)
}

/// The coordinates of a point; `None` for an empty point and for every other type.
///
/// # Errors
/// Bytes that do not begin as a geometry, or a point cut short.
pub fn point(wkb: &[u8]) -> Result<Option<(f64, f64)>, WkbError> {
    let mut cursor = Cursor::new(wkb);
    let header = cursor.header(None, 0)?;
    if header.kind != Kind::Point {
        return Ok(None);
    }
    let point = cursor.point(&header)?;
    cursor.end()?;
    Ok(point)
}

/// What stands at the head of a geometry.
pub(super) struct Header {
    pub(super) kind: Kind,
    little_endian: bool,
    /// Bytes of one position: 16, 24 or 32.
    stride: usize,
}

/// A place in the bytes. Never past their end, never allocating by a count that they claim.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn header(
        &mut self,
        parent: Option<Kind>,
        depth: usize,
    ) -> Result<Header, WkbError> {
        if depth > MAX_DEPTH {
            return Err(WkbError::Depth);
        }
        let start = self.at;
        let little_endian = match self.take(1)? {
            [0] => false,
            [1] => true,
            found => {
                return Err(WkbError::ByteOrder {
                    at: start,
                    found: found.first().copied().unwrap_or_default(),
                });
            }
        };
        let code = self.u32(little_endian)?;
        // EWKB keeps Z, M and SRID in the high bits, ISO writes 1000, 2000, 3000 more.
        let (ewkb_z, ewkb_m) = (code & 0x8000_0000 != 0, code & 0x4000_0000 != 0);
        let low = code & 0x1FFF_FFFF;
        let iso_extra = match low / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => {
                return Err(WkbError::Type {
                    at: start + 1,
                    code,
                });
            }
        };
        let kind = Kind::from_code(low % 1000)
            .filter(|kind| parent.is_none_or(|parent| kind.fits_in(parent)))
            .ok_or(WkbError::Type {
                at: start + 1,
                code,
            })?;
        if code & 0x2000_0000 != 0 {
            self.u32(little_endian)?;
        }
        let extra = iso_extra.max(usize::from(ewkb_z) + usize::from(ewkb_m));
        Ok(Header {
            kind,
            little_endian,
            stride: 16 + 8 * extra,
        })
    }

    pub(super) fn count(&mut self, header: &Header) -> Result<u32, WkbError> {
        self.u32(header.little_endian)
    }

    /// The position of a point; `None` when it is the empty point.
    pub(super) fn point(&mut self, header: &Header) -> Result<Option<(f64, f64)>, WkbError> {
        let at = self.at;
        let (x, y) = position(self.take(header.stride)?, header.little_endian);
        if x.is_finite() && y.is_finite() {
            Ok(Some((x, y)))
        } else if x.is_nan() && y.is_nan() {
            Ok(None)
        } else {
            Err(WkbError::NotFinite { at })
        }
    }

    /// The positions of a line or ring, which are all there: the length is checked first.
    pub(super) fn run(
        &mut self,
        header: &Header,
    ) -> Result<impl ExactSizeIterator<Item = Result<(f64, f64), WkbError>> + use<'a>, WkbError>
    {
        let count = self.count(header)? as usize;
        let (start, stride, little_endian) = (self.at, header.stride, header.little_endian);
        let bytes = self.take(count.saturating_mul(stride))?;
        Ok(bytes
            .chunks_exact(stride)
            .enumerate()
            .map(move |(index, chunk)| {
                let (x, y) = position(chunk, little_endian);
                if x.is_finite() && y.is_finite() {
                    Ok((x, y))
                } else {
                    Err(WkbError::NotFinite {
                        at: start + index * stride,
                    })
                }
            }))
    }

    pub(super) fn end(&self) -> Result<(), WkbError> {
        match self.bytes.len() - self.at {
            0 => Ok(()),
            extra => Err(WkbError::Trailing { extra }),
        }
    }

    fn u32(&mut self, little_endian: bool) -> Result<u32, WkbError> {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(self.take(4)?);
        Ok(if little_endian {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], WkbError> {
        let left = self.bytes.get(self.at..).unwrap_or_default();
        let taken = left.get(..length).ok_or_else(|| WkbError::Truncated {
            at: self.at,
            missing: length - left.len(),
        })?;
        self.at += length;
        Ok(taken)
    }
}

/// The first two numbers of at least 16 bytes.
fn position(bytes: &[u8], little_endian: bool) -> (f64, f64) {
    let number = |from: usize| {
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[from..from + 8]);
        if little_endian {
            f64::from_le_bytes(eight)
        } else {
            f64::from_be_bytes(eight)
        }
    };
    (number(0), number(8))
}
