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
            storage::put(self.store(), path, text.to_owned().into()).await?;
        }
        Ok(differs)
    }
}
