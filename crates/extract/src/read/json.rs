//! One JSON document with an array of records.

use indexmap::IndexSet;

use super::Request;
use super::columns::Columns;
use super::json_array::for_each_element;
use super::json_record::{members, steps, texts};
use super::rows::Rows;
use super::web_page;
use crate::error::Error;
use crate::receipt::Reading;

const FORMAT: &str = "JSON";

/// Reads twice: the columns are the keys of all records, and only the whole body tells them.
pub(super) fn read(request: &Request, records: &str, record: &str) -> Result<Reading, Error> {
    let body = request.body();
    let path = steps(record);
    let mut keys = IndexSet::new();
    let array = steps(records);
    let each_element = |each: &mut dyn FnMut(&str) -> Result<(), Error>| {
        body.stream(&["json"], |reader| {
            web_page::refuse(reader, &body, FORMAT)?;
            for_each_element(&body, reader, FORMAT, (records, &array), &mut |element| {
                each(element.get())
            })
        })
    };
    each_element(&mut |element| {
        if let Ok(members) = members(element, &path) {
            for (key, _) in members {
                keys.insert(key);
            }
        }
        Ok(())
    })?;
    let headers: Vec<String> = keys.iter().cloned().collect();
    let columns = Columns::new(request, &headers, &[])?;
    let mut rows = Rows::new(request, columns, false)?;
    each_element(&mut |element| {
        let read = members(element, &path).and_then(|members| texts(&members, &keys));
        match read {
            Ok(texts) => rows.push(|place| texts.get(place)?.as_deref(), None),
            Err(reason) => rows.push_unreadable(None, reason, element.as_bytes()),
        }
    })?;
    rows.finish()
}
