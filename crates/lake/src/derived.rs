//! Documents that follow from releases, and are written anew with each.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt, stream};

use crate::error::Result;
use crate::lake::Lake;
use crate::storage;

/// Requests under way at once.
const AT_ONCE: usize = 16;

impl Lake {
    /// Puts documents at their paths below the lake, then deletes what else stands in `folder`. Those that are there already
    /// with the same content are not written. Returns how many were written.
    ///
    /// # Errors
    /// [`crate::Error::Storage`]; documents put before it stay.
    pub async fn derive(
        &self,
        folder: &str,
        documents: &BTreeMap<String, String>,
    ) -> Result<usize> {
        let puts = documents
            .iter()
            .map(|(path, text)| self.derive_one(path, text));
        let written: Vec<bool> = stream::iter(puts)
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        for path in storage::list(self.store(), folder).await? {
            if !documents.contains_key(path.as_ref()) {
                storage::delete(self.store(), &path).await?;
            }
        }
        Ok(written.into_iter().filter(|written| *written).count())
    }

    /// Whether the document had to be written.
    async fn derive_one(&self, path: &str, text: &str) -> Result<bool> {
        let there = storage::get(self.store(), path).await?;
        let differs = there.is_none_or(|there| there != text.as_bytes());
        if differs {
            // A folder keeps no types: names tell them there.
            let is_folder = self.location().local_path().is_some();
            let kind = (!is_folder).then(|| content_type(path));
            storage::put_as(self.store(), path, text.to_owned().into(), kind).await?;
        }
        Ok(differs)
    }
}

/// How a web server tells of a document: without it a browser would offer to save a page of a bucket and not open it.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("md") => "text/markdown; charset=utf-8",
        Some("json") => "application/json",
        Some("jsonld") => "application/ld+json",
        _ => "text/plain; charset=utf-8",
    }
}
