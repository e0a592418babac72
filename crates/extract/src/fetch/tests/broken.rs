//! Downloads that break off, against a server that speaks HTTP byte by byte.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{Bench, SourceKind, source};

/// A server that gives each connection the next answer and closes it.
struct Raw {
    uri: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Raw {
    async fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}", listener.local_addr().unwrap());
        let answers: Vec<_> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&requests);
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.unwrap());
                }
                let request = String::from_utf8(request).unwrap().to_ascii_lowercase();
                heard.lock().unwrap().push(request);
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        Self { uri, requests }
    }

    /// The `Range` and `If-Range` of each request.
    fn ranges(&self) -> Vec<(Option<String>, Option<String>)> {
        let requests = self.requests.lock().unwrap();
        let header = |request: &str, name: &str| {
            let mut lines = request.lines();
            lines.find_map(|line| line.strip_prefix(name).map(|value| value.trim().to_owned()))
        };
        let of = |request: &String| (header(request, "range:"), header(request, "if-range:"));
        requests.iter().map(of).collect()
    }
}

fn a_csv() -> SourceKind {
    source(json!({"type": "http", "url": "https://data.example/a.csv", "format": {"type": "csv"}}))
}

fn bench(server: &Raw) -> Bench {
    Bench::new(&[("https://data.example", &server.uri)])
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let server = Raw::start(&[
        "HTTP/1.1 200 OK\r\ncontent-length: 13\r\netag: \"v1\"\r\n\r\nuai\n0",
        "HTTP/1.1 206 OK\r\ncontent-length: 8\r\ncontent-range: bytes 5-12/13\r\n\r\n9900",
        "HTTP/1.1 206 OK\r\ncontent-length: 4\r\ncontent-range: bytes 9-12/13\r\n\r\n01X\n",
    ])
    .await;
    let bench = bench(&server);
    let part = bench.part(&a_csv(), None).await.unwrap();
    assert_eq!(bench.body(&part), b"uai\n0990001X\n");
    let range = |start| (Some(format!("bytes={start}-")), Some("\"v1\"".to_owned()));
    assert_eq!(server.ranges(), [(None, None), range(5), range(9)]);
    let crate::fetch::Content::Files(files) = &part.content else {
        unreachable!();
    };
    assert_eq!(
        files[0].sha256,
        "e38a161dae2210606bb181c8932d8aa7ce01a574d25d9fe06c08ad556d298316"
    );
}

#[tokio::test]
async fn a_download_starts_again_when_the_file_has_changed_meanwhile() {
    let server = Raw::start(&[
        "HTTP/1.1 200 OK\r\ncontent-length: 13\r\netag: \"v1\"\r\n\r\nuai\n0",
        "HTTP/1.1 200 OK\r\ncontent-length: 6\r\netag: \"v2\"\r\n\r\nid\n42\n",
    ])
    .await;
    let bench = bench(&server);
    let part = bench.part(&a_csv(), None).await.unwrap();
    assert_eq!(bench.body(&part), b"id\n42\n");
    assert_eq!(part.headers["etag"], "\"v2\"");
}

#[tokio::test]
async fn a_download_without_a_good_validator_starts_again() {
    for validator in [
        "",
        "etag: W/\"v1\"\r\n",
        "etag: \"v1\"\r\naccept-ranges: none\r\n",
    ] {
        let broken = format!("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n{validator}\r\nid\n");
        let whole = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nid\n42\n";
        let server = Raw::start(&[&broken, whole]).await;
        let bench = bench(&server);
        let part = bench.part(&a_csv(), None).await.unwrap();
        assert_eq!(bench.body(&part), b"id\n42\n");
        assert_eq!(server.ranges(), [(None, None), (None, None)], "{validator}");
    }
}

#[tokio::test]
async fn a_rest_that_is_not_the_rest_makes_the_download_start_again() {
    for odd in [
        "HTTP/1.1 206 OK\r\ncontent-length: 3\r\ncontent-range: bytes 2-4/6\r\n\r\n\n42",
        "HTTP/1.1 206 OK\r\ncontent-length: 3\r\n\r\n42\n",
        "HTTP/1.1 416 No\r\ncontent-length: 0\r\n\r\n",
    ] {
        let server = Raw::start(&[
            "HTTP/1.1 200 OK\r\ncontent-length: 6\r\netag: \"v1\"\r\n\r\nid\n",
            odd,
            "HTTP/1.1 200 OK\r\ncontent-length: 6\r\netag: \"v1\"\r\n\r\nid\n42\n",
        ])
        .await;
        let bench = bench(&server);
        let part = bench.part(&a_csv(), None).await.unwrap();
        assert_eq!(bench.body(&part), b"id\n42\n", "{odd}");
        assert_eq!(server.ranges()[2], (None, None), "{odd}");
    }
}

#[tokio::test]
async fn progress_earns_new_attempts_and_standstill_does_not() {
    let first = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\netag: \"v1\"\r\n\r\n0".to_owned();
    let rest = |at| {
        format!(
            "HTTP/1.1 206 OK\r\ncontent-length: {}\r\ncontent-range: bytes {at}-8/9\r\n\r\n{at}",
            9 - at
        )
    };
    let creeping: Vec<_> = [first.clone()]
        .into_iter()
        .chain((1..9).map(rest))
        .collect();
    let creeping: Vec<_> = creeping.iter().map(String::as_str).collect();
    let server = Raw::start(&creeping).await;
    let creeps = bench(&server);
    let part = creeps.part(&a_csv(), None).await.unwrap();
    assert_eq!(creeps.body(&part), b"012345678");

    // The first attempt brings a byte; the fifth failure in a row that it begins is the last.
    let server = Raw::start(&[first.as_str(); 10]).await;
    let stands = bench(&server);
    let error = stands.error(&a_csv()).await;
    assert!(error.contains("no answer after 5 attempts"), "{error}");
    assert_eq!(server.ranges().len(), 5);
}

/// The limit of the bench is 1 MiB.
#[tokio::test]
async fn a_body_larger_than_any_source_is_refused_when_it_is_announced_and_when_it_is_not() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 1048577\r\n\r\nuai";
    let unannounced = format!("HTTP/1.1 200 OK\r\n\r\n{}", "a".repeat(1 << 20 | 1));
    for answer in [announced, &unannounced] {
        let server = Raw::start(&[answer]).await;
        let bench = bench(&server);
        let error = bench.error(&a_csv()).await;
        assert!(error.contains("larger than 1048576 bytes"), "{error}");
        assert_eq!(server.ranges().len(), 1, "it is not asked for again");
    }
}
