//! Reading `customProperties` against the register of extensions.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Linter, suggest};
use crate::document::CustomProperty;
use crate::extension::{EXTENSIONS, Extension, NOTICES, Place};
use crate::meaning::{Forbids, Notice};

/// The known extensions of one place, each with the pointer to its value.
pub(super) struct Extensions<'a>(BTreeMap<&'static str, (String, &'a Value)>);

impl Linter<'_> {
    /// Sorts the custom properties of the thing at `at`: known ones to be read, the others reported.
    pub(super) fn extensions<'a>(
        &mut self,
        place: Place,
        at: &str,
        properties: &'a [CustomProperty],
    ) -> Extensions<'a> {
        let mut known = BTreeMap::new();
        for (
            index,
            CustomProperty {
                property, value, ..
            },
        ) in properties.iter().enumerate()
        {
            let pointer = format!("{at}/customProperties/{index}");
            let Some(extension) = register(property) else {
                let names: Vec<&str> = allowed(place).map(|extension| extension.name).collect();
                self.warning(
                    "edulac::contract::unknown_extension",
                    &format!("{pointer}/property"),
                    format!("the lake does not know the custom property `{property}`"),
                    format!(
                        "{}; it is kept, and nothing reads it",
                        suggest(property, &names)
                    ),
                );
                continue;
            };
            if !extension.places.contains(&place) {
                let places: Vec<&str> = extension
                    .places
                    .iter()
                    .map(|place| place.as_str())
                    .collect();
                self.error(
                    "edulac::contract::misplaced_extension",
                    &format!("{pointer}/property"),
                    format!("`{property}` means nothing on {}", place.as_str()),
                    format!("move it to {}", places.join(" or ")),
                );
            } else if known
                .insert(extension.name, (format!("{pointer}/value"), value))
                .is_some()
            {
                self.error(
                    "edulac::contract::repeated_extension",
                    &format!("{pointer}/property"),
                    format!("`{property}` is given twice"),
                    "keep one of the two",
                );
            }
        }
        Extensions(known)
    }
}

impl Extensions<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Where the value of an extension is written; the place of the whole thing when it is not there.
    pub(super) fn pointer<'b>(&'b self, name: &str, at: &'b str) -> &'b str {
        self.0.get(name).map_or(at, |(pointer, _)| pointer)
    }

    /// A text.
    pub(super) fn text(&self, linter: &mut Linter<'_>, name: &str) -> Option<String> {
        self.read(linter, name, |text: &String| !text.trim().is_empty())
    }

    /// A share in percent.
    pub(super) fn percent(&self, linter: &mut Linter<'_>, name: &str) -> Option<f64> {
        self.read(linter, name, |percent: &f64| {
            (0.0..=100.0).contains(percent)
        })
    }

    /// Notices, each with an id of its own.
    pub(super) fn notices(&self, linter: &mut Linter<'_>) -> Vec<Notice> {
        let complete = |notices: &Vec<Notice>| {
            notices.iter().all(|notice| {
                let says = !notice.id.trim().is_empty() && !notice.text.trim().is_empty();
                says && notice.forbids.as_ref().is_none_or(Forbids::is_something)
            })
        };
        self.read(linter, NOTICES, complete).unwrap_or_default()
    }

    /// The value of an extension as `T`, when it is written and good; a bad one is reported.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        linter: &mut Linter<'_>,
        name: &str,
        good: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let (pointer, value) = self.0.get(name)?;
        let read = serde_json::from_value((*value).clone())
            .ok()
            .filter(|value| good(value));
        if read.is_none() {
            let expected = register(name).map_or("", |extension| extension.value);
            linter.error(
                "edulac::contract::extension_value",
                pointer,
                format!("`{name}` cannot be `{value}`"),
                format!("write {expected}"),
            );
        }
        read
    }
}

fn register(name: &str) -> Option<&'static Extension> {
    EXTENSIONS.iter().find(|extension| extension.name == name)
}

fn allowed(place: Place) -> impl Iterator<Item = &'static Extension> {
    EXTENSIONS
        .iter()
        .filter(move |extension| extension.places.contains(&place))
}
