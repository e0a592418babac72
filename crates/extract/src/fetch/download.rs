//! A body on its way to the disk, resumed where it broke off when the server can.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue, IF_RANGE, RANGE};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};

use super::digest::{Digest, Digester};
use super::http::{Answer, Reply};
use super::request::Request;
use super::retry::{Retries, Trouble};
use super::{Net, local};
use crate::error::Error;
use crate::progress::Event;

const BUFFER: usize = 256 << 10;

/// What came of a request for a body.
#[derive(Debug)]
pub(super) struct Download {
    /// Null for a file of a stand-in folder.
    pub(super) status: Option<u16>,
    pub(super) headers: BTreeMap<String, String>,
    /// Null when the server says that it has not changed.
    pub(super) body: Option<Body>,
}

/// A body in the staging folder.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) name: String,
    pub(super) digest: Digest,
}

impl Net {
    /// Brings a body into `folder` under `name`, to which `.gz` is added when the file that stands in for it is
    /// compressed.
    pub(super) async fn download(
        &self,
        request: &Request<'_>,
        folder: &Path,
        name: &str,
    ) -> Result<Download, Error> {
        let mut retries = Retries::default();
        let mut partial = Partial::new(folder.join(name));
        loop {
            let before = partial.digester.bytes();
            let trouble = match self.send(request, partial.rest()).await {
                Ok(Reply::File(path)) => return self.take(request, path, folder, name).await,
                Ok(Reply::Server(answer)) if answer.status() == StatusCode::NOT_MODIFIED => {
                    return Ok(not_modified(request, &answer));
                }
                Ok(Reply::Server(answer)) => {
                    let status = answer.status();
                    let headers = answer.kept_headers();
                    match partial.receive(self, request, answer).await {
                        Ok(false) => continue,
                        Ok(true) => {
                            return Ok(Download {
                                status: Some(status.as_u16()),
                                headers,
                                body: Some(Body {
                                    name: name.to_owned(),
                                    digest: partial.digester.finish(),
                                }),
                            });
                        }
                        Err(trouble) => trouble,
                    }
                }
                Err(trouble) => trouble,
            };
            let advanced = partial.validator.is_some() && partial.digester.bytes() > before;
            retries.pause(self, request, trouble, advanced).await?;
        }
    }

    async fn take(
        &self,
        request: &Request<'_>,
        from: PathBuf,
        folder: &Path,
        name: &str,
    ) -> Result<Download, Error> {
        let compressed = from.extension().is_some_and(|extension| extension == "gz");
        let name = if compressed && !name.ends_with(".gz") {
            format!("{name}.gz")
        } else {
            name.to_owned()
        };
        let digest = local::copy(request.source, from, folder.join(&name)).await?;
        self.tell(
            request.source,
            Event::Received {
                part: request.part.map(str::to_owned),
                bytes: digest.bytes,
                total: Some(digest.bytes),
            },
        );
        Ok(Download {
            status: None,
            headers: BTreeMap::new(),
            body: Some(Body { name, digest }),
        })
    }
}

/// The validators of before stay good for the next time, where the server does not repeat them.
fn not_modified(request: &Request<'_>, answer: &Answer) -> Download {
    let mut headers = request
        .since
        .map(|since| since.headers.clone())
        .unwrap_or_default();
    headers.extend(answer.kept_headers());
    Download {
        status: Some(StatusCode::NOT_MODIFIED.as_u16()),
        headers,
        body: None,
    }
}

/// A body of which the beginning is there.
struct Partial {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    digester: Digester,
    /// What tells that the rest is of the same body; without it the body starts again.
    validator: Option<HeaderValue>,
}

impl Partial {
    fn new(path: PathBuf) -> Self {
        Self {
            path,
            file: None,
            digester: Digester::default(),
            validator: None,
        }
    }

    /// The headers that ask for the rest; null when the whole is needed.
    fn rest(&self) -> Option<HeaderMap> {
        let validator = self.validator.clone()?;
        let start = self.digester.bytes();
        let range = HeaderValue::from_str(&format!("bytes={start}-")).ok()?;
        (start > 0).then(|| HeaderMap::from_iter([(RANGE, range), (IF_RANGE, validator)]))
    }

    /// Receives the whole or the rest. False when the answer is not the rest of what is there: the next request
    /// asks for the whole.
    async fn receive(
        &mut self,
        net: &Net,
        request: &Request<'_>,
        mut answer: Answer,
    ) -> Result<bool, Trouble> {
        let rest = match answer.status() {
            StatusCode::PARTIAL_CONTENT => range_start(&answer) == Some(self.digester.bytes()),
            StatusCode::RANGE_NOT_SATISFIABLE => false,
            _ => {
                self.restart(&answer).await?;
                true
            }
        };
        let Some(file) = self.file.as_mut().filter(|_| rest) else {
            *self = Self::new(std::mem::take(&mut self.path));
            return Ok(false);
        };
        let length = answer.response.content_length();
        let total = length.map(|length| self.digester.bytes().saturating_add(length));
        let limit = net.limits.max_body_bytes;
        let too_large = || Error::TooLarge {
            origin: request.origin.clone(),
            limit,
        };
        if total.is_some_and(|total| total > limit) {
            return Err(too_large().into());
        }
        loop {
            // What came before the break is flushed too: the rest is added to it.
            let piece = match answer.piece().await {
                Ok(Some(piece)) => piece,
                end => {
                    file.flush().await.map_err(Error::io(&self.path))?;
                    return end.map(|_| true);
                }
            };
            if self.digester.bytes() + piece.len() as u64 > limit {
                return Err(too_large().into());
            }
            file.write_all(&piece)
                .await
                .map_err(Error::io(&self.path))?;
            self.digester.update(&piece);
            net.tell(
                request.source,
                Event::Received {
                    part: request.part.map(str::to_owned),
                    bytes: self.digester.bytes(),
                    total,
                },
            );
        }
    }

    async fn restart(&mut self, answer: &Answer) -> Result<(), Error> {
        let file = File::create(&self.path)
            .await
            .map_err(Error::io(&self.path))?;
        self.file = Some(BufWriter::with_capacity(BUFFER, file));
        self.digester = Digester::default();
        let strong = |tag: &&str| !tag.starts_with("W/");
        let validator = answer
            .header("etag")
            .filter(strong)
            .or_else(|| answer.header("last-modified"))
            .filter(|_| answer.header("accept-ranges") != Some("none"));
        self.validator = validator.and_then(|validator| HeaderValue::from_str(validator).ok());
        Ok(())
    }
}

/// Where the piece of a 206 begins: `bytes 500-999/1000`.
fn range_start(answer: &Answer) -> Option<u64> {
    let range = answer.header("content-range")?.strip_prefix("bytes ")?;
    range.split('-').next()?.parse().ok()
}
