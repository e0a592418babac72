//! What was measured of a release after it was published: `quality/<release>/<name>.json`.
//!
//! A release never changes, and whoever looks at its rows does so once it is out: what they find stands beside it, under
//! its id, and a later look takes its place.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::lake::Lake;
use crate::storage;

/// Folder of the measures below the lake.
const QUALITY: &str = "quality";

impl Lake {
    /// Keeps a measure of a release, in place of the one before it.
    ///
    /// # Errors
    /// [`crate::Error::Storage`], [`crate::Error::Metadata`].
    pub async fn keep_measure(
        &self,
        release: &str,
        name: &str,
        measure: &(impl Serialize + Sync),
    ) -> Result<()> {
        let path = path(release, name);
        let body = storage::to_json(&path, measure)?;
        storage::put(self.store(), &path, body.into()).await
    }

    /// A measure of a release; none: nobody measured it.
    ///
    /// # Errors
    /// [`crate::Error::Storage`], [`crate::Error::Metadata`] for a document of another form.
    pub async fn measure<T: DeserializeOwned>(
        &self,
        release: &str,
        name: &str,
    ) -> Result<Option<T>> {
        storage::get_json(self.store(), &path(release, name)).await
    }

    /// Ids of the releases that have this measure, in order of their names.
    ///
    /// # Errors
    /// [`crate::Error::Storage`].
    pub async fn measured(&self, name: &str) -> Result<Vec<String>> {
        let file = format!("{name}.json");
        let found = storage::list(self.store(), QUALITY).await?;
        let of_name = found.iter().filter(|path| path.filename() == Some(&file));
        let mut releases: Vec<String> = of_name
            .filter_map(|path| path.parts().nth(1))
            .map(|part| part.as_ref().to_owned())
            .collect();
        releases.sort();
        Ok(releases)
    }
}

fn path(release: &str, name: &str) -> String {
    format!("{QUALITY}/{release}/{name}.json")
}
