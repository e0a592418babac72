//! A server of our own that plays the servers of the sources: the files of a folder, by host and path, and what goes
//! wrong at servers.
//!
//! ```text
//! http://127.0.0.1:PORT/<host>/<path>  ->  FOLDER/<host>/<path>, <path>.gz unpacked, or <path>/index.json
//! ```
//!
//! The folders of the sample have this form: `--set sample=http://127.0.0.1:PORT` makes the profile ask here.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;
use std::{fs, io};

use sha2::{Digest, Sha256};

use crate::source::gunzip_bytes;

/// The server. Its thread ends with the tests.
pub(crate) struct Replay {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    folder: PathBuf,
    faults: Vec<Injected>,
    asked: Vec<Asked>,
}

struct Injected {
    at: String,
    fault: Fault,
    /// Requests that it still spoils; null for all of them.
    left: Option<u32>,
}

/// A request that came, and how it was answered.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Path and query, the host first.
    pub(crate) path: String,
    /// 0 when nothing was answered.
    pub(crate) status: u16,
    /// The lines of the request, in lower case.
    head: String,
}

impl Asked {
    /// The value of a header of the request, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Something else is answered.
    Answers(Answer),
    /// The file comes changed, as whole as any.
    Sends(fn(Vec<u8>) -> Vec<u8>),
    /// The connection breaks when half of the body is sent.
    BreaksAtHalf,
    /// A byte, and this pause, and the next byte.
    Drips(Duration),
    /// The connection is closed without a word.
    HangsUp,
}

/// An answer, whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.as_ref().to_owned(),
        }
    }

    pub(crate) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }
}

impl Replay {
    /// Serves this folder.
    pub(crate) fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            folder: folder.to_owned(),
            faults: Vec::new(),
            asked: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A client that goes away is no failure of the server.
                thread::spawn(move || serve(stream, &state).ok());
            }
        });
        Self { address, state }
    }

    /// `http://127.0.0.1:PORT`: with a host behind it, what stands in for that host.
    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves another folder from now on: the next edition.
    pub(crate) fn serve(&self, folder: &Path) {
        self.state().folder = folder.to_owned();
    }

    /// Spoils requests: those whose path (without query) ends with `at` or, when that ends with `*`, begins with it.
    pub(crate) fn inject(&self, at: &str, fault: Fault) {
        self.spoil(at, fault, None);
    }

    /// Spoils only the next such requests.
    pub(crate) fn inject_times(&self, times: u32, at: &str, fault: Fault) {
        self.spoil(at, fault, Some(times));
    }

    fn spoil(&self, at: &str, fault: Fault, left: Option<u32>) {
        let at = at.to_owned();
        self.state().faults.push(Injected { at, fault, left });
    }

    /// Nothing goes wrong any more.
    pub(crate) fn heal(&self) {
        self.state().faults.clear();
    }

    /// The requests since the last call.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state().asked)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    fn fault(&mut self, path: &str) -> Option<Fault> {
        let spoils = |injected: &&mut Injected| {
            injected.left != Some(0)
                && match injected.at.strip_suffix('*') {
                    Some(start) => path.starts_with(start),
                    None => path.ends_with(&injected.at),
                }
        };
        let injected = self.faults.iter_mut().find(spoils)?;
        injected.left = injected.left.map(|left| left - 1);
        Some(injected.fault.clone())
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).unwrap_or("/").to_owned();
    let path = target.split('?').next().unwrap_or("/");
    let head = head.to_lowercase();
    let (fault, folder) = {
        let mut state = state.lock().unwrap();
        (state.fault(path), state.folder.clone())
    };
    let answer = match &fault {
        Some(Fault::HangsUp) => Answer::default(),
        Some(Fault::Answers(answer)) => answer.clone(),
        Some(Fault::Sends(change)) => of_folder(&folder, path, &head, *change),
        Some(Fault::BreaksAtHalf | Fault::Drips(_)) | None => {
            of_folder(&folder, path, &head, |body| body)
        }
    };
    state.lock().unwrap().asked.push(Asked {
        path: target,
        status: answer.status,
        head,
    });
    if answer.status != 0 {
        send(&mut stream, &answer, fault.as_ref())?;
    }
    stream.shutdown(Shutdown::Both)
}

/// What a good server answers: with validators for a file, without for an export, which portals make anew each time.
fn of_folder(folder: &Path, path: &str, head: &str, change: fn(Vec<u8>) -> Vec<u8>) -> Answer {
    let file = folder.join(path.trim_matches('/'));
    let packed = PathBuf::from(format!("{}.gz", file.display()));
    let body = if file.is_file() {
        fs::read(&file).unwrap()
    } else if packed.is_file() {
        gunzip_bytes(&packed)
    } else if let Ok(body) = fs::read(file.join("index.json")) {
        body
    } else {
        let page = "<!doctype html><html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>";
        return Answer::new(404, page).with("content-type", "text/html; charset=utf-8");
    };
    let modified = [&packed, &file]
        .iter()
        .find_map(|file| fs::metadata(file).ok()?.modified().ok());
    let modified = httpdate::fmt_http_date(modified.unwrap());
    let body = change(body);
    if path.contains("/exports/") {
        return Answer::new(200, body).with("content-type", "text/csv; charset=utf-8");
    }
    let hash = format!("{:x}", Sha256::digest(&body));
    let etag = format!("\"{}\"", &hash[..16]);
    let answer = |status, body: &[u8]| {
        let answer = Answer::new(status, body).with("etag", etag.as_str());
        answer.with("last-modified", modified.as_str())
    };
    if header(head, "if-none-match") == Some(etag.as_str()) {
        return answer(304, b"");
    }
    let range = header(head, "range").filter(|_| header(head, "if-range") == Some(etag.as_str()));
    let start = range.and_then(|range| {
        range
            .strip_prefix("bytes=")?
            .strip_suffix('-')?
            .parse()
            .ok()
    });
    match start {
        Some(start) if start < body.len() => {
            let range = format!("bytes {start}-{}/{}", body.len() - 1, body.len());
            answer(206, &body[start..]).with("content-range", range)
        }
        _ => answer(200, &body).with("accept-ranges", "bytes"),
    }
}

fn send(stream: &mut TcpStream, answer: &Answer, fault: Option<&Fault>) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} x\r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        head += &format!("{name}: {value}\r\n");
    }
    if answer.status != 304 {
        head += &format!("content-length: {}\r\n", answer.body.len());
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    match fault {
        Some(Fault::BreaksAtHalf) => stream.write_all(&answer.body[..answer.body.len() / 2]),
        Some(Fault::Drips(pause)) => answer.body.iter().try_for_each(|byte| {
            stream.write_all(&[*byte])?;
            stream.flush()?;
            thread::sleep(*pause);
            Ok(())
        }),
        _ => stream.write_all(&answer.body),
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let named = |line: &'h str| {
        let (key, value) = line.split_once(':')?;
        (key == name).then(|| value.trim())
    };
    head.lines().find_map(named)
}
