//! `edulac bench`: the whole job on generated buildings, stage by stage, beside the raw limits of the machine.
//!
//! The job runs in a process of its own, through this very program; its log says when a stage ends, and the kernel what it has
//! spent by then. Without `/proc` (elsewhere than on Linux) only times on the clock are told.

mod limits;
mod spent;
mod text;

use std::fs;
use std::io::{self, BufRead, BufReader};
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
use spent::{cpu, peak};

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
        measure.limits = limits::of(&sample.join(EXPORT)).map_err(Error::Bench)?;
        measures.push(measure);
    }
    match printer.format() {
        Format::Json => printer.json(&measures)?,
        Format::Text | Format::Csv => printer.result(&text::told(&measures))?,
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
