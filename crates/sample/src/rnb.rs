//! The register of buildings: département export and its entry on data.gouv.fr (DOMAIN C1, C2).
//!
//! Buildings are written as they are made, block by block: memory does not grow with their number.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::json;
use sha1::{Digest, Sha1};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::draw::{Draw, Topic};
use crate::geometry::{Point, Projection, rounded};
use crate::names;
use crate::output::{Output, failed};
use crate::plan::Plan;
use crate::rnb_id::{ALPHABET, identifier, mix, ordinal};
use crate::territory::Commune;
use crate::town::{Building, Key};
use crate::truth::Links;
use crate::{Error, Options, calendar};

const ZIP: &str = "rnb-opendata.s3.fr-par.scw.cloud/files/RNB_99.csv.zip";
const DATASET: &str = "www.data.gouv.fr/api/1/datasets/65a5568dfc88169d0a5416ca/index.json";
/// Above this many buildings the member may pass 4 GiB: the archive needs its long form.
const LONG_FORM: u64 = 4_000_000;

/// Writes the export and its entry; says how many buildings it has.
pub(crate) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
    links: &mut Links,
) -> Result<u64, Error> {
    let path = out.path(ZIP)?;
    let mut export = Export::create(&path, options.buildings)?;
    let mut order: Vec<usize> = (0..plan.towns.len()).collect();
    Draw::new(options.seed, Topic::ExportOrder, 1, options.edition.into()).shuffle(&mut order);
    let mut line = String::new();
    let mut buildings = 0;
    for town in order {
        let commune = &plan.territory.communes[town];
        for block in plan.towns[town].blocks(options.edition) {
            for building in &block {
                line.clear();
                describe(&mut line, options.seed, commune, town, building, projection)?;
                export.write(&line)?;
                buildings += 1;
                if building.school.is_some() {
                    links.add(plan, town, building)?;
                }
            }
        }
    }
    export.finish()?;
    publish(out, options.edition, &path)?;
    Ok(buildings)
}

struct Export<'a> {
    path: &'a Path,
    archive: ZipWriter<BufWriter<File>>,
}

impl<'a> Export<'a> {
    fn create(path: &'a Path, buildings: u64) -> Result<Self, Error> {
        let file = File::create(path).map_err(failed(path))?;
        let mut archive = ZipWriter::new(BufWriter::new(file));
        let form = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(buildings > LONG_FORM);
        archive
            .start_file("RNB_99.csv", form)
            .map_err(|e| failed(path)(e.into()))?;
        let mut export = Self { path, archive };
        export.write("rnb_id;point;shape;status;ext_ids;addresses;plots;validated_by\n")?;
        Ok(export)
    }

    fn write(&mut self, line: &str) -> Result<(), Error> {
        self.archive
            .write_all(line.as_bytes())
            .map_err(failed(self.path))
    }

    fn finish(self) -> Result<(), Error> {
        let Self { path, archive } = self;
        let mut file = archive.finish().map_err(|e| failed(path)(e.into()))?;
        file.flush().map_err(failed(path))
    }
}

/// The entry of the export on data.gouv.fr, with the size and SHA-1 of the archive.
fn publish(out: &Output, edition: u8, archive: &Path) -> Result<(), Error> {
    let mut digest = Sha1::new();
    let mut file = File::open(archive).map_err(failed(archive))?;
    let size = io::copy(&mut file, &mut digest).map_err(failed(archive))?;
    let sha1: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let day = calendar::rnb_day(edition);
    let modified = format!("{day}T03:41:09.512000+00:00");
    out.json(
        DATASET,
        &json!({
            "id": "65a5568dfc88169d0a5416ca",
            "title": "Référentiel national des bâtiments (territoire fictif)",
            "slug": "referentiel-national-des-batiments",
            "description": "Bâtiments de l'île d'Exemple, un territoire fictif. Aucune de ces données n'est réelle.",
            "frequency": "weekly",
            "license": "lov2",
            "organization": {"name": "Île d'Exemple (territoire fictif)"},
            "last_modified": modified,
            "last_update": modified,
            "resources": [{
                "id": "00000000-0000-4000-8000-000000000099",
                "title": "Export Départemental 99",
                "type": "main",
                "filetype": "remote",
                "format": "zip",
                "mime": "application/zip",
                "url": format!("https://{ZIP}"),
                "filesize": size,
                "checksum": {"type": "sha1", "value": sha1},
                "created_at": "2024-01-15T15:54:37.316000+00:00",
                "last_modified": modified,
                "extras": {"analysis:last-modified-at": modified}
            }]
        }),
    )
}

fn describe(
    line: &mut String,
    seed: u64,
    commune: &Commune,
    town: usize,
    building: &Building,
    projection: &Projection,
) -> Result<(), Error> {
    let mut draw = Draw::new(seed, Topic::Building, ordinal(building.key), 0);
    line.push_str(&identifier(seed, building.key));
    line.push_str(";\"SRID=4326;POINT(");
    position(line, building.inside, projection)?;
    line.push_str(")\";\"SRID=4326;");
    shape(line, building, projection, &mut draw)?;
    line.push_str("\";");
    line.push_str(match draw.below(400) {
        0..=3 if building.school.is_none() => "notUsable",
        4 | 5 if building.school.is_none() => "demolished",
        _ => "constructed",
    });
    line.push(';');
    external_ids(line, building.key, &mut draw);
    line.push(';');
    addresses(line, commune, town, building);
    line.push(';');
    plots(line, commune, building.key, &mut draw);
    line.push(';');
    validators(line, &mut draw);
    line.push('\n');
    Ok(())
}

/// `lon lat`, seven decimals: a centimetre.
pub(crate) fn position(line: &mut String, p: Point, projection: &Projection) -> Result<(), Error> {
    let [lon, lat] = projection.wgs84(p)?.map(|degrees| rounded(degrees, 7));
    let _ = write!(line, "{lon} {lat}");
    Ok(())
}

/// Polygons, some of them written as multipolygons; one building in two hundred is known by a point only.
fn shape(
    line: &mut String,
    building: &Building,
    projection: &Projection,
    draw: &mut Draw,
) -> Result<(), Error> {
    let form = draw.below(200);
    if form == 0 && building.school.is_none() {
        line.push_str("POINT(");
        position(line, building.inside, projection)?;
        line.push(')');
        return Ok(());
    }
    let (open, close) = if form < 60 {
        ("MULTIPOLYGON(((", ")))")
    } else {
        ("POLYGON((", "))")
    };
    line.push_str(open);
    shape_of(line, building, projection)?;
    line.push_str(close);
    Ok(())
}

/// The corners of the footprint, the first one again at the end.
pub(crate) fn shape_of(
    line: &mut String,
    building: &Building,
    projection: &Projection,
) -> Result<(), Error> {
    let first = building.ring.len() - 1;
    for (i, p) in building
        .ring
        .iter()
        .chain(building.ring.first())
        .enumerate()
    {
        position(line, *p, projection)?;
        if i <= first {
            line.push(',');
        }
    }
    Ok(())
}

/// Spaced as PostgreSQL writes stored JSON: `"key": value`. Absent ones are an empty list or nothing.
fn external_ids(line: &mut String, key: Key, draw: &mut Draw) {
    let kind = draw.below(40);
    if kind < 2 {
        line.push_str(if kind == 0 { "" } else { "[]" });
        return;
    }
    line.push_str("\"[");
    if kind < 14 {
        let mut code = String::new();
        for _ in 0..3 {
            code.push('-');
            (0..4).for_each(|_| code.push(char::from(draw.pick(ALPHABET))));
        }
        let _ = write!(
            line,
            r#"{{""id"": ""bdnb-bc{code}"", ""source"": ""bdnb"", ""created_at"": ""2023-12-07T14:13:59.518719+00:00"", ""source_version"": ""2023_01""}}, "#
        );
    }
    let number = ordinal(key);
    let _ = write!(
        line,
        r#"{{""id"": ""BATIMENT{number:016}"", ""source"": ""bdtopo"", ""created_at"": ""2025-07-18T15:48:00.433247+00:00"", ""source_version"": ""bdtopo_2025_06""}}]""#
    );
}

/// Spaced as PostgreSQL writes built JSON: `"key" : value`.
fn addresses(line: &mut String, commune: &Commune, town: usize, building: &Building) {
    let Some(address) = building.address else {
        line.push_str("[]");
        return;
    };
    let part = commune.arrondissement(building.inside);
    let code = part.map_or(&commune.code, |part| &part.code);
    let street = address.street as usize;
    let (way, number) = (way_code(town, street), address.number);
    // The repetition mark of a plain number is empty or null, by no rule.
    let mark = if number % 3 == 0 { "null" } else { "\"\"\"\"" };
    let _ = write!(
        line,
        r#""[{{""cle_interop_ban"" : ""{code}_{way}_{number:05}"", ""street_number"" : ""{number}"", ""street_rep"" : {mark}, ""street"" : ""{}"", ""city_zipcode"" : ""{}"", ""city_name"" : ""{}""}}]""#,
        names::street(town, street),
        commune.postal_code,
        commune.name,
    );
}

/// The street part of an address key: four digits for old streets, six letters and digits for the others.
pub(crate) fn way_code(town: usize, street: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    if street.is_multiple_of(2) {
        return format!("{:04}", 10 + street * 5);
    }
    let mut value = mix((town as u64) << 32 | street as u64);
    let mut letters = || {
        let letter = DIGITS[(value % 36) as usize];
        value /= 36;
        char::from(letter)
    };
    (0..6).map(|_| letters()).collect()
}

fn plots(line: &mut String, commune: &Commune, key: Key, draw: &mut Draw) {
    let kind = draw.below(10);
    if kind == 0 {
        return;
    }
    let section = char::from(b'A' + (key.block % 26) as u8);
    let mut number = draw.whole(1, 9_000);
    let mut plot = |line: &mut String, ratio: f64| {
        number += 1;
        let _ = write!(
            line,
            r#"{{""id"" : ""{}0000{section}{number:04}"", ""bdg_cover_ratio"" : {ratio:?}}}"#,
            commune.code
        );
    };
    line.push_str("\"[");
    if kind == 1 {
        let most = rounded(draw.between(0.5, 0.98), 6);
        plot(line, most);
        line.push_str(", ");
        plot(line, rounded(1.0 - most, 6));
    } else {
        plot(line, 1.0);
    }
    line.push_str("]\"");
}

/// One building in a hundred was validated by someone, whose name a reader must drop.
fn validators(line: &mut String, draw: &mut Draw) {
    if draw.below(100) > 0 {
        line.push_str("[]");
        return;
    }
    let person = draw.pick(&["camille.fictive", "dominique.exemple", "claude.modele"]);
    let id = 900_000 + person.len();
    let _ = write!(
        line,
        r#""[{{""id"" : {id}, ""username"" : ""{person}"", ""organization_name"" : ""Commune fictive"", ""organization_short_name"" : null}}]""#
    );
}
