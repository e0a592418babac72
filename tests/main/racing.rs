//! Two writers at once, time after time: one of them publishes, the other says so, and nothing is lost.

use std::thread;

use crate::edulac::Ended;
use crate::project::Project;
use crate::run::{picture, released};
use crate::s3::{below, edulac_on_s3, key, write_profile};
use crate::s3_server::s3_server;
use crate::stage::{SCHOOLS, Stage, row};

/// How often they meet.
const TIMES: u32 = 20;

/// Two projects of the same lake, each with sources of its own.
struct Writers<'a> {
    stages: [Stage; 2],
    /// Runs a command in a project.
    run: &'a (dyn Fn(&Project, &[&str]) -> Ended + Sync),
}

impl Writers<'_> {
    fn stages() -> [Stage; 2] {
        [Stage::new(), Stage::new()]
    }

    /// Both publish, each another number of pupils, at the same moment.
    fn meet(&self, time: u32) -> [Ended; 2] {
        for (place, stage) in (0..).zip(&self.stages) {
            let rows = SCHOOLS.map(|(uai, nom, _)| row((uai, nom, 10 * time + place)));
            stage.publish(1 + time, "nombre_d_eleves", &rows);
        }
        thread::scope(|scope| {
            let runs = self
                .stages
                .each_ref()
                .map(|stage| scope.spawn(move || (self.run)(&stage.project, &["run", "ecoles"])));
            runs.map(|run| run.join().unwrap())
        })
    }

    /// What releases name is there, byte for byte: of the last one, or of all.
    fn assert_whole(&self, all: &[&str]) {
        let verify = [&["release", "verify"], all].concat();
        (self.run)(&self.stages[0].project, &verify).with_code(0);
    }

    /// Gives what a loser was told.
    fn race(&self) -> Option<Ended> {
        let mut told = None;
        let mut lost = 0;
        for time in 1..=TIMES {
            let ended = self.meet(time);
            let mut codes = ended.each_ref().map(|ended| ended.code);
            codes.sort_unstable();
            // Where the second starts after the first has ended there is no race.
            assert!(matches!(codes, [0, 4] | [0, 0]), "{ended:?}");
            self.assert_whole(&[]);
            for (ended, stage) in ended.into_iter().zip(&self.stages) {
                if ended.code == 0 {
                    continue;
                }
                lost += 1;
                // What it was told to do: its pupils were not in the lake, and now are.
                let again = ["run", "ecoles", "--format", "json"];
                released(&(self.run)(&stage.project, &again).with_code(0).json());
                self.assert_whole(&[]);
                told = Some(ended);
            }
        }
        self.assert_whole(&["--all"]);
        let list = ["release", "list", "--format", "json"];
        let releases = (self.run)(&self.stages[0].project, &list).json();
        // Each run published once in the end, whoever came first.
        assert_eq!(releases.as_array().unwrap().len() as u32, 2 * TIMES);
        assert!(lost > TIMES / 4, "they hardly met: {lost} of {TIMES}");
        told
    }
}

#[test]
fn of_two_writers_on_a_folder_one_publishes_each_time() {
    let stages = Writers::stages();
    let lake = tempfile::tempdir().unwrap();
    for stage in &stages {
        let place = format!("lake: {}", lake.path().join("lake").display());
        stage
            .project
            .edit("config/sample.yaml", "lake: ./lake", &place);
    }
    let run = |project: &Project, arguments: &[&str]| project.edulac(arguments);
    let told = Writers { stages, run: &run }.race();
    picture("racing_on_a_folder", &told.unwrap().picture());
}

#[test]
fn of_two_writers_on_s3_one_publishes_each_time() {
    let Some(server) = s3_server() else { return };
    let stages = Writers::stages();
    let (lake, key) = (below(server, "racing/lake"), key(server));
    for stage in &stages {
        write_profile(&stage.project, server, &server.endpoint, &lake);
    }
    let run = |project: &Project, arguments: &[&str]| edulac_on_s3(project, &key, arguments);
    let told = Writers { stages, run: &run }.race();
    // By the table or by the release, as they met.
    let told = told.unwrap();
    assert!(
        told.stderr.contains("someone else") || told.stderr.contains("another run"),
        "{}",
        told.picture()
    );
}
