//! Files of the sample: folders made on the way, compressed without any time stamp.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Error;

/// The folder the sample goes to.
pub(crate) struct Output {
    root: PathBuf,
}

impl Output {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// A path below the root; its folder exists when this returns.
    pub(crate) fn path(&self, relative: &str) -> Result<PathBuf, Error> {
        let path = self.root.join(relative);
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(failed(folder))?;
        Ok(path)
    }

    /// A whole JSON document.
    pub(crate) fn json(&self, relative: &str, document: &serde_json::Value) -> Result<(), Error> {
        let path = self.path(relative)?;
        fs::write(&path, format!("{document:#}\n")).map_err(failed(&path))
    }

    pub(crate) fn text(&self, relative: &str) -> Result<Text<BufWriter<File>>, Error> {
        let path = self.path(relative)?;
        let file = File::create(&path).map_err(failed(&path))?;
        Ok(Text {
            path,
            sink: BufWriter::new(file),
        })
    }

    pub(crate) fn gzip(&self, relative: &str) -> Result<Text<GzEncoder<BufWriter<File>>>, Error> {
        let Text { path, sink } = self.text(relative)?;
        Ok(Text {
            path,
            sink: GzEncoder::new(sink, Compression::best()),
        })
    }
}

/// A text file being written.
pub(crate) struct Text<W> {
    path: PathBuf,
    sink: W,
}

impl<W: Write> Text<W> {
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Error> {
        self.sink
            .write_all(text.as_bytes())
            .map_err(failed(&self.path))
    }
}

impl Text<BufWriter<File>> {
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.sink.flush().map_err(failed(&self.path))
    }
}

impl Text<GzEncoder<BufWriter<File>>> {
    /// For bytes that are no text.
    pub(crate) fn sink(&mut self) -> &mut impl Write {
        &mut self.sink
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        let Self { path, sink } = self;
        sink.finish()
            .and_then(|mut file| file.flush())
            .map_err(failed(&path))
    }
}

/// What turns a system error on `path` into ours.
pub(crate) fn failed(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    |source| Error::Write {
        path: path.to_owned(),
        source,
    }
}
