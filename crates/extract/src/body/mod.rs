//! A body as a stream of the bytes inside: decompressed by what its first bytes say, whatever its name says.

mod bounded;
mod seven_zip;
mod zip;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::error::{Error, Origin};
use crate::settings::Limits;

pub(crate) use bounded::Bounded;
pub(crate) use zip::{Pick, with_zip};

/// One body to read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<'a> {
    pub(crate) origin: &'a Origin,
    pub(crate) path: &'a Path,
    /// Pattern of the member to read in a zip.
    pub(crate) member: Option<&'a str>,
    pub(crate) limits: &'a Limits,
}

const BUFFER: usize = 256 << 10;

impl Body<'_> {
    pub(crate) fn file(&self) -> Result<File, Error> {
        File::open(self.path).map_err(Error::io(self.path))
    }

    /// Reads the bytes inside with `read`. Of a zip or a 7z, the one member that `member` or one of the `extensions`
    /// names.
    pub(crate) fn stream<T>(
        &self,
        extensions: &[&str],
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let file = self.file()?;
        let bytes = file.metadata().map_err(Error::io(self.path))?.len();
        let limit = self.limits.expanded(bytes);
        let mut reader = BufReader::with_capacity(BUFFER, file);
        let pick = Pick::new(self.member, extensions);
        match compression(&mut reader).map_err(Error::io(self.path))? {
            Some(Compression::Zip) => with_zip(self, reader.into_inner(), |zip| {
                let index = zip.pick(&pick)?;
                zip.with_member(index, |member| self.inside(member, limit, extensions, read))
            }),
            Some(Compression::SevenZip) => {
                seven_zip::with_member(self, reader.into_inner(), &pick, |member| {
                    self.inside(member, limit, extensions, read)
                })
            }
            _ => self.inside(&mut reader, limit, extensions, read),
        }
    }

    fn inside<T>(
        &self,
        reader: &mut dyn BufRead,
        limit: u64,
        extensions: &[&str],
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut reader = self.decompressed(reader, limit)?;
        if compression(&mut reader).map_err(|e| self.io(e))? == Some(Compression::Zip) {
            let spooled = self.spool(&mut reader)?;
            let inner = Body {
                path: spooled.path(),
                ..*self
            };
            let pick = Pick::new(self.member, extensions);
            return with_zip(&inner, inner.file()?, |zip| {
                let index = zip.pick(&pick)?;
                zip.with_member(index, |member| {
                    read(&mut *inner.decompressed(member, limit)?)
                })
            });
        }
        read(&mut *reader)
    }

    /// Peels gzip, xz and bzip2, one over the other if need be.
    fn decompressed<'r>(
        &self,
        reader: &'r mut dyn BufRead,
        limit: u64,
    ) -> Result<Box<dyn BufRead + 'r>, Error> {
        let mut reader: Box<dyn BufRead + 'r> = Box::new(reader);
        loop {
            let unpacked: Box<dyn Read + 'r> = match compression(&mut reader)
                .map_err(|e| self.io(e))?
            {
                Some(Compression::Gzip) => Box::new(flate2::bufread::MultiGzDecoder::new(reader)),
                Some(Compression::Xz) => {
                    Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(reader))
                }
                Some(Compression::Bzip2) => Box::new(bzip2::bufread::MultiBzDecoder::new(reader)),
                Some(Compression::Zip | Compression::SevenZip) | None => return Ok(reader),
            };
            reader = Box::new(BufReader::with_capacity(
                BUFFER,
                Bounded::new(unpacked, limit),
            ));
        }
    }

    /// The bytes inside in a temporary file, for readers that must move about in it.
    pub(crate) fn spool(&self, reader: &mut dyn BufRead) -> Result<tempfile::NamedTempFile, Error> {
        let temporary = std::env::temp_dir();
        let mut spooled = tempfile::NamedTempFile::new().map_err(Error::io(&temporary))?;
        loop {
            let bytes = reader.fill_buf().map_err(|e| self.io(e))?;
            if bytes.is_empty() {
                io::Seek::rewind(&mut spooled).map_err(Error::io(&temporary))?;
                return Ok(spooled);
            }
            io::Write::write_all(&mut spooled, bytes).map_err(Error::io(&temporary))?;
            let read = bytes.len();
            reader.consume(read);
        }
    }

    /// What a failure to read the stream means.
    pub(crate) fn io(&self, cause: io::Error) -> Error {
        if let Some(limit) = bounded::refused(&cause) {
            return Error::Expansion {
                origin: self.origin.clone(),
                limit,
            };
        }
        match cause.kind() {
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::Other => Error::Damaged {
                origin: self.origin.clone(),
                cause,
            },
            _ => Error::io(self.path)(cause),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    Gzip,
    Xz,
    Bzip2,
    Zip,
    SevenZip,
}

fn compression(reader: &mut (impl BufRead + ?Sized)) -> io::Result<Option<Compression>> {
    let start = reader.fill_buf()?;
    Ok(match start {
        [0x1f, 0x8b, 0x08, ..] => Some(Compression::Gzip),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some(Compression::Bzip2),
        [b'P', b'K', 3, 4, ..] => Some(Compression::Zip),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some(Compression::SevenZip),
        _ => None,
    })
}
