//! Connectors against servers on loopback, and against the sample that stands in for servers.

mod broken;
mod file;
mod http;
mod opendatasoft;
mod refusals;
mod rnb;
mod rnb_diff;
mod sample;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use edulac_spec::pipeline::SourceKind;
use futures::FutureExt;
use indexmap::IndexMap;
use serde_json::Value;
use wiremock::matchers::{method, path};
use wiremock::{Match, Mock, MockServer, ResponseTemplate};

use super::{Content, Fetch, FetchedPart, Net};
use crate::change_hash::ChangeHash;
use crate::error::Error;
use crate::progress::{Event, Progress};
use crate::receipt::{ExtractId, PartReceipt, Reading, Receipt, RecordCounts};
use crate::settings::Limits;

/// The time of all tests, half a minute before the day ends.
const NOW: &str = "2026-11-23T23:59:30Z";

/// A project with its network, of which the waits are written down and not waited.
struct Bench {
    net: Net,
    root: tempfile::TempDir,
    staging: tempfile::TempDir,
    waits: Arc<Mutex<Vec<Duration>>>,
    events: Arc<Events>,
}

#[derive(Default)]
struct Events(Mutex<Vec<Event>>);

impl Progress for Events {
    fn event(&self, _source: &str, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Bench {
    /// With these stand-ins, and paths relative to a folder of its own.
    fn new(endpoints: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().to_owned();
        Self::in_root(root, &path, endpoints, false)
    }

    fn in_root(
        root: tempfile::TempDir,
        path: &Path,
        endpoints: &[(&str, &str)],
        frozen: bool,
    ) -> Self {
        let endpoints: IndexMap<_, _> = endpoints
            .iter()
            .map(|(start, target)| ((*start).to_owned(), (*target).to_owned()))
            .collect();
        let now: DateTime<Utc> = NOW.parse().unwrap();
        let waits = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&waits);
        let events = Arc::new(Events::default());
        let net = Net::new(
            path,
            &endpoints,
            frozen,
            Limits {
                max_body_bytes: 1 << 20,
                ..Limits::default()
            },
            Arc::new(move || now),
            events.clone(),
        );
        let net = net.unwrap().with_sleeper(Arc::new(move |wait| {
            heard.lock().unwrap().push(wait);
            async {}.boxed()
        }));
        Self {
            net,
            root,
            staging: tempfile::tempdir().unwrap(),
            waits,
            events,
        }
    }

    async fn parts(
        &self,
        kind: &SourceKind,
        previous: Option<&Receipt>,
    ) -> Result<Vec<FetchedPart>, Error> {
        let fetch = Fetch {
            source: "exemple.source",
            kind,
            previous,
            staging: self.staging.path(),
        };
        Box::pin(fetch.run(&self.net)).await
    }

    /// The only part.
    async fn part(
        &self,
        kind: &SourceKind,
        previous: Option<&Receipt>,
    ) -> Result<FetchedPart, Error> {
        let mut parts = self.parts(kind, previous).await?;
        assert_eq!(parts.len(), 1);
        Ok(parts.remove(0))
    }

    async fn error(&self, kind: &SourceKind) -> String {
        self.parts(kind, None).await.unwrap_err().to_string()
    }

    /// The main file of a part that has new files.
    fn body(&self, part: &FetchedPart) -> Vec<u8> {
        std::fs::read(self.body_path(part)).unwrap()
    }

    fn body_path(&self, part: &FetchedPart) -> PathBuf {
        let Content::Files(files) = &part.content else {
            unreachable!("{part:?} has no new files");
        };
        let path = self.staging.path().join(&files[0].name);
        assert_eq!(path.metadata().unwrap().len(), files[0].bytes);
        path
    }

    fn staged(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.staging.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

/// A source as a pipeline writes it.
fn source(options: Value) -> SourceKind {
    serde_json::from_value(options).unwrap()
}

/// The receipt that these parts would leave.
fn receipt(parts: &[FetchedPart], previous: Option<&Receipt>) -> Receipt {
    let parts = parts.iter().cloned().map(|part| {
        let before = previous.and_then(|previous| previous.part(part.part.as_deref()));
        PartReceipt {
            files: match part.content {
                Content::Files(files) => files,
                Content::Unchanged => before.unwrap().files.clone(),
            },
            part: part.part,
            url: part.origin.url.to_string(),
            status: part.status,
            headers: part.headers,
            upstream: part.upstream,
            kept_in: None,
            reading: Reading::default(),
        }
    });
    let now = NOW.parse().unwrap();
    Receipt {
        asked: String::new(),
        version: Receipt::VERSION,
        source: "exemple.source".to_owned(),
        extract: ExtractId::new(now, "00000000"),
        requested_at: now,
        unchanged_since: None,
        parts: parts.collect(),
        records: RecordCounts::default(),
        columns: Vec::new(),
        change_hash: ChangeHash::default(),
    }
}

/// Answers to GET requests for a path.
async fn answer(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET"))
        .and(path(at))
        .respond_with(answer)
        .mount(server)
        .await;
}

/// Requests for a path that hold a header, whatever its value.
struct HasHeader(&'static str);

impl Match for HasHeader {
    fn matches(&self, request: &wiremock::Request) -> bool {
        request.headers.contains_key(self.0)
    }
}

/// The paths and queries that a server was asked for, in order.
async fn asked(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    requests
        .iter()
        .map(|request| {
            let query = request.url.query().map(|query| format!("?{query}"));
            format!("{}{}", request.url.path(), query.unwrap_or_default())
        })
        .collect()
}
