//! One attempt at a request: where it goes, the redirections on its way, and what the answer means.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, LOCATION};
use reqwest::{Response, StatusCode};
use tokio::time::Instant;
use url::Url;

use super::Net;
use super::hosts::Turn;
use super::pace::Pace;
use super::quota::{Closed, retry_after, until};
use super::refusal::Refusal;
use super::request::Request;
use super::retry::{Passing, Trouble};
use super::stand_in::{self, Place};
use crate::error::{Error, ServerMessage};
use crate::redact::redacted;

/// Redirections followed for one request.
const REDIRECTIONS: usize = 5;

/// Headers of an answer that the receipt keeps.
const KEPT: [&str; 15] = [
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-type",
    "etag",
    "last-modified",
    "ratelimit-limit",
    "ratelimit-policy",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-ratelimit-dataset-limit",
    "x-ratelimit-dataset-remaining",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// Who answered.
pub(super) enum Reply {
    /// A file of a stand-in folder.
    File(PathBuf),
    Server(Answer),
}

/// A success, a 304 to a conditional request, or a 206 or 416 to a request for the rest of a body.
pub(super) struct Answer {
    pub(super) response: Response,
    pace: Pace,
    _turn: Turn,
}

impl Answer {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The headers that a receipt keeps.
    pub(super) fn kept_headers(&self) -> BTreeMap<String, String> {
        KEPT.iter()
            .filter_map(|name| Some(((*name).to_owned(), self.header(name)?.to_owned())))
            .collect()
    }

    pub(super) async fn piece(&mut self) -> Result<Option<Bytes>, Trouble> {
        let piece = self.response.chunk().await?;
        let bytes = piece.as_ref().map_or(0, Bytes::len);
        match self.pace.stands_still(bytes, Instant::now()) {
            true if piece.is_some() => Err(Trouble::Passing(Passing::Slow {
                patience: self.pace.patience,
            })),
            _ => Ok(piece),
        }
    }
}

impl Net {
    /// One attempt. `range` holds the headers of a request for the rest of a body; without them the request is
    /// conditional if it has validators.
    pub(super) async fn send(
        &self,
        request: &Request<'_>,
        range: Option<HeaderMap>,
    ) -> Result<Reply, Trouble> {
        self.check_thawed(&request.origin)?;
        let of_range = range.is_some();
        let headers = range.unwrap_or_else(|| request.conditions());
        let mut place = self.stand_ins.place(&request.url);
        let mut first_host = None;
        for _ in 0..=REDIRECTIONS {
            let url = match place {
                Place::Server(url) => url,
                Place::Folder(path) => return self.in_folder(request, path),
            };
            let turn = self.hosts.turn(&url).await;
            let host = first_host.get_or_insert_with(|| url.origin());
            let mut asked = self.client.get(url.clone()).headers(headers.clone());
            if let Some(key) = request.key.as_ref().filter(|_| *host == url.origin()) {
                asked = asked.header(AUTHORIZATION, key);
            }
            let answer = Answer {
                response: asked.send().await?,
                pace: Pace::new(self.patience.idle, Instant::now()),
                _turn: turn,
            };
            match redirection(request, &url, &answer)? {
                Some(target) => place = self.stand_ins.place(&target),
                None => {
                    let answer = self.judge(request, of_range, answer).await?;
                    return Ok(Reply::Server(answer));
                }
            }
        }
        let to = match place {
            Place::Server(url) => redacted(&url),
            Place::Folder(path) => path.display().to_string(),
        };
        let reason = "too many redirections";
        let origin = request.origin.clone();
        Err(Error::Redirect { origin, to, reason }.into())
    }

    fn in_folder(&self, request: &Request<'_>, path: PathBuf) -> Result<Reply, Trouble> {
        let found = stand_in::answer(&self.in_root(&path));
        found.map(Reply::File).ok_or_else(|| {
            let message = format!("no file `{}` stands in for it", path.display());
            Trouble::Final(Error::NotFound {
                origin: request.origin.clone(),
                status: StatusCode::NOT_FOUND.as_u16(),
                said: ServerMessage {
                    message: Some(message),
                    code: None,
                },
            })
        })
    }

    /// What a status means.
    async fn judge(
        &self,
        request: &Request<'_>,
        of_range: bool,
        mut answer: Answer,
    ) -> Result<Answer, Trouble> {
        let code = answer.status();
        let expected = match code {
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => of_range,
            StatusCode::NOT_MODIFIED => request.since.is_some() && !of_range,
            _ => code.is_success(),
        };
        if expected {
            return Ok(answer);
        }
        let refusal = Refusal::read(&mut answer).await.without(&request.secrets);
        let headers = answer.response.headers();
        let now = (self.clock)();
        let origin = request.origin.clone();
        let status = code.as_u16();
        Err(match status {
            401 | 403 => Trouble::Final(Error::Refused {
                origin,
                status,
                said: refusal.said,
            }),
            404 | 410 => Trouble::Final(Error::NotFound {
                origin,
                status,
                said: refusal.said,
            }),
            429 => {
                let closed = Closed::read(headers, &refusal, now);
                Trouble::Passing(Passing::Quota {
                    closed,
                    wait: closed.reset.map(|reset| until(reset, now)),
                    anonymous: refusal.is_of_anonymous_users(),
                    said: refusal.said,
                })
            }
            // 501 and 505 say that the server cannot do it at all.
            408 | 500 | 502..=504 | 506..=599 => Trouble::Passing(Passing::Server {
                status,
                wait: retry_after(headers, now),
                said: refusal.said,
            }),
            _ => Trouble::Final(Error::BadRequest {
                origin,
                status,
                said: refusal.said,
            }),
        })
    }
}

/// Where the answer sends the request; null when it does not.
fn redirection(request: &Request<'_>, from: &Url, answer: &Answer) -> Result<Option<Url>, Error> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let refused = |to: &str, reason| Error::Redirect {
        origin: request.origin.clone(),
        to: to.to_owned(),
        reason,
    };
    let location = answer.response.headers().get(LOCATION);
    let target = location.and_then(|to| from.join(std::str::from_utf8(to.as_bytes()).ok()?).ok());
    let Some(target) = target else {
        return Err(refused("", "it names no address"));
    };
    match why_not(from, &target) {
        None => Ok(Some(target)),
        Some(reason) => Err(refused(&redacted(&target), reason)),
    }
}

/// Why a redirection is not followed; null when it is.
fn why_not(from: &Url, to: &Url) -> Option<&'static str> {
    match (from.scheme(), to.scheme()) {
        (_, "https") | ("http", "http") => None,
        ("https", "http") => Some("it leaves the protection of https"),
        _ => Some("it leaves the web"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_redirection_leaves_https_or_the_web() {
        for (from, to, reason) in [
            ("http://a.example", "https://b.example", None),
            ("https://a.example", "https://b.example", None),
            ("http://a.example", "http://b.example", None),
            (
                "https://a.example",
                "http://a.example",
                Some("it leaves the protection of https"),
            ),
            (
                "https://a.example",
                "file:///etc/passwd",
                Some("it leaves the web"),
            ),
        ] {
            let url = |text| Url::parse(text).unwrap();
            assert_eq!(why_not(&url(from), &url(to)), reason, "{from} to {to}");
        }
    }
}
