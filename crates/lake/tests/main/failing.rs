//! A store of which one call fails.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// Calls pass to the store behind, save one.
#[derive(Debug, Clone)]
pub(crate) struct Failing {
    behind: Arc<dyn ObjectStore>,
    calls: Arc<AtomicUsize>,
    failing: usize,
}

impl Failing {
    /// The call of that number, from 0, fails; `calls` tells how many there were.
    pub(crate) fn new(
        behind: Arc<dyn ObjectStore>,
        failing: usize,
        calls: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            behind,
            calls,
            failing,
        }
    }

    fn call(&self) -> Result<()> {
        match self.calls.fetch_add(1, Ordering::SeqCst) == self.failing {
            true => Err(Error::Generic {
                store: "Failing",
                source: "the line is cut".into(),
            }),
            false => Ok(()),
        }
    }
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failing at {}", self.failing)
    }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(
        &self,
        at: &Path,
        body: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.call()?;
        self.behind.put_opts(at, body, options).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.call()?;
        self.behind.put_multipart_opts(at, options).await
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        self.call()?;
        self.behind.get_opts(at, options).await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        match self.call() {
            Ok(()) => self.behind.delete_stream(paths),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.call() {
            Ok(()) => self.behind.list(prefix),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.call()?;
        self.behind.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.call()?;
        self.behind.copy_opts(from, to, options).await
    }
}
