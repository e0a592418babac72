//! What can happen at a source, played by a server of our own: what is printed, the exit code, and the lake.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::edulac::edulac_with;
use crate::project::Project;
use crate::replay::{Answer, Fault, Replay};
use crate::run::{released, table};
use crate::source::gzip;
use crate::stage::{EXPORT, FILE, METADATA, SCHOOLS, Stage, row};

fn json(status: u16, body: &str) -> Fault {
    Fault::Answers(Answer::new(status, body).with("content-type", "application/json"))
}

fn pupils(schools: &[(&str, &str, u32)]) -> Vec<(String, i64)> {
    let of = |school: &(&str, &str, u32)| (school.0.to_owned(), i64::from(school.2));
    schools.iter().map(of).collect()
}

/// The paths that were asked for, with how they were answered.
fn asked(stage: &Stage) -> Vec<(String, u16)> {
    let asked = stage.server.asked().into_iter();
    asked
        .map(|asked| {
            let path = asked.path.split('?').next().unwrap_or_default();
            (
                path.rsplit('/').next().unwrap_or_default().to_owned(),
                asked.status,
            )
        })
        .collect()
}

fn of(path: &str, status: u16) -> (String, u16) {
    (path.to_owned(), status)
}

#[test]
fn unchanged_sources_are_asked_for_news_only() {
    let stage = Stage::played_once();
    let before = stage.project.lake().listing();
    stage.show("unchanged", &stage.run("ecoles").with_code(0));
    assert_eq!(
        asked(&stage),
        [of("ecoles", 200)],
        "the metadata spare the export"
    );
    stage.show("unchanged_file", &stage.run("reseaux").with_code(0));
    assert_eq!(
        asked(&stage),
        [of("reseaux.csv", 304)],
        "the validators spare the body"
    );
    assert_eq!(stage.project.lake().listing(), before);
}

#[test]
fn shuffled_rows_are_unchanged() {
    let stage = Stage::played_once();
    let before = stage.project.lake().listing();
    let mut rows = SCHOOLS.map(row);
    rows.reverse();
    stage.publish(2, "nombre_d_eleves", &rows);
    stage.show("shuffled", &stage.run("ecoles").with_code(0));
    assert_eq!(asked(&stage), [of("ecoles", 200), of("csv", 200)]);
    assert_eq!(stage.project.lake().listing(), before);
}

#[test]
fn a_new_vintage_is_published() {
    let stage = Stage::played_once();
    let mut schools = SCHOOLS.to_vec();
    schools[0].2 = 131;
    schools.push(("0990006U", "École du Large", 64));
    let rows: Vec<_> = schools.iter().copied().map(row).collect();
    stage.publish(2, "nombre_d_eleves", &rows);
    stage.show("new_vintage", &stage.run("ecoles").with_code(0));
    assert_eq!(stage.pupils(), pupils(&schools));
    assert_eq!(stage.project.lake().releases().len(), 2);
}

#[test]
fn a_declared_rename_is_applied_and_an_undeclared_one_named() {
    let stage = Stage::played_once();
    let before = stage.project.lake().listing();
    stage.publish(2, "nb_eleves", &SCHOOLS.map(row));
    stage.show("declared_rename", &stage.run("ecoles").with_code(0));
    assert_eq!(stage.project.lake().listing(), before);

    stage.publish(3, "effectif", &SCHOOLS.map(row));
    let ended = stage.run("ecoles").with_code(5);
    stage.show("renamed_column", &ended);
    assert_eq!(
        stage.project.lake().listing(),
        before,
        "the lake is untouched"
    );
    stage.publish(4, "nombre_d_eleves", &SCHOOLS.map(row));
    stage.run("ecoles").with_code(0);
}

#[test]
fn a_quota_used_up_until_a_date_stops_the_run_with_the_date() {
    let stage = Stage::played_once();
    stage.publish(2, "nombre_d_eleves", &SCHOOLS.map(row));
    let body = r#"{"errorcode": 10002, "reset_time": "2999-01-01T00:00:00Z", "limit_time_unit": "day", "call_limit": 10000, "error": "Too many requests on the domain. Please contact the domain administrator."}"#;
    stage.fails("quota_of_the_domain", "ecoles", 3, EXPORT, json(429, body));
    let body = r#"{"errorcode": 10005, "reset_time": "2999-01-01T00:00:00Z", "limit_time_unit": "day", "call_limit": 1000, "error": "Too many requests for anonymous users."}"#;
    stage.fails(
        "quota_of_anonymous_users",
        "ecoles",
        3,
        METADATA,
        json(429, body),
    );
    // Not in the body but in a header, as a date (data.education.gouv.fr) and as an epoch (its documentation).
    for (play, reset) in [
        ("date", "2999-01-01 00:00:00+00:00"),
        ("epoch", "32472144000"),
    ] {
        let answer = Answer::new(429, "")
            .with("x-ratelimit-reset", reset)
            .with("x-ratelimit-limit", "5000");
        let play = format!("quota_reset_as_{play}");
        stage.fails(&play, "ecoles", 3, METADATA, Fault::Answers(answer));
    }
}

#[test]
fn a_quota_that_opens_soon_is_waited_for() {
    let stage = Stage::new();
    let closed = Answer::new(429, "")
        .with("ratelimit-limit", "20")
        .with("ratelimit-reset", "1");
    stage
        .server
        .inject_times(1, METADATA, Fault::Answers(closed));
    let record = stage.project.run(0, &["ecoles"]);
    released(&record);
    assert_eq!(
        asked(&stage),
        [of("ecoles", 429), of("ecoles", 200), of("csv", 200)]
    );
    assert_eq!(stage.pupils(), pupils(&SCHOOLS));
}

#[test]
fn a_refusal_says_what_the_server_says() {
    let stage = Stage::played_once();
    let body = r#"{"message": "This API requires authentication", "error_code": "Unauthorized"}"#;
    stage.fails("unauthorised", "ecoles", 2, METADATA, json(401, body));
    stage.publish(2, "nombre_d_eleves", &SCHOOLS.map(row));
    let body = r#"{"message": "ODSQL query is malformed: Unknown field: nom. Clause(s) containing the error(s): select.", "error_code": "ODSQLError"}"#;
    stage.fails("bad_request", "ecoles", 2, EXPORT, json(400, body));
    let page = "<!doctype html>\n<html lang=fr><head><title>Page introuvable</title></head><body><p>404</p></body></html>";
    let gone = Answer::new(404, page).with("content-type", "text/html");
    stage.fails(
        "html_404",
        "ecoles",
        2,
        METADATA,
        Fault::Answers(gone.clone()),
    );
    stage.fails("html_404_file", "reseaux", 2, FILE, Fault::Answers(gone));
}

#[test]
fn an_error_inside_a_200_is_no_data() {
    let stage = Stage::played_once();
    stage.publish(2, "nombre_d_eleves", &SCHOOLS.map(row));
    let interrupted = Fault::Sends(|mut body| {
        body.truncate(body.len() / 2);
        body.extend_from_slice(b"\nStreaming interrupted due to the following error: Invalid value for sum of offset + limit API parameter: 10001 was found but <= 10000 is expected. (error_code: InvalidRESTParameterError)");
        body
    });
    stage.fails("error_inside_a_200", "ecoles", 3, EXPORT, interrupted);
    stage.publish(3, "nombre_d_eleves", &SCHOOLS.map(row));
    let body =
        r#"{"errorcode": 10002, "error": "Too many requests on the domain.", "call_limit": 10000}"#;
    stage.fails("json_error_as_a_200", "ecoles", 3, EXPORT, json(200, body));
    let page = Answer::new(
        200,
        "<!doctype html><html><head><title>Connexion</title></head></html>",
    );
    stage.fails(
        "web_page_as_a_200",
        "reseaux",
        3,
        FILE,
        Fault::Answers(page),
    );
}

#[test]
fn a_truncated_export_is_no_data_and_a_halved_file_is_held() {
    let stage = Stage::played_once();
    stage.publish(2, "nombre_d_eleves", &SCHOOLS.map(row));
    let half: fn(Vec<u8>) -> Vec<u8> = |body| {
        let text = String::from_utf8(body).unwrap();
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        lines[..lines.len().div_ceil(2)].concat().into_bytes()
    };
    stage.fails("truncated_export", "ecoles", 3, EXPORT, Fault::Sends(half));
    // Nothing announces how many records the file has: the guard of the table sees it.
    stage.fails("halved_file", "reseaux", 5, FILE, Fault::Sends(half));
}

#[test]
fn a_drip_is_given_up() {
    let stage = Stage::new();
    stage
        .server
        .inject(FILE, Fault::Drips(Duration::from_millis(100)));
    let ended = stage.run("reseaux").with_code(3);
    stage.show("slow_drip", &ended);
    assert!(stage.project.lake().releases().is_empty());
    let asked = stage.server.asked();
    assert_eq!(asked.len(), 5);
    assert!(
        asked[1].header("range").is_some(),
        "it goes on where it was given up"
    );
    stage.server.heal();
    stage.run("reseaux").with_code(0);
}

#[test]
fn a_connection_broken_at_half_is_taken_up_again() {
    let stage = Stage::new();
    stage.server.inject_times(1, FILE, Fault::BreaksAtHalf);
    stage.show("broken_at_half", &stage.run("reseaux").with_code(0));
    assert_eq!(
        asked(&stage),
        [of("reseaux.csv", 200), of("reseaux.csv", 206)]
    );
    // An export has no validator: it comes again from its beginning.
    stage.server.inject_times(1, EXPORT, Fault::BreaksAtHalf);
    let record = stage.project.run(0, &["ecoles"]);
    assert_eq!(table(&record, "ecoles")["status"], "published");
    assert_eq!(
        asked(&stage),
        [of("ecoles", 200), of("csv", 200), of("csv", 200)]
    );
    assert_eq!(stage.pupils(), pupils(&SCHOOLS));
}

#[test]
fn a_server_that_is_down_stops_the_run_after_five_attempts() {
    let stage = Stage::played_once();
    let failing = Answer::new(503, "<html><head><title>Maintenance</title></head></html>");
    stage.fails("server_down", "reseaux", 3, FILE, Fault::Answers(failing));
    stage.fails("connection_closed", "ecoles", 3, METADATA, Fault::HangsUp);
}

#[test]
fn a_redirection_that_goes_round_is_not_followed_for_ever() {
    let stage = Stage::played_once();
    let round = Answer::new(302, "").with(
        "location",
        "/fichiers.example.fr/reseaux.csv?cle=Zq9hunter2",
    );
    stage.fails("redirect_loop", "reseaux", 3, FILE, Fault::Answers(round));
}

#[test]
fn an_archive_that_grows_beyond_reason_is_refused() {
    let stage = Stage::played_once();
    // 300 MiB of blank lines, packed twice, in some thousand bytes.
    let mut inside = b"uai;nom;reseau\n".to_vec();
    inside.resize(300 << 20, b'\n');
    let bomb = Answer::new(200, gzip(&gzip(&inside)));
    stage.fails("zip_bomb", "reseaux", 1, FILE, Fault::Answers(bomb));
}

#[test]
fn the_names_in_an_archive_lead_nowhere() {
    let stage = Stage::new();
    let folder = stage.project.path(".");
    let outside = folder.parent().unwrap().join("dehors.csv");
    let body = b"uai;nom;reseau\n0990001N;\xc3\x89cole du Port;REP\n";
    let archive = |name: &str| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(body).unwrap();
        zip.finish().unwrap().into_inner()
    };
    for name in [
        "../../../dehors.csv",
        "/dehors.csv",
        outside.to_str().unwrap(),
    ] {
        let answer = Answer::new(200, archive(name));
        stage.server.heal();
        stage.server.inject(FILE, Fault::Answers(answer));
        stage.run("reseaux").with_code(0);
        assert!(!outside.exists(), "{name}");
        assert!(!Path::new("/dehors.csv").exists(), "{name}");
    }
    let rows = stage.project.query("select uai from reseaux", None);
    assert_eq!(rows.len(), 1, "its content is read all the same");
    assert_eq!(rows[0]["uai"], SCHOOLS[0].0);
}

/// The texts of all files of a folder.
fn texts(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}

#[test]
fn a_key_goes_to_its_host_in_a_header_and_is_nowhere_else() {
    let stage = Stage::new();
    let keyed = "export: csv\n    api_key: env:CLE_DU_PORTAIL\n";
    stage
        .project
        .edit("pipelines/ecoles.yaml", "export: csv\n", keyed);
    // The export is on another host, to which the key does not go.
    let address = stage.server.address().replace("127.0.0.1", "localhost");
    let elsewhere = format!("{address}/fichiers.example.fr/reseaux.csv");
    let moved = Answer::new(302, "").with("location", elsewhere.as_str());
    stage.server.inject(EXPORT, Fault::Answers(moved));
    let run = || {
        let key = [("CLE_DU_PORTAIL", "Zq9hunter2")];
        let folder = stage.project.path(".");
        edulac_with(&folder, &key, &["run", "ecoles", "-vv"])
    };
    let mut printed = run().picture();
    let asked = stage.server.asked();
    let keys: Vec<_> = asked
        .iter()
        .map(|asked| asked.header("authorization"))
        .collect();
    let key = Some("apikey zq9hunter2");
    assert_eq!(keys, [key, key, None], "{asked:?}");
    stage.server.heal();
    stage.publish(2, "nombre_d_eleves", &SCHOOLS.map(row));
    // A server that repeats it.
    let echo = r#"{"message": "unknown key Zq9hunter2", "error_code": "Unauthorized"}"#;
    stage.server.inject_times(1, METADATA, json(401, echo));
    printed += &run().with_code(2).picture();
    printed += &run().with_code(0).picture();
    assert!(!printed.contains("hunter2"), "{printed}");
    let mut found = Vec::new();
    texts(&stage.project.path("."), &mut found);
    let holds = found.iter().filter(|(_, text)| text.contains("hunter2"));
    assert_eq!(holds.count(), 0);
    assert!(found.len() > 20);
}

/// Every kind of source: datasets, files behind addresses, the register of buildings and its diff.
const KINDS: [&str; 5] = [
    "territoires",
    "etablissements",
    "rnb_evenements",
    "bdtopo",
    "ban",
];

#[test]
fn the_sample_behind_a_server_is_the_sample_in_its_folders() {
    let (here, there) = (Project::whole(), Project::whole());
    let server = Replay::start(&there.path("config/sample/edition-1"));
    for edition in ["1", "2"] {
        let folder = format!("config/sample/edition-{edition}");
        server.serve(&there.path(&folder));
        let address = format!("sample={}", server.address());
        // What is not behind an address stays a file.
        let file = format!("academies_reference={folder}/references/academies.csv");
        let behind = ["--set", &address, "--set", &file];
        let in_folders = format!("edition={edition}");
        let one = released(&here.run(0, &[&KINDS[..], &["--set", &in_folders]].concat()));
        let other = released(&there.run(0, &[&KINDS[..], &behind].concat()));
        assert_eq!(
            here.lake().files(&one),
            there.lake().files(&other),
            "{edition}"
        );
    }
}
