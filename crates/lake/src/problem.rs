//! The particulars of errors: what is contested, what is wrong with a location or a layout.

/// What two runs fought over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contested {
    /// A table.
    Table(String),
    /// The next place in the log of releases.
    Release {
        /// Serial number of the place.
        serial: u64,
    },
    /// Releases, or holds of them.
    Lake,
}

impl std::fmt::Display for Contested {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Table(table) => write!(f, "table `{table}`"),
            Self::Release { serial } => write!(f, "release number {serial}"),
            Self::Lake => f.write_str("a release, or a hold of one,"),
        }
    }
}

/// Why a location is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocationProblem {
    /// A scheme the lake does not write to.
    #[error(
        "`{0}://` is not supported; use a folder, `s3://bucket/prefix`, `az://container/prefix` or `gs://bucket/prefix`"
    )]
    Scheme(String),
    /// `s3://` without a bucket.
    #[error("the bucket is missing; write `s3://bucket/prefix`")]
    NoBucket,
    /// A web address with a user, a key or a query.
    #[error(
        "give the address alone, without user, key or query: it is shown and kept with the copy"
    )]
    NotPlain,
    /// Not the path of a folder.
    #[error("not the path of a folder")]
    NotAPath,
    /// Not a URL.
    #[error("not a URL")]
    Url(#[source] url::ParseError),
    /// The store refuses it or its options.
    #[error("the store refuses it")]
    Store(#[source] object_store::Error),
    /// The working folder is unknown.
    #[error("the working folder is unknown")]
    Io(#[source] std::io::Error),
}

/// Why a layout is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutProblem {
    /// The table's name cannot be a folder and an SQL name.
    #[error("its name must be lower-case letters, digits and `_`, and begin with a letter")]
    TableName,
    /// A column's name cannot be written.
    #[error("column `{0}`: names are letters, digits and `_`, and `bbox` belongs to the lake")]
    ColumnName(String),
    /// A type that not every reader of Delta tables knows.
    #[error(
        "column `{column}`: type {data_type} is not portable; use Utf8, Boolean, Int8 to Int64, Float32, Float64, Date32, a UTC timestamp in microseconds, Decimal128, Binary, or lists and structs of them"
    )]
    Type {
        /// The column.
        column: String,
        /// Its Arrow type.
        data_type: String,
    },
    /// A column that the layout refers to is not in the schema.
    #[error("column `{column}` ({role}) is not in its schema")]
    Unknown {
        /// The column.
        column: String,
        /// What it was to be: `geometry`, `partition_by`, `key`.
        role: &'static str,
    },
    /// The geometry is not WKB.
    #[error("geometry column `{0}` must be Binary (WKB, CRS84)")]
    Geometry(String),
}
