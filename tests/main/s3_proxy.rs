//! What stands between a run and its object store, and spoils chosen calls.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::{io, thread};

/// Calls pass to the server behind. The thread ends with the tests.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    behind: String,
    spoilt: Spoilt,
    way: Way,
    /// Calls since the last beginning, each as its verb and its path.
    calls: Vec<String>,
}

/// Which calls are spoilt, counted from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spoilt {
    None,
    /// The call that writes of this number.
    Write(usize),
    /// Each call whose number is a multiple of this, those that read among them; the first is not.
    Every(usize),
}

/// How a call is spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The connection is cut before the server has the call.
    Cut,
    /// The server does it, and the connection is cut before the answer.
    CutAfter,
    /// The server is said to have failed, and does not have the call.
    Fails,
    /// The server does it, and is said to have failed.
    FailsAfter,
}

impl Proxy {
    /// Before the server at this address, `http://127.0.0.1:PORT`.
    pub(crate) fn before(endpoint: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            behind: endpoint.strip_prefix("http://").unwrap().to_owned(),
            spoilt: Spoilt::None,
            way: Way::Fails,
            calls: Vec::new(),
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

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Counts calls from here on and spoils these.
    pub(crate) fn spoil(&self, spoilt: Spoilt, way: Way) {
        let mut state = self.state();
        state.spoilt = spoilt;
        state.way = way;
        state.calls.clear();
    }

    /// The calls since, each as its verb and its path.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// Whether a call, given as its verb and its path, changes something.
pub(crate) fn writes(call: &str) -> bool {
    ["PUT ", "POST ", "DELETE "]
        .iter()
        .any(|verb| call.starts_with(verb))
}

impl State {
    /// How this call is spoilt; none: it is not.
    fn met(&mut self, call: &str) -> Option<Way> {
        let written = self.calls.iter().filter(|call| writes(call)).count();
        let number = self.calls.len();
        self.calls.push(call.to_owned());
        let is_it = match self.spoilt {
            Spoilt::None => false,
            Spoilt::Write(place) => writes(call) && written == place,
            Spoilt::Every(nth) => number > 0 && number.is_multiple_of(nth),
        };
        is_it.then_some(self.way)
    }
}

/// One call, then the connection ends: its keys sign what is asked, not how.
fn serve(mut client: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let (head, body) = read(&mut client)?;
    let call: Vec<&str> = head.split(' ').take(2).collect();
    let (way, behind) = {
        let mut state = state.lock().unwrap();
        (state.met(&call.join(" ")), state.behind.clone())
    };
    if way == Some(Way::Cut) {
        return client.shutdown(Shutdown::Both);
    }
    if way != Some(Way::Fails) {
        let answer = ask(&behind, &head, &body)?;
        match way {
            None => client.write_all(&answer)?,
            Some(Way::CutAfter) => return client.shutdown(Shutdown::Both),
            Some(_) => {}
        }
    }
    if way.is_some() {
        let failed = "HTTP/1.1 500 x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        client.write_all(failed.as_bytes())?;
    }
    client.shutdown(Shutdown::Both)
}

/// The head of a call, and its body.
fn read(client: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    client.read_exact(&mut body)?;
    Ok((head, body))
}

/// What the server answers, whole.
fn ask(behind: &str, head: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let closing = |head: &str| head.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    let mut server = TcpStream::connect(behind)?;
    server.write_all(closing(head).as_bytes())?;
    server.write_all(body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    let end = answer.windows(2).position(|two| two == b"\r\n");
    let end = end.unwrap_or(answer.len());
    answer.splice(end..end, *b"\r\nconnection: close");
    Ok(answer)
}
