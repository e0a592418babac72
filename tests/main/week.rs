//! A week in the life of a lake: seven scheduled days, five incidents. Its log is a page of the documentation, written
//! again by `EDULAC_BLESS=1 cargo test`.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use regex::Regex;

use crate::edulac::{Ended, edulac_with};
use crate::project::{Project, repository};
use crate::replay::{Fault, Replay};
use crate::source::{DIRECTORY, Dataset};

/// What the island publishes, and what becomes of it.
struct Week {
    project: Project,
    server: Replay,
    now: String,
    log: String,
}

const COUNTS: &str = "fr-en-ecoles-effectifs-nb_classes";
const MOVEMENTS: &str =
    "config/sample/edition-1/www.insee.fr/fr/statistiques/fichier/7766585/v_mvt_commune_2024.csv";

impl Week {
    fn new() -> Self {
        let project = Project::whole();
        project.keep_pipelines(&["territoires", "cog", "etablissements", "effectifs"]);
        let server = Replay::start(&project.path("config/sample/edition-1"));
        Self {
            project,
            server,
            now: String::new(),
            log: String::new(),
        }
    }

    /// A day begins: its name, the hour in UTC, what happens.
    fn day(&mut self, title: &str, now: &str, text: &str) {
        now.clone_into(&mut self.now);
        let _ = write!(self.log, "\n## {title}\n\n{text}\n");
    }

    fn tell(&mut self, text: &str) {
        let _ = write!(self.log, "\n{text}\n");
    }

    /// Runs a command at the hour of the day, and keeps what it prints.
    #[track_caller]
    fn run(&mut self, code: i32, arguments: &[&str]) -> Ended {
        let server = format!("sample={}", self.server.address());
        let file = "academies_reference=config/sample/edition-1/references/academies.csv";
        let all = [arguments, &["--set", &server, "--set", file]].concat();
        let patience = ("EDULAC_IDLE_TIMEOUT_S", "1");
        let ended = edulac_with(
            &self.project.path("."),
            &[("EDULAC_NOW", &self.now), patience],
            &all,
        );
        let ended = ended.with_code(code);
        let typed = arguments.iter().map(|word| match word.contains(' ') {
            true => format!("\"{word}\""),
            false => (*word).to_owned(),
        });
        let typed: Vec<String> = typed.collect();
        let _ = write!(
            self.log,
            "\n```\n$ edulac {}\n{}",
            typed.join(" "),
            ended.stdout
        );
        self.log += &ended.stderr;
        if code != 0 {
            let _ = writeln!(self.log, "(exit {code})");
        }
        self.log += "```\n";
        ended
    }

    /// The page: without what is of the day on which it is written.
    fn page(self) -> String {
        let mut page =
            format!("{HEAD}{}", self.log).replace(&self.server.address(), "http://serveur");
        for (from, to) in [
            (r"(\d{8}T\d{6}Z)-[0-9a-f]{8}", "$1"),
            (r" --set sample=\S+ --set academies_reference=\S+", ""),
            (r"20\d\d-\d\d-\d\d \((today|1 day|\d+ days)\)", "…"),
            (r"published at 20\S+ \S+", "published"),
            // A source that tells no date of its own has that of its file.
            (r"INSEE \(20\d\d-\d\d-\d\d\)", "INSEE (…)"),
        ] {
            page = Regex::new(from)
                .unwrap()
                .replace_all(&page, to)
                .into_owned();
        }
        page
    }
}

const HEAD: &str = "# A week in the life

The island's sources behind a server, `edulac run --due` every morning, and what goes wrong in a year all in one week. This
page is the log of a test (`tests/main/week.rs`), which holds it to what the program does.
";

/// The page of the documentation.
fn path() -> PathBuf {
    repository().join(".github/files/week.md")
}

#[test]
fn seven_days_five_incidents_and_nothing_wrong_is_published() {
    let mut week = Week::new();
    week.day(
        "Monday",
        "2025-11-10T06:00:00Z",
        "The first run: everything is due.",
    );
    week.run(0, &["run", "--due"]);

    week.day(
        "Tuesday: a source is down",
        "2025-11-11T06:00:00Z",
        "The portal answers for every dataset but the directory, whose connection breaks. What is made from it keeps its\nlast version.",
    );
    week.server.inject(DIRECTORY, Fault::HangsUp);
    week.run(3, &["run", "--due"]);
    week.server.heal();
    week.tell("Half an hour later the scheduler tries again: only what is missing is asked for.");
    week.now = "2025-11-11T06:30:00Z".to_owned();
    week.run(0, &["run", "--due", "--since-failure"]);

    week.day(
        "Wednesday: a column has another name",
        "2025-11-12T06:00:00Z",
        "The directory calls `precision_localisation` otherwise. The tables that read it are held, with the line to change.",
    );
    Dataset::of(&week.project, DIRECTORY).change(|records| {
        let column = records.column("precision_localisation");
        records.0[0][column] = "precision_de_la_localisation".to_owned();
    });
    week.run(5, &["run", "--due"]);
    week.tell("The owner declares the new name in `pipelines/etablissements.yaml` and runs again.");
    week.project.edit(
        "pipelines/etablissements.yaml",
        "      multi_uai: [etablissement_multi_lignes]\n",
        "      multi_uai: [etablissement_multi_lignes]\n      precision_localisation: [precision_de_la_localisation]\n",
    );
    week.run(0, &["run", "etablissements"]);

    week.day(
        "Thursday: half a file",
        "2025-11-13T06:00:00Z",
        "Somebody publishes the counts of pupils of half of the schools. The file is whole as far as HTTP can tell, and its\nmetadata agree with it; the table keeps its last version.",
    );
    let whole = fs::read(
        week.project
            .path(&Dataset::of(&week.project, COUNTS).body()),
    )
    .unwrap();
    Dataset::of(&week.project, COUNTS).change(|records| {
        let half = records.0.len() / 2;
        records.0.truncate(half);
    });
    week.run(5, &["run", "effectifs"]);
    week.tell("At noon the file is put right.");
    week.now = "2025-11-13T12:00:00Z".to_owned();
    week.project
        .write(&Dataset::of(&week.project, COUNTS).body(), whole);
    Dataset::of(&week.project, COUNTS).change(|_| {});
    week.run(0, &["run", "effectifs"]);

    week.day(
        "Friday: two communes merge",
        "2025-11-14T06:00:00Z",
        "INSEE publishes the movements of the year: 99011 goes into 99012. `watch` says so before anything is fetched.",
    );
    let mut movements = week.project.read(MOVEMENTS);
    movements += "32,2024-01-01,COM,99012,0,DOUZE,Douze,Douze,COM,99012,0,DOUZE,Douze,Douze\r\n";
    movements += "32,2024-01-01,COM,99011,0,ONZE,Onze,Onze,COM,99012,0,DOUZE,Douze,Douze\r\n";
    week.project.write(MOVEMENTS, movements);
    week.run(0, &["watch", "cog"]);
    week.run(0, &["run", "cog"]);
    let query =
        "select ancien, nouveau, date_effet, nature from passages_communes where ancien = '99011'";
    let told = week.run(0, &["query", query]);
    assert!(told.stdout.contains("99012"), "{}", told.picture());

    week.day(
        "Saturday: a bad release",
        "2025-11-15T06:00:00Z",
        "Every rule holds and every guard is quiet: the names of the schools have been exchanged upstream.",
    );
    let good = fs::read(
        week.project
            .path(&Dataset::of(&week.project, DIRECTORY).body()),
    )
    .unwrap();
    Dataset::of(&week.project, DIRECTORY).change(|records| {
        let name = records.column("nom_etablissement");
        let names: Vec<String> = records.0[1..]
            .iter()
            .map(|record| record[name].clone())
            .collect();
        for (record, other) in records.0[1..].iter_mut().zip(names.into_iter().rev()) {
            record[name] = other;
        }
    });
    week.run(0, &["run", "--due"]);
    let bad = week.project.lake().releases().pop().unwrap();

    week.day(
        "Sunday: it is withdrawn",
        "2025-11-16T06:00:00Z",
        "A reader has seen it. The release is taken back, visibly, and the morning's run does not publish the same again.",
    );
    week.run(
        0,
        &[
            "release",
            "withdraw",
            &bad,
            "--reason",
            "noms échangés à la source",
        ],
    );
    week.run(5, &["run", "--due"]);
    week.tell("The directory is put right at noon.");
    week.now = "2025-11-16T12:00:00Z".to_owned();
    week.project
        .write(&Dataset::of(&week.project, DIRECTORY).body(), good);
    Dataset::of(&week.project, DIRECTORY).change(|_| {});
    week.run(0, &["run", "etablissements"]);
    week.run(0, &["release", "list"]);

    let latest = week.project.lake().releases().pop().unwrap();
    week.project.lake().assert_whole(&latest);
    let page = week.page();
    if std::env::var_os("EDULAC_BLESS").is_some() {
        fs::write(path(), &page).unwrap();
    }
    let known = fs::read_to_string(path()).unwrap_or_default();
    assert!(
        known == page,
        "`.github/files/week.md` is not what happens any more: read it, then EDULAC_BLESS=1\n{page}"
    );
}
