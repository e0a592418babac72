//! A source looked at without its data: what its publisher says now, beside what was said of the newest extract.

use edulac_spec::pipeline::SourceKind;
use indexmap::IndexSet;

use super::http::Reply;
use super::request::Request;
use super::retry::{Retries, Trouble};
use super::{Net, file, local, opendatasoft, rnb};
use crate::error::{Error, Origin};
use crate::receipt::{PartReceipt, Receipt, Upstream};

/// How a source stands, as far as can be known without fetching it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Whether its content is that of the newest extract.
    pub state: WatchState,
    /// What its publisher says of each part; empty when nothing is said apart from the data.
    pub upstream: Vec<Upstream>,
}

/// Whether the content of a source is that of its newest extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchState {
    /// It was never extracted, or not as it would be now.
    New,
    /// Nothing says that it changed.
    Unchanged,
    /// It is another one.
    Changed,
    /// Only fetching it would tell.
    Untold,
}

/// Looks at a source; `previous` is its newest receipt.
pub(crate) async fn watch(
    net: &Net,
    source: &str,
    kind: &SourceKind,
    previous: Option<&Receipt>,
) -> Result<Watched, Error> {
    match kind {
        SourceKind::Opendatasoft { .. } => {
            let Some(dataset) = opendatasoft::Dataset::of(kind) else {
                return Ok(untold(previous));
            };
            let asked = opendatasoft::ask(source, net, &dataset).await?;
            let same = |before: &Upstream| *before == asked.upstream;
            let state = match state_of(previous, None, same) {
                WatchState::Unchanged if !asked.dated => WatchState::Untold,
                state => state,
            };
            Ok(Watched {
                state,
                upstream: vec![asked.upstream],
            })
        }
        SourceKind::Rnb { departements } => {
            let parts =
                rnb::upstreams(source, net, &departements.iter().collect::<IndexSet<_>>()).await?;
            let states = parts.iter().map(|(part, now)| {
                state_of(previous, Some(part), |before| rnb::is_same(before, now))
            });
            let states: Vec<WatchState> = states.collect();
            let worst = [WatchState::New, WatchState::Changed, WatchState::Untold];
            let state = worst.into_iter().find(|state| states.contains(state));
            Ok(Watched {
                state: state.unwrap_or(WatchState::Unchanged),
                upstream: parts.into_iter().map(|(_, upstream)| upstream).collect(),
            })
        }
        SourceKind::RnbNational {} => {
            let now = rnb::national_upstream(source, net).await?;
            Ok(Watched {
                state: state_of(previous, None, |before| rnb::is_same(before, &now)),
                upstream: vec![now],
            })
        }
        SourceKind::Http { url, .. } => {
            let request = Request::parse(source, url)?;
            let before = previous.and_then(|receipt| receipt.part(None));
            let request = request.since(before);
            Ok(Watched {
                state: plain(net, &request, before).await?,
                upstream: Vec::new(),
            })
        }
        SourceKind::File { url, .. } => {
            let path = net.in_root(&file::path_of(url));
            if !path.is_file() {
                return Err(Error::NoFile {
                    origin: Origin::new(source, url),
                    path: file::path_of(url),
                });
            }
            let before = previous.and_then(|receipt| receipt.part(None));
            Ok(Watched {
                state: on_disk(source, before, path).await?,
                upstream: Vec::new(),
            })
        }
        _ => Ok(untold(previous)),
    }
}

fn untold(previous: Option<&Receipt>) -> Watched {
    Watched {
        state: previous.map_or(WatchState::New, |_| WatchState::Untold),
        upstream: Vec::new(),
    }
}

fn state_of(
    previous: Option<&Receipt>,
    part: Option<&str>,
    same: impl FnOnce(&Upstream) -> bool,
) -> WatchState {
    match previous.and_then(|receipt| receipt.part(part)) {
        None => WatchState::New,
        Some(before) if before.upstream.as_ref().is_some_and(same) => WatchState::Unchanged,
        Some(_) => WatchState::Changed,
    }
}

/// A file behind an address: its head is read, its body is not.
async fn plain(
    net: &Net,
    request: &Request<'_>,
    before: Option<&PartReceipt>,
) -> Result<WatchState, Error> {
    let mut retries = Retries::default();
    let answer = loop {
        match net.send(request, None).await {
            Ok(Reply::File(path)) => return on_disk(request.source, before, path).await,
            Ok(Reply::Server(answer)) => break answer,
            Err(trouble @ (Trouble::Passing(_) | Trouble::Final(_))) => {
                retries.pause(net, request, trouble, false).await?;
            }
        }
    };
    let Some(before) = before else {
        return Ok(WatchState::New);
    };
    if answer.status().as_u16() == 304 {
        return Ok(WatchState::Unchanged);
    }
    for header in ["etag", "last-modified", "content-length"] {
        if let (Some(now), Some(was)) = (answer.header(header), before.headers.get(header)) {
            return Ok(if now == was {
                WatchState::Unchanged
            } else {
                WatchState::Changed
            });
        }
    }
    Ok(WatchState::Untold)
}

/// A file of this machine, by its bytes.
async fn on_disk(
    source: &str,
    before: Option<&PartReceipt>,
    path: std::path::PathBuf,
) -> Result<WatchState, Error> {
    let Some(main) = before.and_then(|part| part.files.first()) else {
        return Ok(WatchState::New);
    };
    let digest = local::digest(source, path).await?;
    Ok(if digest.sha256 == main.sha256 {
        WatchState::Unchanged
    } else {
        WatchState::Changed
    })
}
