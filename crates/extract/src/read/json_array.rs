//! The elements of one array of a JSON document, one after the other.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::body::Body;
use crate::error::Error;

const BUFFER: usize = 64 << 10;

/// Calls `each` with every element of the array to which `steps` (of the JSON pointer `pointer`) lead.
pub(super) fn for_each_element(
    body: &Body<'_>,
    reader: &mut dyn BufRead,
    format: &'static str,
    (pointer, steps): (&str, &[String]),
    each: &mut dyn FnMut(&RawValue) -> Result<(), Error>,
) -> Result<(), Error> {
    let start = reader.fill_buf().map_err(|e| body.io(e))?;
    if start.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    let since_record = Cell::new(0);
    let metered = Metered {
        inner: reader,
        since_record: &since_record,
        limit: body.limits.max_record_bytes,
    };
    let mut walk = Walk {
        since_record: &since_record,
        each,
        failure: None,
        found: None,
        elements: 0,
    };
    let buffered = BufReader::with_capacity(BUFFER, metered);
    let mut document = serde_json::Deserializer::from_reader(buffered);
    let step = Step {
        steps,
        walk: &mut walk,
    };
    let read = step
        .deserialize(&mut document)
        .and_then(|()| document.end());
    if let Some(failure) = walk.failure {
        return Err(failure);
    }
    if let Err(error) = read {
        return Err(failed(body, format, error, walk.elements));
    }
    match walk.found {
        Some(Found::Array) => Ok(()),
        other => Err(Error::NoArray {
            origin: body.origin.clone(),
            pointer: pointer.to_owned(),
            found: match other {
                Some(Found::Other(kind)) => kind,
                _ => "nothing",
            },
        }),
    }
}

fn failed(body: &Body<'_>, format: &'static str, error: serde_json::Error, elements: u64) -> Error {
    let malformed = |reason: String, place: String| Error::Malformed {
        origin: body.origin.clone(),
        format,
        reason,
        place,
    };
    if !error.is_io() {
        let place = format!("line {}, column {}", error.line(), error.column());
        // The place is said once.
        let said = error.to_string();
        let reason = said.split(" at line ").next().unwrap_or(&said);
        return malformed(reason.to_owned(), place);
    }
    let cause = io::Error::from(error);
    match cause.get_ref().and_then(|e| e.downcast_ref::<TooLong>()) {
        Some(too_long) => malformed(too_long.to_string(), format!("record {}", elements + 1)),
        None => body.io(cause),
    }
}

/// What the pointer leads to.
enum Found {
    Array,
    Other(&'static str),
}

struct Walk<'a> {
    since_record: &'a Cell<usize>,
    each: &'a mut dyn FnMut(&RawValue) -> Result<(), Error>,
    failure: Option<Error>,
    found: Option<Found>,
    elements: u64,
}

/// What is left of the way to the array.
struct Step<'s, 'a, 'w> {
    steps: &'s [String],
    walk: &'w mut Walk<'a>,
}

impl<'de> DeserializeSeed<'de> for Step<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Step<'_, '_, '_> {
    fn found<E>(self, kind: &'static str) -> Result<(), E> {
        if self.steps.is_empty() {
            self.walk.found = Some(Found::Other(kind));
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Step<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let walk = self.walk;
        let Some((first, rest)) = self.steps.split_first() else {
            walk.found = Some(Found::Array);
            while let Some(element) = array.next_element::<Box<RawValue>>()? {
                walk.elements += 1;
                walk.since_record.set(0);
                if let Err(failure) = (walk.each)(&element) {
                    walk.failure = Some(failure);
                    return Err(serde::de::Error::custom("stopped"));
                }
            }
            return Ok(());
        };
        let wanted = first.parse::<usize>().ok();
        let mut index = 0;
        loop {
            let more = if Some(index) == wanted {
                let step = Step {
                    steps: rest,
                    walk: &mut *walk,
                };
                array.next_element_seed(step)?.is_some()
            } else {
                array.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                return Ok(());
            }
            index += 1;
            walk.since_record.set(0);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let walk = self.walk;
        if self.steps.is_empty() {
            walk.found = Some(Found::Other("an object"));
        }
        while let Some(key) = object.next_key::<String>()? {
            match self.steps.split_first() {
                Some((first, rest)) if *first == key => {
                    object.next_value_seed(Step {
                        steps: rest,
                        walk: &mut *walk,
                    })?;
                }
                _ => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
            walk.since_record.set(0);
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.found("a boolean")
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.found("a number")
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.found("a number")
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.found("a number")
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.found("a text")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.found("null")
    }
}

/// Fails when more bytes than a record may have went by since the last one.
struct Metered<'a> {
    inner: &'a mut dyn BufRead,
    since_record: &'a Cell<usize>,
    limit: usize,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let since = self.since_record.get() + read;
        self.since_record.set(since);
        // What the buffer holds of the next records is not to be held against this one.
        if since > self.limit.saturating_add(BUFFER) {
            return Err(io::Error::other(TooLong(self.limit)));
        }
        Ok(read)
    }
}

#[derive(Debug)]
struct TooLong(usize);

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "longer than {} bytes", self.0)
    }
}

impl std::error::Error for TooLong {}
