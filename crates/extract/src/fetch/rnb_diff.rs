//! The diff of the Référentiel national des bâtiments: what happened to buildings since a moment.
//!
//! The register forgets after some months, the archive does not: an extract has the parts of the one before, and one
//! more for what has happened since. A part begins where the one before it ends.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use url::Url;

use super::names::body_name;
use super::request::Request;
use super::{Content, Fetch, FetchedPart, Net};
use crate::error::{Error, Origin};
use crate::receipt::{PartReceipt, Upstream};

/// Where the register tells what happened.
pub(crate) const ADDRESS: &str = "https://rnb-api.beta.gouv.fr/api/alpha/buildings/diff/";
/// What the register promises to keep.
const DAYS: i64 = 180;

/// The parts that are there already, and what has happened since the last of them.
pub(super) async fn fetch(
    fetch: &Fetch<'_>,
    net: &Net,
    wanted: Option<NaiveDate>,
) -> Result<Vec<FetchedPart>, Error> {
    let wanted = wanted.map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    let known = known(fetch, wanted);
    let last = known.last().map(|(_, until)| *until);
    let now = (net.clock)();
    let oldest = now - TimeDelta::days(DAYS);
    // An hour of margin for the way there.
    let default = (oldest + TimeDelta::hours(1)).trunc_subsecs(0);
    let since = last.max(wanted).unwrap_or(default);
    let mut url = Url::parse(ADDRESS).map_err(|reason| Error::Address {
        origin: Origin::new(fetch.source, ADDRESS),
        reason,
    })?;
    // The `+` of a time zone would be read as a blank: `Z` has none, and the rest is encoded.
    let text = since.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    url.query_pairs_mut().append_pair("since", &text);
    let name = since.format("%Y%m%dT%H%M%S%6fZ").to_string();
    let mut request = Request::new(fetch.source, url);
    request.part = Some(&name);
    let body = body_name(Some(&name), "diff.csv");
    let download = net.download(&request, fetch.staging, &body).await;
    let mut download = download.map_err(|error| match error {
        // The register's way of saying that it has forgotten.
        Error::BadRequest { origin, .. } if since < oldest => Error::Gap {
            origin,
            days: DAYS,
            since,
            is_gap: last == Some(since),
        },
        error => error,
    })?;
    let mut parts: Vec<_> = known.iter().map(|(part, _)| kept(fetch, part)).collect();
    if let Some(body) = download.body.take() {
        let path = fetch.staging.join(&body.name);
        let disposition = download.headers.get("content-disposition");
        let until = match disposition.and_then(|text| of_file_name(text)) {
            Some(until) => until,
            None => last_event(&path)?.unwrap_or(since),
        };
        let seen = |part: &&PartReceipt| part.files.iter().any(|f| f.sha256 == body.digest.sha256);
        // A stand-in may give the same events again, whatever the moment asked for.
        let is_old = until == since || known.iter().any(|(part, _)| seen(part));
        if is_old && !known.is_empty() {
            std::fs::remove_file(&path).map_err(Error::io(path))?;
            return Ok(parts);
        }
        download.body = Some(body);
        parts.push(fetch.part(&request, download, Some(Upstream::RnbDiff { since, until }))?);
    }
    Ok(parts)
}

/// The parts of the receipt before that have events, with the last event of each. None when the pipeline now asks for
/// earlier ones: then everything is asked for again.
fn known<'a>(
    fetch: &Fetch<'a>,
    wanted: Option<DateTime<Utc>>,
) -> Vec<(&'a PartReceipt, DateTime<Utc>)> {
    let parts = fetch
        .previous
        .into_iter()
        .flat_map(|receipt| &receipt.parts);
    let mut first = None;
    let known: Vec<_> = parts
        .filter_map(|part| match part.upstream {
            Some(Upstream::RnbDiff { since, until }) => {
                first.get_or_insert(since);
                (until != since).then_some((part, until))
            }
            _ => None,
        })
        .collect();
    match (first, wanted) {
        (Some(first), Some(wanted)) if wanted < first => Vec::new(),
        _ => known,
    }
}

/// A part as it was.
fn kept(fetch: &Fetch<'_>, part: &PartReceipt) -> FetchedPart {
    FetchedPart {
        part: part.part.clone(),
        origin: Origin::new(fetch.source, &part.url),
        status: None,
        headers: part.headers.clone(),
        upstream: part.upstream.clone(),
        content: Content::Unchanged,
    }
}

/// The last event, in the name that the register gives to the file: `diff_{since}_{last}.csv`.
fn of_file_name(disposition: &str) -> Option<DateTime<Utc>> {
    let (_, name) = disposition.split_once("filename=")?;
    let name = name.trim_matches(['"', ' ', ';']).strip_suffix(".csv")?;
    moment(name.strip_prefix("diff_")?.rsplit_once('_')?.1)
}

/// The last event that the body tells, where the name does not: the latest beginning of a `sys_period`,
/// `"[""2025-06-02 00:01:33.798109+00"",)"` as a CSV has it. None in a body without events.
fn last_event(path: &Path) -> Result<Option<DateTime<Utc>>, Error> {
    const BEFORE: &str = "[\"\"";
    let file = File::open(path).map_err(Error::io(path))?;
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> = if packed {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut reader = BufReader::new(reader);
    let mut last = None;
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .map_err(Error::io(path))?
        > 0
    {
        let text = String::from_utf8_lossy(&line);
        let periods = text.split(BEFORE).skip(1);
        let moments = periods.filter_map(|rest| moment(rest.split_once('"')?.0));
        last = moments.chain(last).max();
        line.clear();
    }
    Ok(last)
}

/// A moment as PostgreSQL or ISO 8601 writes it.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text
        .replace("%3A", ":")
        .replace("%2B", "+")
        .replacen('T', " ", 1);
    let text = text
        .strip_suffix('Z')
        .map_or(text.clone(), |text| format!("{text}+00"));
    let moment = DateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f%#z");
    moment.ok().map(|moment| moment.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_every_form() {
        for text in [
            "2025-06-02 00:01:33.798109+00",
            "2025-06-02T00:01:33.798109+00:00",
            "2025-06-02T00:01:33.798109Z",
            "2025-06-02T02:01:33.798109+02:00",
        ] {
            let read = moment(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(read.to_rfc3339(), "2025-06-02T00:01:33.798109+00:00");
        }
        assert_eq!(moment("bdnb-bc"), None);
    }

    #[test]
    fn the_last_event_is_in_the_name_of_the_file() {
        for name in [
            "attachment; filename=\"diff_2025-06-01T00:00:00+00:00_2025-06-02T00:01:33+00:00.csv\"",
            "attachment; filename=diff_2025-06-01 00:00:00+00:00_2025-06-02 00:01:33+00:00.csv",
        ] {
            let last = of_file_name(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(last.to_rfc3339(), "2025-06-02T00:01:33+00:00");
        }
        assert_eq!(
            of_file_name("attachment; filename=\"diff_x_None.csv\""),
            None
        );
    }
}
