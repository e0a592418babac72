//! 7z archives, in which the IGN publishes: their members come one after the other and are never a path of ours.

use std::fs::File;
use std::io::{BufRead, BufReader};

use sevenz_rust2::{ArchiveReader, Error as Cause, Password};

use super::zip::Pick;
use super::{BUFFER, Body, Bounded};
use crate::error::Error;

/// Memory that a member may ask for to be unpacked, in KiB: real archives ask for some tens of MiB.
const MEMORY_KIB: usize = 1 << 20;

/// Reads the one member that answers.
pub(crate) fn with_member<T>(
    body: &Body<'_>,
    file: File,
    pick: &Pick,
    read: impl FnOnce(&mut dyn BufRead) -> Result<T, Error>,
) -> Result<T, Error> {
    let bytes = file.metadata().map_err(Error::io(body.path))?.len();
    let limit = body.limits.expanded(bytes);
    let file = BufReader::with_capacity(BUFFER, file);
    let mut archive = ArchiveReader::new_with_memory_limit(file, Password::empty(), MEMORY_KIB)
        .map_err(|cause| failed(body, &cause))?;
    let members = archive.archive().files.iter();
    let members = members.filter(|member| member.has_stream() && !member.is_directory());
    let names: Vec<String> = members.map(|member| member.name().to_owned()).collect();
    let wanted = &names[pick.one(body, names.iter().map(String::as_str))?];
    let mut read = Some(read);
    let mut outcome = None;
    let passed = archive.for_each_entries(|member, stream| {
        // Of a solid archive, what stands before the member is unpacked on the way to it.
        if member.name() != wanted {
            return Ok(true);
        }
        if let Some(read) = read.take() {
            let mut stream = BufReader::with_capacity(BUFFER, Bounded::new(stream, limit));
            outcome = Some(read(&mut stream));
        }
        // The rest of the member is passed, and its checksum looked at, only if there is any use in it.
        Ok(matches!(outcome, Some(Ok(_))))
    });
    match (outcome, passed) {
        (Some(Err(error)), _) => Err(error),
        (Some(Ok(read)), Ok(())) => Ok(read),
        (None, Ok(())) => Err(failed(body, &Cause::Other("a member is missing".into()))),
        (_, Err(cause)) => Err(failed(body, &cause)),
    }
}

fn failed(body: &Body<'_>, cause: &Cause) -> Error {
    Error::SevenZip {
        origin: body.origin.clone(),
        reason: cause.to_string(),
    }
}
