//! Where a lake (or an archive) lives: a folder, a prefix of a bucket, or plain files behind a web address.

use std::fmt;
use std::path::{Component, Path as FsPath, PathBuf};
use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnv;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use url::Url;

use crate::error::{Error, LocationProblem, Result};
use crate::stores::{self, StorageOptions};

/// A parsed location and the store behind it. Cheap to clone.
#[derive(Clone)]
pub struct Location {
    url: Url,
    root: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Location {
    /// Reads `./lake`, `/abs/lake`, `file:///abs/lake`, `s3://bucket/prefix`, `az://container/prefix` or
    /// `gs://bucket/prefix`. Nothing is created and nothing is contacted.
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
            Some((scheme, rest)) => {
                let name = rest.split('/').next().unwrap_or_default();
                let root = match stores::bucket(scheme, name, options) {
                    None => return Err(fail(LocationProblem::Scheme(scheme.to_owned()))),
                    Some(_) if name.is_empty() => return Err(fail(LocationProblem::NoBucket)),
                    Some(root) => root.map_err(|e| fail(LocationProblem::Store(e)))?,
                };
                Self::of_url(text, root)
            }
        }
    }

    /// As [`Self::parse`], and `https://host/path` or `http://host/path` too: plain files that are read by name.
    ///
    /// # Errors
    /// As [`Self::parse`]; [`Error::Location`] for an address with a key in it, which would end in logs.
    pub fn parse_source(text: &str, options: &StorageOptions) -> Result<Self> {
        if !text.starts_with("http://") && !text.starts_with("https://") {
            return Self::parse(text, options);
        }
        let fail = |problem| Error::Location {
            location: text.to_owned(),
            problem,
        };
        let url = Url::parse(text).map_err(|e| fail(LocationProblem::Url(e)))?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        if !is_plain || url.query().is_some() || url.fragment().is_some() {
            let location = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
            let problem = LocationProblem::NotPlain;
            return Err(Error::Location { location, problem });
        }
        let origin = stores::web(&url.origin().ascii_serialization());
        Self::of_url(text, origin.map_err(|e| fail(LocationProblem::Store(e)))?)
    }

    /// The location of a URL below its host.
    fn of_url(text: &str, root: Arc<dyn ObjectStore>) -> Result<Self> {
        let fail = |problem| Error::Location {
            location: text.to_owned(),
            problem,
        };
        let url = Url::parse(&format!("{}/", text.trim_end_matches('/')))
            .map_err(|e| fail(LocationProblem::Url(e)))?;
        let prefix =
            Path::from_url_path(url.path()).map_err(|e| fail(LocationProblem::Store(e.into())))?;
        Ok(Self { url, root, prefix })
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
