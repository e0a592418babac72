//! Web pages that come, with a status of success, where data was expected.

use std::io::BufRead;

use crate::body::Body;
use crate::error::Error;

/// How web pages (and the error documents of object stores) begin, in lower case.
const BEGINNINGS: [&str; 4] = ["<!doctype", "<html", "<head", "<?xml"];

/// Fails when the stream begins as a web page; nothing is consumed.
pub(super) fn refuse(
    reader: &mut dyn BufRead,
    body: &Body<'_>,
    format: &'static str,
) -> Result<(), Error> {
    let start = reader.fill_buf().map_err(|e| body.io(e))?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start = start.trim_ascii_start();
    let is_page = BEGINNINGS.iter().any(|beginning| {
        start
            .get(..beginning.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
    });
    if is_page {
        return Err(Error::WebPage {
            origin: body.origin.clone(),
            format,
        });
    }
    Ok(())
}
