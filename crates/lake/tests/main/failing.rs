//! A store of which one call fails.

use std::fmt;
use std::future::Future;
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
    way: Way,
}

/// How it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It does not reach the store.
    Unsent,
    /// The store does it, and its answer is lost.
    Unanswered,
    /// The answer is lost, and the client asks again.
    Repeated,
}

impl Failing {
    /// The call of that number, from 0, fails; `calls` tells how many there were.
    pub(crate) fn new(
        behind: Arc<dyn ObjectStore>,
        failing: usize,
        way: Way,
        calls: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            behind,
            calls,
            failing,
            way,
        }
    }

    /// How this call fails; none: it does not.
    fn call(&self) -> Option<Way> {
        let is_it = self.calls.fetch_add(1, Ordering::SeqCst) == self.failing;
        is_it.then_some(self.way)
    }

    async fn through<T, F: Future<Output = Result<T>>>(&self, act: impl Fn() -> F) -> Result<T> {
        match self.call() {
            None => act().await,
            Some(Way::Unsent) => Err(cut()),
            Some(Way::Unanswered) => {
                let _ = act().await;
                Err(cut())
            }
            Some(Way::Repeated) => {
                let _ = act().await;
                act().await
            }
        }
    }

    /// A client that reads asks again as if nothing had been.
    fn read<T>(
        &self,
        act: impl FnOnce() -> BoxStream<'static, Result<T>>,
    ) -> BoxStream<'static, Result<T>>
    where
        T: Send + 'static,
    {
        match self.call() {
            None | Some(Way::Repeated) => act(),
            Some(Way::Unsent | Way::Unanswered) => stream::iter([Err(cut())]).boxed(),
        }
    }
}

fn cut() -> Error {
    Error::Generic {
        store: "Failing",
        source: "the line is cut".into(),
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
        self.through(|| self.behind.put_opts(at, body.clone(), options.clone()))
            .await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.through(|| self.behind.put_multipart_opts(at, options.clone()))
            .await
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        self.through(|| self.behind.get_opts(at, options.clone()))
            .await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        match self.call() {
            None | Some(Way::Repeated) => self.behind.delete_stream(paths),
            Some(Way::Unsent) => stream::iter([Err(cut())]).boxed(),
            Some(Way::Unanswered) => {
                let deleted = self.behind.delete_stream(paths);
                deleted.map(|path| path.and(Err(cut()))).boxed()
            }
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.read(|| self.behind.list(prefix))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.through(|| self.behind.list_with_delimiter(prefix))
            .await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.through(|| self.behind.copy_opts(from, to, options.clone()))
            .await
    }
}
