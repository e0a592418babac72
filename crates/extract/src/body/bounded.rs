//! A stream that refuses to grow beyond a limit: a small archive can hold petabytes of zeros.

use std::fmt;
use std::io::{self, Read};

/// Fails once more than `limit` bytes were read.
pub(crate) struct Bounded<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R> Bounded<R> {
    pub(crate) fn new(inner: R, limit: u64) -> Self {
        Self {
            inner,
            left: limit,
            limit,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(TooLarge(self.limit))),
        }
        Ok(read)
    }
}

#[derive(Debug)]
struct TooLarge(u64);

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} bytes", self.0)
    }
}

impl std::error::Error for TooLarge {}

/// The limit, when this failure is a refusal to grow.
pub(crate) fn refused(error: &io::Error) -> Option<u64> {
    Some(error.get_ref()?.downcast_ref::<TooLarge>()?.0)
}
