//! A file behind an address.

use super::names::body_name;
use super::request::Request;
use super::{Fetch, FetchedPart, Net};
use crate::error::Error;

/// Fetches it unless the validators of the receipt before say that it has not changed.
pub(super) async fn fetch(fetch: &Fetch<'_>, net: &Net, url: &str) -> Result<FetchedPart, Error> {
    let request = Request::parse(fetch.source, url)?.since(fetch.previous(None));
    let name = body_name(None, last_segment(&request));
    let download = net.download(&request, fetch.staging, &name).await?;
    fetch.part(&request, download, None)
}

fn last_segment<'r>(request: &'r Request<'_>) -> &'r str {
    let segments = request.url.path_segments();
    segments
        .and_then(|mut all| all.next_back())
        .unwrap_or_default()
}
