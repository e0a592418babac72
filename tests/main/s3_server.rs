//! A real S3 server on loopback (`tests/readers/s3_server.py`), started by the tests that need one. It ends with the
//! process that started it. The tests of the lake use this file too.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::NamedTempFile;

/// The server. One for all tests of a binary: each has a prefix of its own in the bucket.
pub(crate) struct S3Server {
    /// Holds its standard input, by which it knows that we live.
    _process: Child,
    log: NamedTempFile,
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) bucket: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

/// The server, or a loud skip where `EDULAC_PYTHON` names no interpreter with the packages of
/// `.github/files/readers.txt`.
#[allow(
    clippy::print_stderr,
    reason = "a skipped test must be seen; one of the two crates that have this file allows it anyway"
)]
pub(crate) fn s3_server() -> Option<&'static S3Server> {
    static SERVER: OnceLock<Option<S3Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| std::env::var_os("EDULAC_PYTHON").map(S3Server::start));
    if server.is_none() {
        eprintln!("SKIPPED: EDULAC_PYTHON is not set; nothing is written to S3 here");
    }
    server.as_ref()
}

impl S3Server {
    fn start(python: impl AsRef<std::ffi::OsStr>) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("tests/readers/s3_server.py"))
            .find(|script| script.exists())
            .unwrap();
        let log = NamedTempFile::new().unwrap();
        let mut process = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("{}", fs::read_to_string(log.path()).unwrap()));
        let said = |key: &str| ready[key].as_str().unwrap().to_owned();
        Self {
            _process: process,
            log,
            endpoint: said("endpoint"),
            region: said("region"),
            bucket: said("bucket"),
            access_key_id: said("access_key_id"),
            secret_access_key: said("secret_access_key"),
        }
    }

    /// Its log so far, one line per request.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log.path()).unwrap()
    }
}
