//! Formats of the files that sources give.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::schema;

/// Format of a file. Compression (gzip, xz, bzip2, zip, and 7z but for shapefiles) is seen from its first bytes and needs no option.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(transform = schema::merge_common_options)]
pub struct Format {
    /// The format itself.
    #[serde(flatten)]
    pub kind: FormatKind,
    /// The file to read inside a zip or 7z, as a pattern (`*_communes.shp`). Needed when it holds several.
    #[serde(default)]
    pub member: Option<String>,
}

/// Format of a file, by its `type`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FormatKind {
    /// Delimited text with a header line.
    Csv {
        /// What separates columns. Detected from the header line when absent.
        #[serde(default)]
        delimiter: Option<Delimiter>,
        /// Encoding of the text. A byte order mark is dropped.
        #[serde(default)]
        encoding: Encoding,
        /// Texts that stand for null, beside the empty cell.
        #[serde(default)]
        nulls: Vec<String>,
        /// What surrounds a cell that contains the delimiter.
        #[serde(default)]
        quote: Quote,
    },
    /// A GeoJSON feature collection: one record per feature, in CRS84.
    Geojson,
    /// OGC GeoPackage: one record per feature of a layer, in the CRS of the layer.
    Geopackage {
        /// The layer to read. Needed when the file holds several.
        #[serde(default)]
        layer: Option<String>,
    },
    /// One JSON document.
    Json {
        /// JSON pointer to the array of records; the document itself when empty.
        #[serde(default)]
        #[schemars(schema_with = "schema::json_pointer")]
        records: String,
        /// JSON pointer, inside an element of the array, to the object that holds the columns (`/record/fields`).
        #[serde(default)]
        #[schemars(schema_with = "schema::json_pointer")]
        record: String,
    },
    /// One JSON object a line.
    Jsonl {
        /// JSON pointer, inside a line, to the object that holds the columns.
        #[serde(default)]
        #[schemars(schema_with = "schema::json_pointer")]
        record: String,
    },
    /// Apache Parquet: columns keep their types.
    Parquet,
    /// ESRI shapefile: `.shp` with `.dbf` and `.prj` beside it, usually in a zip.
    Shapefile {
        /// Encoding of the `.dbf`. That of its `.cpg`, else UTF-8, when absent.
        #[serde(default)]
        encoding: Option<Encoding>,
    },
}

/// What separates the columns of a CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Delimiter {
    /// `;`
    #[serde(rename = ";")]
    Semicolon,
    /// `,`
    #[serde(rename = ",")]
    Comma,
    /// A tabulation.
    #[serde(rename = "tab")]
    Tab,
    /// `|`
    #[serde(rename = "|")]
    Pipe,
}

impl Delimiter {
    /// All of them, in the order in which detection prefers them.
    pub const ALL: [Self; 4] = [Self::Semicolon, Self::Comma, Self::Tab, Self::Pipe];

    /// The character itself.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// Encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252, which also reads ISO-8859-1.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// What surrounds a cell that contains the delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// `"`, doubled inside a cell.
    #[default]
    Double,
    /// `'`, doubled inside a cell.
    Single,
    /// Nothing: quotes are characters like others.
    None,
}

impl Quote {
    /// The character itself, none when quotes mean nothing.
    #[must_use]
    pub fn byte(self) -> Option<u8> {
        match self {
            Self::Double => Some(b'"'),
            Self::Single => Some(b'\''),
            Self::None => None,
        }
    }
}
