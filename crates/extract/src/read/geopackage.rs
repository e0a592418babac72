//! OGC GeoPackages: a SQLite file, of which one layer of features is read.

use std::path::Path;

use edulac_geo::wkb;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::columns::{Columns, GEOMETRY};
use super::rows::Rows;
use super::{Request, web_page};
use crate::error::Error;
use crate::receipt::Reading;

const FORMAT: &str = "GeoPackage";
/// How a SQLite file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

pub(super) fn read(request: &Request, layer: Option<&str>) -> Result<Reading, Error> {
    let body = request.body();
    let mut start = std::io::BufReader::new(body.file()?);
    web_page::refuse(&mut start, &body, FORMAT)?;
    if start.buffer().starts_with(SQLITE) {
        return read_file(request, layer, body.path);
    }
    // SQLite moves about in its file: what is packed is unpacked first, within the limits.
    body.stream(&["gpkg"], |reader| {
        let spooled = body.spool(reader)?;
        read_file(request, layer, spooled.path())
    })
}

fn read_file(request: &Request, layer: Option<&str>, path: &Path) -> Result<Reading, Error> {
    let broken = |cause: rusqlite::Error| Error::Malformed {
        origin: request.origin.clone(),
        format: FORMAT,
        reason: cause.to_string(),
        place: "its tables".to_owned(),
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = Connection::open_with_flags(path, flags).map_err(broken)?;
    // Nothing that the file brings along is run.
    file.pragma_update(None, "trusted_schema", false)
        .map_err(broken)?;
    let layers = layers(&file).map_err(broken)?;
    let (table, shape) = chosen(request, layer, &layers)?;
    let mut query = file
        .prepare(&format!("select * from {}", quoted(table)))
        .map_err(broken)?;
    let headers: Vec<String> = query.column_names().map(str::to_owned).collect();
    let is_shape = |header: &String| header.eq_ignore_ascii_case(shape);
    let shape = headers.iter().position(is_shape);
    let texts: Vec<usize> = (0..headers.len()).filter(|&i| Some(i) != shape).collect();
    let names: Vec<String> = texts.iter().map(|&i| headers[i].clone()).collect();
    let columns = Columns::new(request, &names, &[GEOMETRY])?;
    let mut rows = Rows::new(request, columns, true)?;
    let mut records = query.query([]).map_err(broken)?;
    while let Some(record) = records.next().map_err(broken)? {
        let value = |place: usize| record.get_ref(place).map_err(broken);
        let cells = texts.iter().map(|&place| value(place).map(text));
        let cells = cells.collect::<Result<Vec<_>, _>>()?;
        let shape = shape.map(value).transpose()?;
        match (
            cells.into_iter().collect::<Result<Vec<_>, _>>(),
            shape.map_or(Ok(None), flat),
        ) {
            (Ok(cells), Ok(shape)) => {
                rows.push(|place| cells.get(place)?.as_deref(), shape.as_deref())?;
            }
            (Err(reason), _) | (_, Err(reason)) => {
                let bytes = shape.and_then(|shape| shape.as_blob_or_null().ok().flatten());
                rows.push_unreadable(None, reason, bytes.unwrap_or_default())?;
            }
        }
    }
    rows.finish()
}

/// The layers of features, each with its column of shapes.
fn layers(file: &Connection) -> Result<Vec<(String, String)>, rusqlite::Error> {
    let mut query = file.prepare(
        "select c.table_name, g.column_name from gpkg_contents c \
         join gpkg_geometry_columns g on g.table_name = c.table_name \
         where c.data_type = 'features' order by c.table_name",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// The layer with this name, whatever its case, or the only one.
fn chosen<'l>(
    request: &Request,
    wanted: Option<&str>,
    layers: &'l [(String, String)],
) -> Result<(&'l str, &'l str), Error> {
    let found = match (wanted, layers) {
        (Some(wanted), _) => layers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted)),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let (table, shape) = found.ok_or_else(|| Error::Layer {
        origin: request.origin.clone(),
        wanted: wanted.map(str::to_owned),
        layers: layers.iter().map(|(name, _)| name.clone()).collect(),
    })?;
    Ok((table, shape))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value as text: numbers in their shortest form, booleans as 0 and 1, which is how SQLite keeps them.
fn text(value: ValueRef<'_>) -> Result<Option<String>, String> {
    Ok(match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => return Err("a text is not UTF-8".to_owned()),
        },
        ValueRef::Blob(_) => return Err("a column holds bytes that are no text".to_owned()),
    })
}

/// The WKB of a shape in x and y, in the CRS of the layer; none for a null or empty one.
///
/// `GP`, version, flags, SRS id, an envelope of a size that the flags tell, then WKB.
fn flat(value: ValueRef<'_>) -> Result<Option<Vec<u8>>, String> {
    let blob = match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Blob(blob) => blob,
        _ => return Err("its shape is no GeoPackage geometry".to_owned()),
    };
    let (Some(b"GP"), Some(0), Some(&flags)) = (blob.get(..2), blob.get(2), blob.get(3)) else {
        return Err("its shape is no GeoPackage geometry".to_owned());
    };
    let envelope = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => {
            return Err(format!(
                "its shape has an envelope of the unknown kind {other}"
            ));
        }
    };
    if flags & 0b1_0000 != 0 {
        return Ok(None);
    }
    let inside = blob.get(8 + envelope..).unwrap_or_default();
    let shape = wkb::read(inside).map_err(|cause| format!("its shape cannot be read ({cause})"))?;
    Ok(Some(wkb::write(&shape)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point with a height, in an envelope of four numbers.
    fn blob(flags: u8, envelope: usize) -> Vec<u8> {
        let mut blob = vec![b'G', b'P', 0, flags, 0x6a, 0x08, 0, 0];
        blob.extend(vec![0; envelope]);
        blob.push(1);
        blob.extend(1001_u32.to_le_bytes());
        for number in [1.5_f64, 2.5, 100.0] {
            blob.extend(number.to_le_bytes());
        }
        blob
    }

    #[test]
    fn a_shape_is_found_behind_an_envelope_of_any_size() {
        let flat_point = wkb::write_point(1.5, 2.5);
        for (flags, envelope) in [
            (0b0001, 0),
            (0b0011, 32),
            (0b0101, 48),
            (0b0111, 48),
            (0b1001, 64),
        ] {
            let read = flat(ValueRef::Blob(&blob(flags, envelope)));
            assert_eq!(
                read.as_ref().map(Option::as_deref),
                Ok(Some(&flat_point[..])),
                "{flags:b}"
            );
        }
        assert_eq!(flat(ValueRef::Null), Ok(None));
        assert_eq!(flat(ValueRef::Blob(&blob(0b1_0001, 0))), Ok(None));
        for bad in [
            &b""[..],
            b"GP",
            b"GP\0\x01",
            &blob(0b1011, 0),
            &blob(1, 0)[..20],
        ] {
            assert!(flat(ValueRef::Blob(bad)).is_err(), "{bad:?}");
        }
    }
}
