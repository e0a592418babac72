//! ESRI shapefiles: shapes from the `.shp`, texts from the `.dbf`, in a zip or side by side.

use std::fs::{self, File};
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use ::shapefile::{Shape, ShapeReader};
use edulac_geo::wkb;
use edulac_spec::pipeline;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::columns::{Columns, GEOMETRY};
use super::dbf::{Dbf, DbfError};
use super::rows::Rows;
use super::{Request, web_page};
use crate::body::{Body, Pick, with_zip};
use crate::error::Error;
use crate::receipt::Reading;

const FORMAT: &str = "shapefile";

/// How a zip begins.
const ZIP: &[u8] = b"PK\x03\x04";

/// Longest name of an encoding that is read from a `.cpg`.
const CPG_BYTES: u64 = 64;

pub(super) fn read(
    request: &Request,
    declared: Option<pipeline::Encoding>,
) -> Result<Reading, Error> {
    let body = request.body();
    let mut file = BufReader::new(body.file()?);
    web_page::refuse(&mut file, &body, FORMAT)?;
    let no_table = || Error::NoTable {
        origin: request.origin.clone(),
    };
    let is_zip = file.buffer().starts_with(ZIP);
    if is_zip {
        return with_zip(&body, file.into_inner(), |zip| {
            let main = zip.pick(&Pick::new(body.member, &["shp"]))?;
            let name = zip.name(main).to_owned();
            let companion = |extension: &str| {
                let stem = name
                    .rsplit_once('.')
                    .map_or(name.as_str(), |(stem, _)| stem);
                format!("{stem}.{extension}")
            };
            let cpg = match zip.named(&companion("cpg")) {
                Some(index) => Some(zip.with_member(index, |member| label(&body, member))?),
                None => None,
            };
            let encoding = encoding(&body, declared, cpg)?;
            let shapes = zip.with_member(main, |member| body.spool(member))?;
            let table = zip.named(&companion("dbf")).ok_or_else(no_table)?;
            zip.with_member(table, |member| {
                read_pair(request, BufReader::new(shapes), member, encoding)
            })
        });
    }
    let cpg = match beside(body.path, "cpg") {
        Some(path) => {
            let file = File::open(&path).map_err(Error::io(path))?;
            Some(label(&body, file)?)
        }
        None => None,
    };
    let encoding = encoding(&body, declared, cpg)?;
    let table = beside(body.path, "dbf").ok_or_else(no_table)?;
    let table = BufReader::new(File::open(&table).map_err(Error::io(table))?);
    read_pair(request, file, table, encoding)
}

fn read_pair(
    request: &Request,
    shapes: impl Read + Seek,
    table: impl Read,
    encoding: &'static Encoding,
) -> Result<Reading, Error> {
    let malformed = |reason: String, place: String| Error::Malformed {
        origin: request.origin.clone(),
        format: FORMAT,
        reason,
        place,
    };
    let table_failed = |cause: DbfError, place: String| match cause {
        DbfError::Io(cause) if cause.kind() != std::io::ErrorKind::UnexpectedEof => {
            request.body().io(cause)
        }
        cause => malformed(cause.to_string(), place),
    };
    let in_header = || "its header".to_owned();
    let mut shapes =
        ShapeReader::new(shapes).map_err(|cause| malformed(cause.to_string(), in_header()))?;
    let mut table = Dbf::new(table, encoding).map_err(|cause| table_failed(cause, in_header()))?;
    let columns = Columns::new(request, &table.names(), &[GEOMETRY])?;
    let mut rows = Rows::new(request, columns, true)?;
    for (index, shape) in shapes.iter_shapes().enumerate() {
        let place = || format!("record {}", index + 1);
        let shape = shape.map_err(|cause| malformed(cause.to_string(), place()))?;
        let has_row = table.next().map_err(|cause| table_failed(cause, place()))?;
        if !has_row {
            return Err(malformed(
                "the .dbf has fewer records than the .shp".to_owned(),
                place(),
            ));
        }
        if table.is_deleted() {
            rows.push_empty();
            continue;
        }
        let record = table.texts().and_then(|texts| Ok((texts, flat(shape)?)));
        match record {
            Ok((texts, shape)) => {
                rows.push(|place| texts.get(place)?.as_deref(), shape.as_deref())?;
            }
            Err(reason) => rows.push_unreadable(None, reason, table.bytes())?,
        }
    }
    if table.next().is_ok_and(|has_row| has_row) {
        return Err(malformed(
            "the .dbf has more records than the .shp".to_owned(),
            "its end".to_owned(),
        ));
    }
    rows.finish()
}

/// The WKB of a shape in x and y, in the CRS of the file; none for a null shape.
fn flat(shape: Shape) -> Result<Option<Vec<u8>>, String> {
    if matches!(shape, Shape::NullShape) {
        return Ok(None);
    }
    let shape = geo_types::Geometry::<f64>::try_from(shape)
        .map_err(|cause| format!("its shape cannot be read ({})", cause.to_string().trim()))?;
    Ok(Some(wkb::write(&shape)))
}

/// A file of the same name with another extension, in either case.
fn beside(path: &Path, extension: &str) -> Option<PathBuf> {
    [extension.to_owned(), extension.to_uppercase()]
        .into_iter()
        .map(|extension| path.with_extension(extension))
        .find(|path| fs::exists(path).unwrap_or(false))
}

fn label(body: &Body<'_>, cpg: impl Read) -> Result<String, Error> {
    let mut label = Vec::new();
    let read = cpg.take(CPG_BYTES).read_to_end(&mut label);
    read.map_err(|cause| body.io(cause))?;
    Ok(String::from_utf8_lossy(&label).trim().to_owned())
}

/// The declared encoding, else that of the `.cpg`, else UTF-8.
fn encoding(
    body: &Body<'_>,
    declared: Option<pipeline::Encoding>,
    cpg: Option<String>,
) -> Result<&'static Encoding, Error> {
    let label = match (declared, cpg) {
        (Some(pipeline::Encoding::Utf8), _) | (None, None) => return Ok(UTF_8),
        (Some(pipeline::Encoding::Windows1252), _) => return Ok(WINDOWS_1252),
        (None, Some(label)) => label,
    };
    // ArcGIS writes the bare number of a code page.
    let number = label.rsplit(' ').next().unwrap_or(&label);
    let name = match number {
        "65001" => "utf-8".to_owned(),
        "88591" => "iso-8859-1".to_owned(),
        "885915" => "iso-8859-15".to_owned(),
        _ if number.len() == 4 && number.starts_with("125") => format!("windows-{number}"),
        _ => label.clone(),
    };
    Encoding::for_label(name.as_bytes()).ok_or_else(|| Error::Encoding {
        origin: body.origin.clone(),
        label,
    })
}
