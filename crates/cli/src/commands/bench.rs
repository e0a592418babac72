//! `edulac bench`: the whole job on generated buildings, stage by stage, beside the raw limits of the machine.
//!
//! The job runs in a process of its own, through this very program; its log says when a stage ends, and the kernel what it has
//! spent by then. Without `/proc` (elsewhere than on Linux) only times on the clock are told.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use edulac_sample::{Options, generate};
use serde::Serialize;
use serde_json::Value;

use crate::args::{Bench, Format, Global};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};

/// Where the buildings are in the folder of a sample.
const EXPORT: &str = "rnb-opendata.s3.fr-par.scw.cloud/files/RNB_99.csv.zip";
/// What is run: the establishments with their buildings, and all the evidence for their links.
const PIPELINES: [&str; 4] = ["territoires", "bdtopo", "ban", "etablissements"];

/// One size of the benchmark.
#[derive(Debug, Serialize)]
struct Measure {
    buildings: u64,
    establishments: u32,
    stages: Vec<Stage>,
    wall_s: f64,
    cpu_s: Option<f64>,
    peak_mib: Option<u64>,
    limits: Vec<Stage>,
}

/// What a part of the job took.
#[derive(Debug, Clone, Serialize)]
struct Stage {
    stage: String,
    wall_s: f64,
    /// User and system; null where it cannot be known.
    cpu_s: Option<f64>,
    /// The most memory that the process had held by the end of the stage, in MiB.
    peak_mib: Option<u64>,
}

pub(super) fn run(global: &Global, args: &Bench, printer: &Printer) -> Result<Status, Error> {
    if cfg!(debug_assertions) {
        printer.hint(
            "this is a development build, several times slower: `cargo run --release -- bench`",
        );
    }
    let mut measures = Vec::new();
    for size in &args.sizes {
        let folder = args.folder.join(size.buildings.to_string());
        let sample = folder.join("sample");
        if !sample.join(EXPORT).exists() {
            let options = Options {
                buildings: size.buildings,
                establishments: size.establishments,
                ..Options::default()
            };
            generate(&options, &sample)?;
        }
        let mut measure = job(global, &folder, &sample).map_err(Error::Bench)?;
        measure.buildings = size.buildings;
        measure.establishments = size.establishments;
        measure.limits = limits(&sample.join(EXPORT)).map_err(Error::Bench)?;
        measures.push(measure);
    }
    match printer.format() {
        Format::Json => printer.json(&measures)?,
        Format::Text | Format::Csv => printer.result(&text(&measures))?,
    }
    Ok(Status::Done)
}

/// Runs the job on a lake of its own, from nothing.
fn job(global: &Global, folder: &Path, sample: &Path) -> io::Result<Measure> {
    let profile = folder.join("profile.yaml");
    write_profile(global, folder, &profile)?;
    for part in ["lake", "archive", "restricted"] {
        match fs::remove_dir_all(folder.join(part)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let sample = fs::canonicalize(sample)?;
    let start = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["run", "-v", "--log-format", "json", "--format", "json"])
        .args(PIPELINES)
        .arg("--root")
        .arg(&global.root)
        .arg("--profile")
        .arg(fs::canonicalize(&profile)?)
        .arg("--set")
        .arg(format!("sample={}", sample.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let process = child.id();
    let mut stages = Vec::new();
    let mut before = (0.0, Some(0.0));
    let mut said = String::new();
    let log = child
        .stderr
        .take()
        .into_iter()
        .flat_map(|log| BufReader::new(log).lines());
    for line in log {
        let line = line?;
        let Some(stage) = stage(&line) else {
            said.push_str(&line);
            said.push('\n');
            continue;
        };
        let now = (start.elapsed().as_secs_f64(), cpu(process));
        stages.push(Stage {
            stage,
            wall_s: now.0 - before.0,
            cpu_s: now.1.zip(before.1).map(|(now, before)| now - before),
            peak_mib: peak(process).or(stages.last().and_then(|last: &Stage| last.peak_mib)),
        });
        before = now;
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(io::Error::other(format!(
            "the run failed ({status})\n{said}"
        )));
    }
    Ok(Measure {
        buildings: 0,
        establishments: 0,
        wall_s: start.elapsed().as_secs_f64(),
        cpu_s: before.1,
        peak_mib: stages.last().and_then(|stage| stage.peak_mib),
        stages: joined(stages),
        limits: Vec::new(),
    })
}

/// The profile of the sample, on a lake of this folder.
fn write_profile(global: &Global, folder: &Path, profile: &Path) -> io::Result<()> {
    let folder = fs::canonicalize(folder)?;
    let text = fs::read_to_string(global.root.join("config/sample.yaml"))?;
    let lines = text.lines().map(|line| match line.split_once(": ./") {
        Some((place @ ("lake" | "archive" | "restricted"), _)) => {
            format!("{place}: {}\n", folder.join(place).display())
        }
        _ => format!("{line}\n"),
    });
    fs::write(profile, lines.collect::<String>())
}

/// The stage that a line of the log ends; none for other lines.
fn stage(line: &str) -> Option<String> {
    let event: Value = serde_json::from_str(line).ok()?;
    let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
    match event["message"].as_str()? {
        "source read" => Some(format!("extract {}", text("source"))),
        "step computed" => Some(format!("step {}", text("step"))),
        "table checked" => Some(format!("write {}", text("table"))),
        "table committed" => Some("commit".to_owned()),
        "release published" => Some("publish".to_owned()),
        _ => None,
    }
}

/// Stages of one name as one, in the order of the first.
fn joined(stages: Vec<Stage>) -> Vec<Stage> {
    let mut joined: Vec<Stage> = Vec::new();
    for stage in stages {
        match joined.iter_mut().find(|known| known.stage == stage.stage) {
            Some(known) => {
                known.wall_s += stage.wall_s;
                known.cpu_s = known.cpu_s.zip(stage.cpu_s).map(|(a, b)| a + b);
                known.peak_mib = stage.peak_mib;
            }
            None => joined.push(stage),
        }
    }
    joined
}

/// Seconds that a process has spent on processors.
fn cpu(process: u32) -> Option<f64> {
    /// Ticks of the kernel in a second, as `/proc` counts them on all usual machines.
    const TICKS: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in brackets, may hold blanks.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

/// The most memory that a process has held, in MiB.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

/// What this machine takes to read the export, to inflate it, and to press the same bytes by zstd: no job can take less than the
/// first two.
fn limits(export: &Path) -> io::Result<Vec<Stage>> {
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

/// Stages below this share of the whole are told together.
const SMALL: f64 = 0.01;

fn text(measures: &[Measure]) -> String {
    let mut titles = vec![("stage".to_owned(), Align::Left)];
    for measure in measures {
        let size = measure.buildings;
        titles.push((format!("{size}: wall s"), Align::Right));
        titles.push(("CPU s".to_owned(), Align::Right));
        titles.push(("peak MiB".to_owned(), Align::Right));
    }
    if let [_, _] = measures {
        titles.push(("CPU growth".to_owned(), Align::Right));
    }
    let mut table = Table::new(titles);
    let Some(largest) = measures.last() else {
        return String::new();
    };
    let whole = largest.wall_s;
    let (large, small): (Vec<&Stage>, Vec<&Stage>) = largest
        .stages
        .iter()
        .partition(|stage| stage.wall_s >= SMALL * whole);
    for stage in &large {
        table.row(line(measures, &stage.stage, |measure| {
            let found = measure
                .stages
                .iter()
                .find(|found| found.stage == stage.stage);
            found.cloned().into_iter().collect()
        }));
    }
    let names: Vec<&str> = small.iter().map(|stage| stage.stage.as_str()).collect();
    table.row(line(measures, "the others", |measure| {
        let others = measure.stages.iter();
        others
            .filter(|stage| names.contains(&stage.stage.as_str()))
            .cloned()
            .collect()
    }));
    table.row(line(measures, "all", |measure| {
        vec![Stage {
            stage: String::new(),
            wall_s: measure.wall_s,
            cpu_s: measure.cpu_s,
            peak_mib: measure.peak_mib,
        }]
    }));
    let mut text = table.render();
    let mut limits = Table::new([
        ("limits of this machine, largest size", Align::Left),
        ("wall s", Align::Right),
        ("CPU s", Align::Right),
    ]);
    for limit in &largest.limits {
        limits.row([
            limit.stage.clone(),
            seconds(Some(limit.wall_s)),
            seconds(limit.cpu_s),
        ]);
    }
    text.push('\n');
    text.push_str(&limits.render());
    text
}

/// A line of the table: some stages of each measure, summed.
fn line(measures: &[Measure], name: &str, stages: impl Fn(&Measure) -> Vec<Stage>) -> Vec<String> {
    let mut cells = vec![name.to_owned()];
    let mut spent = Vec::new();
    for measure in measures {
        let stages = stages(measure);
        let cpu: Option<f64> = stages.iter().map(|stage| stage.cpu_s).sum();
        cells.push(seconds(Some(stages.iter().map(|stage| stage.wall_s).sum())));
        cells.push(seconds(cpu));
        let peak = stages.iter().filter_map(|stage| stage.peak_mib).max();
        cells.push(peak.map_or_else(|| "-".to_owned(), |peak| peak.to_string()));
        spent.push(cpu);
    }
    if let [Some(before), Some(after)] = spent[..] {
        let growth = after / before;
        let known = growth.is_finite();
        cells.push(if known {
            format!("{growth:.1}")
        } else {
            "-".to_owned()
        });
    }
    cells
}

fn seconds(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.1}"))
}

/// A number of buildings, and of establishments among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    buildings: u64,
    establishments: u32,
}

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (buildings, establishments) = text
            .split_once('/')
            .ok_or("write BUILDINGS/ESTABLISHMENTS, as 480000/700")?;
        let wrong = |error: std::num::ParseIntError| error.to_string();
        Ok(Self {
            buildings: buildings.parse().map_err(wrong)?,
            establishments: establishments.parse().map_err(wrong)?,
        })
    }
}

/// Where data and lakes go when nothing is said.
pub(crate) fn default_folder() -> PathBuf {
    PathBuf::from("target/bench")
}
