//! The raw limits of the machine.

use std::fs;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::time::Instant;

use super::Stage;
use super::spent::cpu;

/// What this machine takes to read the export, to inflate it, and to press the same bytes by zstd: no job can take less than the
/// first two.
pub(super) fn of(export: &Path) -> io::Result<Vec<Stage>> {
    let process = std::process::id();
    let timed = |name: &str, work: &mut dyn FnMut() -> io::Result<()>| {
        let (start, before) = (Instant::now(), cpu(process));
        work()?;
        Ok::<Stage, io::Error>(Stage {
            stage: name.to_owned(),
            wall_s: start.elapsed().as_secs_f64(),
            cpu_s: cpu(process).zip(before).map(|(now, before)| now - before),
            peak_mib: None,
        })
    };
    let read = timed("read the export", &mut || {
        io::copy(&mut fs::File::open(export)?, &mut io::sink()).map(|_| ())
    })?;
    let inflate = timed("inflate it", &mut || {
        with_member(export, |member| {
            io::copy(member, &mut io::sink()).map(|_| ())
        })
    })?;
    let press = timed("press the same bytes (zstd 3)", &mut || {
        with_member(export, |member| {
            let mut sink = zstd::Encoder::new(io::sink(), 3)?;
            io::copy(member, &mut sink)?;
            sink.finish().map(|_| ())
        })
    })?;
    let press = Stage {
        wall_s: press.wall_s - inflate.wall_s,
        cpu_s: press
            .cpu_s
            .zip(inflate.cpu_s)
            .map(|(both, first)| both - first),
        ..press
    };
    Ok(vec![read, inflate, press])
}

fn with_member<T>(
    export: &Path,
    work: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> io::Result<T> {
    let mut archive = zip::ZipArchive::new(BufReader::new(fs::File::open(export)?))?;
    let mut member = archive.by_index(0)?;
    work(&mut member)
}
