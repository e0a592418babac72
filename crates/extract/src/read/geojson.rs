//! A GeoJSON feature collection: a record per feature, its properties and its shape.

use edulac_geo::{geojson, wkb};
use indexmap::IndexSet;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Request;
use super::columns::{Columns, GEOMETRY};
use super::json_array::for_each_element;
use super::json_record::{members, said, steps, texts};
use super::rows::Rows;
use super::web_page;
use crate::error::Error;
use crate::receipt::Reading;

const FORMAT: &str = "GeoJSON";
const FEATURES: &str = "/features";

#[derive(Deserialize)]
struct Feature<'a> {
    /// Null for a feature that has only a shape.
    #[serde(borrow, default)]
    properties: Option<&'a RawValue>,
    /// Null for a feature without a place.
    #[serde(borrow, default)]
    geometry: Option<&'a RawValue>,
}

/// Reads twice: the columns are the properties of all features, and only the whole body tells them.
pub(super) fn read(request: &Request) -> Result<Reading, Error> {
    let body = request.body();
    let mut keys = IndexSet::new();
    let features = steps(FEATURES);
    let each_feature = |each: &mut dyn FnMut(&str) -> Result<(), Error>| {
        body.stream(&["geojson", "json"], |reader| {
            web_page::refuse(reader, &body, FORMAT)?;
            let array = (FEATURES, features.as_slice());
            for_each_element(&body, reader, FORMAT, array, &mut |feature| {
                each(feature.get())
            })
        })
        .map_err(no_features)
    };
    each_feature(&mut |feature| {
        let properties = parse(feature).ok().and_then(|found| found.properties);
        if let Some(members) = properties.and_then(|found| members(found.get(), &[]).ok()) {
            for (key, _) in members {
                keys.insert(key);
            }
        }
        Ok(())
    })?;
    let headers: Vec<String> = keys.iter().cloned().collect();
    let columns = Columns::new(request, &headers, &[GEOMETRY])?;
    let mut rows = Rows::new(request, columns, true)?;
    each_feature(&mut |text| match record(text, &keys) {
        Ok((texts, shape)) => rows.push(|place| texts.get(place)?.as_deref(), shape.as_deref()),
        Err(reason) => rows.push_unreadable(None, reason, text.as_bytes()),
    })?;
    rows.finish()
}

/// The properties and the WKB of a feature.
type Record = (Vec<Option<String>>, Option<Vec<u8>>);

fn record(text: &str, keys: &IndexSet<String>) -> Result<Record, String> {
    let feature = parse(text)?;
    let texts = match feature.properties {
        Some(properties) => texts(&members(properties.get(), &[])?, keys)?,
        None => vec![None; keys.len()],
    };
    let shape = feature.geometry.map(|geometry| {
        geojson::read(geometry.get())
            .map(|shape| wkb::write(&shape))
            .map_err(|e| e.to_string())
    });
    Ok((texts, shape.transpose()?))
}

/// The pointer is ours, and not an option that could be corrected.
fn no_features(error: Error) -> Error {
    match error {
        Error::NoArray { origin, .. } => Error::Malformed {
            origin,
            format: FORMAT,
            reason: "there is no array of `features`".to_owned(),
            place: "the top of the document".to_owned(),
        },
        other => other,
    }
}

fn parse(text: &str) -> Result<Feature<'_>, String> {
    serde_json::from_str(text).map_err(said)
}
