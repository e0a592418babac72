//! The storage of codes of a fixed width: bytes in place, so that codes are `Copy` and free of allocation.

use std::fmt;

use crate::{CodeError, Fault};

/// A set of characters and its name in messages.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) holds: fn(char) -> bool,
}

pub(crate) const DIGIT: Class = Class {
    name: "a digit",
    holds: |c| c.is_ascii_digit(),
};
pub(crate) const LETTER: Class = Class {
    name: "a letter",
    holds: |c| c.is_ascii_uppercase(),
};
pub(crate) const DIGIT_OR_CORSE: Class = Class {
    name: "a digit, A or B",
    holds: |c| c.is_ascii_digit() || matches!(c, 'A' | 'B'),
};

/// `N` ASCII characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ascii<const N: usize>(pub(crate) [u8; N]);

impl<const N: usize> Ascii<N> {
    /// Reads a cleaned text of exactly `N` characters; `class` says what may stand at each place (from 0).
    pub(crate) fn read(
        text: &str,
        class: impl Fn(usize) -> &'static Class,
    ) -> Result<Self, CodeError> {
        let found = text.chars().count();
        if found != N {
            return Err(Fault::Length { found, expected: N }.of(text));
        }
        let mut bytes = [b' '; N];
        for (index, (slot, found)) in bytes.iter_mut().zip(text.chars()).enumerate() {
            let Class { name, holds } = class(index);
            match u8::try_from(found) {
                Ok(byte) if holds(found) => *slot = byte,
                _ => {
                    return Err(Fault::Character {
                        found,
                        position: index + 1,
                        expected: name,
                    }
                    .of(text));
                }
            }
        }
        Ok(Self(bytes))
    }

    pub(crate) fn as_str(&self) -> &str {
        // ASCII by construction, so the default is never taken.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Debug for Ascii<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
