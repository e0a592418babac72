//! One JSON object a line.

use std::io::{BufRead, Read};

use indexmap::IndexSet;

use super::columns::Columns;
use super::json_record::{Members, members, steps, texts};
use super::rows::Rows;
use super::{Request, web_page};
use crate::body::Body;
use crate::error::Error;
use crate::receipt::Reading;

/// Reads twice: the columns are the keys of all records, and only the whole body tells them.
pub(super) fn read(request: &Request, record: &str) -> Result<Reading, Error> {
    let body = request.body();
    let path = steps(record);
    let mut keys = IndexSet::new();
    for_each_line(&body, &mut |_, line| {
        if let Ok(members) = line_members(line, &path) {
            for (key, _) in members {
                keys.insert(key);
            }
        }
        Ok(())
    })?;
    let headers: Vec<String> = keys.iter().cloned().collect();
    let columns = Columns::new(request, &headers, &[])?;
    let mut rows = Rows::new(request, columns, false)?;
    for_each_line(&body, &mut |number, line| {
        if line.is_empty() {
            rows.push_empty();
            return Ok(());
        }
        let read = line_members(line, &path).and_then(|members| texts(&members, &keys));
        match read {
            Ok(texts) => rows.push(|place| texts.get(place)?.as_deref(), None),
            Err(reason) => rows.push_unreadable(Some(number), reason, line),
        }
    })?;
    rows.finish()
}

fn line_members<'a>(line: &'a [u8], path: &[String]) -> Result<Members<'a>, String> {
    let line = std::str::from_utf8(line).map_err(|_| "it is not UTF-8 text".to_owned())?;
    members(line, path)
}

/// Takes a line and its number, from 1.
type EachLine<'a> = dyn FnMut(u64, &[u8]) -> Result<(), Error> + 'a;

/// Calls `each` with every line, without the blanks around it.
fn for_each_line(body: &Body<'_>, each: &mut EachLine<'_>) -> Result<(), Error> {
    body.stream(&["jsonl", "ndjson", "json"], |reader| {
        web_page::refuse(reader, body, "JSON lines")?;
        let limit = body.limits.max_record_bytes;
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let mut limited = (&mut *reader).take(limit as u64 + 1);
            let read = limited
                .read_until(b'\n', &mut line)
                .map_err(|e| body.io(e))?;
            if read == 0 {
                break;
            }
            if read > limit {
                return Err(Error::RecordTooLong {
                    origin: body.origin.clone(),
                    line: number,
                    limit,
                });
            }
            let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
            each(number, text.trim_ascii())?;
        }
        Ok(())
    })
}
