//! A copy of a lake, made with the means of a profile where there is one: who keeps a mirror may have no project.

use std::path::Path;

use edulac_lake::{Lake, Location, MirrorOptions, Mirrored, StorageOptions};

use crate::clock;
use crate::error::{Error, Result};
use crate::session::{Limits, session};
use crate::workspace::{has_profile, load_profile_alone, storage_options};

/// What to copy, from where to where.
#[derive(Debug, Default)]
pub struct MirrorRequest<'a> {
    /// The lake: a folder, a bucket, or plain files behind a web address.
    pub source: &'a str,
    /// Its profile, when it is not reached by the same means as the copy.
    pub source_profile: Option<&'a str>,
    /// The copy: a folder or a bucket.
    pub mirror: &'a str,
    /// Codes of académies; empty: all.
    pub academies: &'a [String],
    /// Names of tables; empty: all.
    pub tables: &'a [String],
    /// Id of the release; none: the newest.
    pub release: Option<&'a str>,
}

/// Copies a lake. `profile` says how buckets are reached; `is_given`: somebody asked for it, so it must be there.
///
/// # Errors
/// [`Error::Files`] for a profile that cannot be read; those of the lake.
pub async fn mirror(
    root: &Path,
    profile: &str,
    is_given: bool,
    request: &MirrorRequest<'_>,
) -> Result<Mirrored> {
    let now = clock::checked()?;
    let options = |profile: &str, is_given: bool| -> Result<_> {
        if !is_given && !has_profile(root, profile) {
            return Ok((StorageOptions::default(), Limits::of_machine()));
        }
        let profile = load_profile_alone(root, profile, &[]).map_err(Error::Files)?;
        Ok((storage_options(&profile)?, Limits::of(&profile)))
    };
    let (here, limits) = options(profile, is_given)?;
    let there = match request.source_profile {
        Some(profile) => options(profile, true)?.0,
        None => here.clone(),
    };
    let source = Lake::open(Location::parse_source(request.source, &there)?);
    let mirror = Lake::open(Location::parse(request.mirror, &here)?);
    let temporary = std::env::temp_dir();
    let work = tempfile::tempdir().map_err(Error::io(temporary))?;
    let ctx = session(limits, work.path())?;
    let options = MirrorOptions {
        academies: request.academies.to_vec(),
        tables: request.tables.to_vec(),
        release: request.release.map(str::to_owned),
        dir: work.path().to_owned(),
        now,
    };
    Ok(edulac_lake::mirror(&source, &mirror, &options, &ctx).await?)
}
