//! Measures for people.

use super::{Measure, Stage};
use crate::table::{Align, Table};

/// Stages below this share of the whole are told together.
const SMALL: f64 = 0.01;

pub(super) fn told(measures: &[Measure]) -> String {
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
