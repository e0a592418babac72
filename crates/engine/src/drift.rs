//! What a source has become since it was extracted last: columns that are new, gone, renamed or of another type.

use std::fmt;

use arrow::datatypes::{Schema, SchemaRef};
use edulac_extract::{Archive, Receipt, Upstream};
use edulac_yaml::did_you_mean;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// A change of a column of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "drift", rename_all = "snake_case")]
pub enum Drift {
    /// It was not there.
    New {
        /// The column.
        column: String,
    },
    /// It is not there any more.
    Missing {
        /// The column.
        column: String,
    },
    /// It is not there any more, and a new one is called nearly the same.
    Renamed {
        /// Its name before.
        column: String,
        /// The name of the new one.
        now: String,
    },
    /// It has another type.
    Retyped {
        /// The column.
        column: String,
        /// Its type before, in the words of the source.
        was: String,
        /// Its type now.
        now: String,
    },
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New { column } => write!(f, "column `{column}` is new"),
            Self::Missing { column } => write!(f, "column `{column}` is gone"),
            Self::Renamed { column, now } => write!(
                f,
                "column `{column}` is gone and `{now}` is new: if it was renamed, write `renames: {{{column}: [{now}]}}`"
            ),
            Self::Retyped { column, was, now } => {
                write!(f, "column `{column}` was {was} and is {now}")
            }
        }
    }
}

impl Drift {
    /// The same for readers of a release, in French.
    pub(crate) fn in_french(&self) -> String {
        match self {
            Self::New { column } => format!("colonne `{column}` nouvelle"),
            Self::Missing { column } => format!("colonne `{column}` disparue"),
            Self::Renamed { column, now } => {
                format!("colonne `{column}` disparue, `{now}` nouvelle")
            }
            Self::Retyped { column, was, now } => {
                format!("colonne `{column}` passée de {was} à {now}")
            }
        }
    }
}

/// A source as it was extracted once: its columns after the pipeline's `renames`, and the types that it announces.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    columns: SchemaRef,
    announced: Vec<(String, String)>,
}

impl Shape {
    /// Its columns.
    pub(crate) fn columns(&self) -> &SchemaRef {
        &self.columns
    }

    /// That of an extract; none when the archive has it no more.
    pub(crate) fn of(archive: &Archive, receipt: &Receipt) -> Result<Option<Self>> {
        let upstreams = receipt
            .parts
            .iter()
            .filter_map(|part| part.upstream.as_ref());
        let announced = upstreams.flat_map(announced).collect();
        let columns = archive.schema_of(receipt)?;
        Ok(columns.map(|columns| Self { columns, announced }))
    }

    /// What changed between this and what came after.
    pub(crate) fn drift(&self, now: &Self) -> Vec<Drift> {
        let mut found = drift_of(&names(&self.columns), &names(&now.columns));
        found.extend(retyped(&self.announced, &now.announced));
        for field in self.columns.fields() {
            let Ok(now) = now.columns.field_with_name(field.name()) else {
                continue;
            };
            if now.data_type() != field.data_type() {
                found.push(Drift::Retyped {
                    column: field.name().clone(),
                    was: field.data_type().to_string(),
                    now: now.data_type().to_string(),
                });
            }
        }
        found
    }
}

/// The fields that a publisher announces, apart from the data.
pub(crate) fn announced(upstream: &Upstream) -> Vec<(String, String)> {
    let Upstream::Opendatasoft { fields, .. } = upstream else {
        return Vec::new();
    };
    let pairs = fields.iter().filter_map(|field| field.split_once(':'));
    pairs
        .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
        .collect()
}

/// Columns, with their types, that have another type now.
pub(crate) fn retyped(was: &[(String, String)], now: &[(String, String)]) -> Vec<Drift> {
    let other = was.iter().filter_map(|(column, was)| {
        let (_, now) = now
            .iter()
            .find(|(name, now)| name == column && now != was)?;
        Some(Drift::Retyped {
            column: column.clone(),
            was: was.clone(),
            now: now.clone(),
        })
    });
    other.collect()
}

/// Columns that came or went; one that went and one that came under nearly the same name are taken for the same.
pub(crate) fn drift_of(was: &[String], now: &[String]) -> Vec<Drift> {
    let mut new: Vec<&String> = now.iter().filter(|name| !was.contains(name)).collect();
    let mut found = Vec::new();
    for column in was.iter().filter(|name| !now.contains(name)) {
        let close = did_you_mean(column, new.iter().map(|name| name.as_str())).map(str::to_owned);
        found.push(match close {
            Some(now) => {
                new.retain(|name| **name != now);
                Drift::Renamed {
                    column: column.clone(),
                    now,
                }
            }
            None => Drift::Missing {
                column: column.clone(),
            },
        });
    }
    found.extend(new.into_iter().map(|column| Drift::New {
        column: column.clone(),
    }));
    found
}

fn names(schema: &Schema) -> Vec<String> {
    let names = schema.fields().iter().map(|field| field.name().clone());
    names.filter(|name| !name.starts_with('_')).collect()
}
