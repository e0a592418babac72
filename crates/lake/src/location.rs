//! Where a lake (or an archive) lives: a folder, or a prefix of an S3 bucket.

use std::fmt;
use std::path::{Component, Path as FsPath, PathBuf};
use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnv;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use url::Url;

use crate::error::{Error, LocationProblem, Result};

/// How to reach an object store. What is absent comes from the standard `AWS_*` variables, then
/// from the machine's own credentials. `Debug` never shows a key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StorageOptions {
    /// URL of an S3-compatible service; absent: AWS itself.
    pub endpoint: Option<String>,
    /// Region of the bucket.
    pub region: Option<String>,
    /// Public half of the key.
    pub access_key_id: Option<String>,
    /// Secret half of the key.
    pub secret_access_key: Option<String>,
    /// Accept an `http:` endpoint.
    pub allow_http: bool,
}

impl fmt::Debug for StorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |key: &Option<String>| key.as_ref().map(|_| "…");
        f.debug_struct("StorageOptions")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("access_key_id", &hidden(&self.access_key_id))
            .field("secret_access_key", &hidden(&self.secret_access_key))
            .field("allow_http", &self.allow_http)
            .finish()
    }
}

/// A parsed location and the store behind it. Cheap to clone.
#[derive(Clone)]
pub struct Location {
    url: Url,
    root: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Location {
    /// Reads `./lake`, `/abs/lake`, `file:///abs/lake` or `s3://bucket/prefix`. Nothing is created
    /// and nothing is contacted.
    ///
    /// # Errors
    /// [`Error::Location`] for another scheme, a bucket left out, or options that the store refuses.
    pub fn parse(text: &str, options: &StorageOptions) -> Result<Self> {
        let fail = |problem| Error::Location {
            location: text.to_owned(),
            problem,
        };
        match text.split_once("://") {
            None => Self::folder(text, FsPath::new(text)),
            Some(("file", _)) => {
                let url = Url::parse(text).map_err(|e| fail(LocationProblem::Url(e)))?;
                let path = url
                    .to_file_path()
                    .map_err(|()| fail(LocationProblem::NotAPath))?;
                Self::folder(text, &path)
            }
            Some(("s3", rest)) => {
                let bucket = rest.split('/').next().unwrap_or_default();
                if bucket.is_empty() {
                    return Err(fail(LocationProblem::NoBucket));
                }
                let url = Url::parse(&format!("{}/", text.trim_end_matches('/')))
                    .map_err(|e| fail(LocationProblem::Url(e)))?;
                let prefix = Path::from_url_path(url.path())
                    .map_err(|e| fail(LocationProblem::Store(e.into())))?;
                let root = s3(bucket, options).map_err(|e| fail(LocationProblem::Store(e)))?;
                Ok(Self { url, root, prefix })
            }
            Some((scheme, _)) => Err(fail(LocationProblem::Scheme(scheme.to_owned()))),
        }
    }

    fn folder(text: &str, path: &FsPath) -> Result<Self> {
        let fail = |problem| Error::Location {
            location: text.to_owned(),
            problem,
        };
        if text.is_empty() {
            return Err(fail(LocationProblem::NotAPath));
        }
        let absolute = std::path::absolute(path).map_err(|e| fail(LocationProblem::Io(e)))?;
        let absolute = without_dots(&absolute);
        let url =
            Url::from_directory_path(&absolute).map_err(|()| fail(LocationProblem::NotAPath))?;
        let prefix = Path::from_absolute_path(&absolute)
            .map_err(|e| fail(LocationProblem::Store(e.into())))?;
        Ok(Self {
            url,
            root: Arc::new(LocalFileSystem::new()),
            prefix,
        })
    }

    /// The same location through another store of the same paths: one that is watched, slowed down or made to fail.
    #[must_use]
    pub fn through(
        &self,
        store: impl FnOnce(Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore>,
    ) -> Self {
        Self {
            root: store(Arc::clone(&self.root)),
            ..self.clone()
        }
    }

    /// The location as a URL that ends with `/`.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The folder, when the location is one.
    #[must_use]
    pub fn local_path(&self) -> Option<PathBuf> {
        (self.url.scheme() == "file")
            .then(|| self.url.to_file_path().ok())
            .flatten()
    }

    /// A store whose root is this location.
    #[must_use]
    pub fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::new(PrefixStore::new(
            Arc::clone(&self.root),
            self.prefix.clone(),
        ))
    }

    /// The store of the whole bucket or disk, whose paths are those of [`Self::url`].
    pub(crate) fn root_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.root)
    }

    /// The location below this one at `relative` (`open/etablissements`), on the same store.
    ///
    /// # Errors
    /// [`Error::Location`] when `relative` cannot be part of a URL.
    pub fn below(&self, relative: &str) -> Result<Self> {
        let fail = |problem| Error::Location {
            location: relative.to_owned(),
            problem,
        };
        let relative = relative.trim_matches('/');
        let url = self
            .url
            .join(&format!("{relative}/"))
            .map_err(|e| fail(LocationProblem::Url(e)))?;
        let prefix = Path::parse(format!("{}/{relative}", self.prefix))
            .map_err(|e| fail(LocationProblem::Store(e.into())))?;
        Ok(Self {
            url,
            root: Arc::clone(&self.root),
            prefix,
        })
    }

    /// URL of the file at `relative` below this location.
    ///
    /// # Errors
    /// [`Error::Location`] when `relative` cannot be part of a URL.
    pub fn file_url(&self, relative: &str) -> Result<Url> {
        self.url.join(relative).map_err(|e| Error::Location {
            location: relative.to_owned(),
            problem: LocationProblem::Url(e),
        })
    }

    /// Lets DataFusion read the files of this location by their URL.
    pub fn register(&self, runtime: &RuntimeEnv) {
        runtime.register_object_store(&self.url, Arc::clone(&self.root));
    }
}

impl fmt::Display for Location {
    /// A folder as a path, a bucket as a URL without its final `/`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.local_path() {
            Some(path) => f.write_str(path.to_string_lossy().trim_end_matches('/')),
            None => f.write_str(self.url.as_str().trim_end_matches('/')),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

/// `.` and `..` taken away by name: a lake is the same lake from wherever it is named.
fn without_dots(path: &FsPath) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut clean, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
        clean
    })
}

fn s3(bucket: &str, options: &StorageOptions) -> object_store::Result<Arc<dyn ObjectStore>> {
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(region) = &options.region {
        builder = builder.with_region(region);
    }
    if let Some(key) = &options.access_key_id {
        builder = builder.with_access_key_id(key);
    }
    if let Some(secret) = &options.secret_access_key {
        builder = builder.with_secret_access_key(secret);
    }
    if options.allow_http {
        builder = builder.with_allow_http(true);
    }
    Ok(Arc::new(builder.build()?))
}
