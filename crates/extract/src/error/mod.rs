//! What can go wrong between a source and its records.

mod class;
mod origin;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use origin::{Origin, ServerMessage};

/// Errors of extraction. Each names the source, its redacted address, what came, and the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A variable of the environment that is no number of seconds.
    #[error("{name} is `{value}`; give whole seconds, from 1 to 86400")]
    Seconds {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// A source name that cannot be a folder of the archive.
    #[error(
        "source `{name}` cannot name a folder of the archive; use letters, digits, `_` and one `.` after the pipeline"
    )]
    SourceName {
        /// The name.
        name: String,
    },
    /// The address of a source cannot be understood.
    #[error(
        "{origin}: the address cannot be read ({reason}); give an `https://` address or the path of a file"
    )]
    Address {
        /// Whose address.
        origin: Origin,
        /// What the URL reader said.
        reason: url::ParseError,
    },
    /// A stand-in of the profile that cannot be understood.
    #[error(
        "the profile's endpoint `{start}`: its address `{target}` cannot be read ({reason}); give an `https://` address or a folder"
    )]
    Endpoint {
        /// The start of the addresses that it stands in for.
        start: String,
        /// The address to use instead.
        target: String,
        /// What the URL reader said.
        reason: url::ParseError,
    },
    /// A key that cannot be fetched.
    #[error("{origin}: {cause}")]
    Key {
        /// Whose key.
        origin: Origin,
        /// Why.
        #[source]
        cause: edulac_spec::Error,
    },
    /// A key that no request can carry.
    #[error(
        "{origin}: the `api_key` holds characters that no HTTP header can carry; check its value for line ends and the like"
    )]
    KeyForm {
        /// Whose key.
        origin: Origin,
    },
    /// A local file that is not there.
    #[error("{origin}: there is no file `{}`; check the path, which is relative to the working folder", .path.display())]
    NoFile {
        /// Who asked.
        origin: Origin,
        /// The path.
        path: PathBuf,
    },
    /// 404 and 410.
    #[error(
        "{origin}: the server has nothing there ({status}){said}; check the address, the dataset id and the export"
    )]
    NotFound {
        /// Who asked.
        origin: Origin,
        /// The status.
        status: u16,
        /// What the server said.
        said: ServerMessage,
    },
    /// 401 and 403.
    #[error("{origin}: access refused ({status}){said}; give an `api_key` that may read it")]
    Refused {
        /// Who asked.
        origin: Origin,
        /// The status.
        status: u16,
        /// What the server said.
        said: ServerMessage,
    },
    /// Any other answer that means that the request is wrong.
    #[error(
        "{origin}: the server did not accept the request ({status}){said}; correct the source (`where`, `dataset`, `export`)"
    )]
    BadRequest {
        /// Who asked.
        origin: Origin,
        /// The status.
        status: u16,
        /// What the server said.
        said: ServerMessage,
    },
    /// The server failed, and retrying did not help.
    #[error("{origin}: the server failed ({status}) {attempts} times{said}; try again later")]
    Server {
        /// Who asked.
        origin: Origin,
        /// The last status.
        status: u16,
        /// How many requests were made.
        attempts: u32,
        /// What the server said.
        said: ServerMessage,
    },
    /// The quota of the period is used up.
    #[error("{origin}: the quota{} is used up{said}; {}", limit_text(.limit), reset_text(.reset, *.anonymous))]
    Quota {
        /// Who asked.
        origin: Origin,
        /// Calls allowed in the period, when the server says it.
        limit: Option<u64>,
        /// When calls are accepted again, when the server says it.
        reset: Option<DateTime<Utc>>,
        /// The quota of those who give no key.
        anonymous: bool,
        /// What the server said.
        said: ServerMessage,
    },
    /// The network failed, and retrying did not help.
    #[error(
        "{origin}: no answer after {attempts} attempts ({cause}); check the network and the address"
    )]
    Connection {
        /// Who asked.
        origin: Origin,
        /// How many requests were made.
        attempts: u32,
        /// The last failure, without the address.
        #[source]
        cause: reqwest::Error,
    },
    /// The server sends, but next to nothing, and retrying did not help.
    #[error(
        "{origin}: the body came at less than {bytes_per_second} bytes a second for {seconds} s, {attempts} times; try again later, or set EDULAC_IDLE_TIMEOUT_S to wait longer"
    )]
    Slow {
        /// Who asked.
        origin: Origin,
        /// Below this the body is held to stand still.
        bytes_per_second: u64,
        /// How long that was borne each time.
        seconds: u64,
        /// How many requests were made.
        attempts: u32,
    },
    /// A body larger than any real one.
    #[error(
        "{origin}: the body is larger than {limit} bytes, which no source of ours is; check the address"
    )]
    TooLarge {
        /// Who asked.
        origin: Origin,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A redirection that is not followed.
    #[error(
        "{origin}: redirected to `{to}`, which is not followed ({reason}); give the final address"
    )]
    Redirect {
        /// Who asked.
        origin: Origin,
        /// Where to, redacted.
        to: String,
        /// Why not.
        reason: &'static str,
    },
    /// The network is needed, and the run is frozen.
    #[error(
        "{origin}: the archive holds no extract of what the pipeline and the profile ask for, and the run is frozen; run once without `--frozen`"
    )]
    Frozen {
        /// Who asked.
        origin: Origin,
    },
    /// A metadata answer that has not the expected form.
    #[error(
        "{origin}: the metadata cannot be read ({reason}); check that the address is that of {expected}"
    )]
    Metadata {
        /// Who asked.
        origin: Origin,
        /// What was expected there.
        expected: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// An export that ended with an error message after a 200.
    #[error(
        "{origin}: the export broke off after it had begun{said}; try again, or narrow it with `where`"
    )]
    BrokenExport {
        /// Who asked.
        origin: Origin,
        /// What stands in the body.
        said: ServerMessage,
    },
    /// An export with another number of records than its metadata.
    #[error(
        "{origin}: {received} records came where the metadata announce {announced}; the export was cut or the dataset changed meanwhile: try again"
    )]
    TruncatedExport {
        /// Who asked.
        origin: Origin,
        /// `records_count` of the metadata.
        announced: u64,
        /// Records in the body, whatever their fate.
        received: u64,
    },
    /// A body that is not the one announced.
    #[error(
        "{origin}: its {algorithm} is {received} where the publisher announces {announced}; try again"
    )]
    Checksum {
        /// Who asked.
        origin: Origin,
        /// `sha1` or `size`.
        algorithm: &'static str,
        /// What the publisher announces.
        announced: String,
        /// What came.
        received: String,
    },
    /// The register keeps the events of some months only.
    #[error(
        "{origin}: the RNB gives the events of the last {days} days, and those after {since} are asked for; {}", gap_remedy(*.is_gap)
    )]
    Gap {
        /// Who asked.
        origin: Origin,
        /// Days that the register keeps.
        days: i64,
        /// From where events are wanted.
        since: DateTime<Utc>,
        /// The last extract ends there; else the pipeline says so.
        is_gap: bool,
    },
    /// A département without an export.
    #[error("{origin}: no export for the département `{code}`; there are {}", list(.known))]
    Departement {
        /// Who asked.
        origin: Origin,
        /// The code asked for.
        code: String,
        /// The codes that have an export.
        known: Vec<String>,
    },
    /// A web page where data was expected.
    #[error(
        "{origin}: a web page came instead of {format}; check the address (a login or error page answers there)"
    )]
    WebPage {
        /// Who asked.
        origin: Origin,
        /// The declared format.
        format: &'static str,
    },
    /// A body that breaks its own format at a place where reading cannot go on.
    #[error(
        "{origin}: it is not whole {format}: {reason} at {place}; check `format`, or extract it again"
    )]
    Malformed {
        /// Who asked.
        origin: Origin,
        /// The declared format.
        format: &'static str,
        /// What is wrong.
        reason: String,
        /// Line or byte.
        place: String,
    },
    /// A body without the header that names its columns.
    #[error("{origin}: there is no header line; a CSV begins with the names of its columns")]
    NoHeader {
        /// Who asked.
        origin: Origin,
    },
    /// The JSON pointer leads to no array.
    #[error(
        "{origin}: `records: {pointer}` leads to {found}, not to an array; give the JSON pointer of the array of records"
    )]
    NoArray {
        /// Who asked.
        origin: Origin,
        /// The pointer.
        pointer: String,
        /// What stands there.
        found: &'static str,
    },
    /// A record longer than any real one.
    #[error(
        "{origin}: the record that begins at line {line} is longer than {limit} bytes; a quote probably never closes, or `format` is not the right one"
    )]
    RecordTooLong {
        /// Who asked.
        origin: Origin,
        /// The line where it begins, from 1.
        line: u64,
        /// The limit, in bytes.
        limit: usize,
    },
    /// An encoding that is not supported.
    #[error(
        "{origin}: the encoding `{label}` is not supported; use `utf-8`, `windows-1252` or another one-byte encoding"
    )]
    Encoding {
        /// Who asked.
        origin: Origin,
        /// The label given.
        label: String,
    },
    /// Two columns that `renames` gives the same name.
    #[error(
        "{origin}: `renames` gives the name `{column}` to both `{first}` and `{second}`; keep one of them"
    )]
    RenameConflict {
        /// Who asked.
        origin: Origin,
        /// The name.
        column: String,
        /// The first column.
        first: String,
        /// The second column.
        second: String,
    },
    /// A shapefile without its table.
    #[error(
        "{origin}: the shapefile has no `.dbf` with the name of its `.shp`; put it beside, or give a zip of both"
    )]
    NoTable {
        /// Who asked.
        origin: Origin,
    },
    /// No layer of a GeoPackage, or several, are meant.
    #[error("{origin}: {}; its layers are {}", layer_text(.wanted), list(.layers))]
    Layer {
        /// Who asked.
        origin: Origin,
        /// The layer asked for; none when the pipeline names none.
        wanted: Option<String>,
        /// The layers of the file.
        layers: Vec<String>,
    },
    /// No member, or several, of a zip answers.
    #[error("{origin}: {} of the archive answer to `{wanted}`; its members are {}; set `member`", how_many(*.matches), list(.members))]
    Member {
        /// Who asked.
        origin: Origin,
        /// The pattern, or the kind of file looked for.
        wanted: String,
        /// How many members answer.
        matches: usize,
        /// The first members of the zip.
        members: Vec<String>,
    },
    /// A zip that cannot be opened.
    #[error("{origin}: the zip cannot be read ({cause}); extract it again")]
    Zip {
        /// Who asked.
        origin: Origin,
        /// What the zip reader said.
        #[source]
        cause: zip::result::ZipError,
    },
    /// A 7z that cannot be read.
    #[error("{origin}: the 7z cannot be read ({reason}); extract it again")]
    SevenZip {
        /// Who asked.
        origin: Origin,
        /// What its reader said.
        reason: String,
    },
    /// A compressed body that grows beyond the limits.
    #[error(
        "{origin}: it grows beyond {limit} bytes when decompressed, which no data of this size does; check the address"
    )]
    Expansion {
        /// Who asked.
        origin: Origin,
        /// The limit reached, in bytes.
        limit: u64,
    },
    /// A compressed body that is damaged or cut.
    #[error("{origin}: it is damaged ({cause}); extract it again")]
    Damaged {
        /// Who asked.
        origin: Origin,
        /// What the decompressor said.
        #[source]
        cause: std::io::Error,
    },
    /// A Parquet body that cannot be read.
    #[error("{origin}: the Parquet file cannot be read ({cause}); check `format`")]
    ParquetBody {
        /// Who asked.
        origin: Origin,
        /// What the Parquet reader said.
        #[source]
        cause: parquet::errors::ParquetError,
    },
    /// A receipt or a derived file of the archive that cannot be read back.
    #[error("`{}` cannot be read ({cause}); restore it, or remove its folder to extract again", .path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: serde_json::Error,
    },
    /// A file of the archive or of a source that cannot be read or written.
    #[error("`{}`: {cause}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// Nobody takes a notification.
    #[error("the notification was not taken: {reason}; see `notify` of the profile")]
    Post {
        /// What happened, without the address.
        reason: String,
    },
    /// The HTTP client could not be made.
    #[error("the HTTP client cannot be set up ({cause}); check the system's certificates")]
    Client {
        /// Why.
        #[source]
        cause: reqwest::Error,
    },
    /// Records could not be written: ours.
    #[error(
        "writing the records of source `{name}` failed ({cause}); this is a bug of edulac, please report it"
    )]
    Records {
        /// The source.
        name: String,
        /// What the Parquet writer said.
        #[source]
        cause: parquet::errors::ParquetError,
    },
    /// Records that were lost on the way: ours.
    #[error(
        "of {read} records of source `{name}`, {accounted} are accounted for; this is a bug of edulac, please report it"
    )]
    Accounting {
        /// The source.
        name: String,
        /// Records that the reader met.
        read: u64,
        /// Records parsed, unreadable or empty.
        accounted: u64,
    },
    /// A table of the lake where a source with a body was expected: ours.
    #[error(
        "source `{name}` is a table of the lake and has nothing to extract; this is a bug of edulac, please report it"
    )]
    NoBody {
        /// The source.
        name: String,
    },
    /// A background task stopped: ours.
    #[error(
        "reading source `{name}` stopped unexpectedly; this is a bug of edulac, please report it"
    )]
    Stopped {
        /// The source.
        name: String,
    },
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Io { path, cause }
    }
}

/// How long a wait that a server asks for may last before it is an error instead.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60);

fn limit_text(limit: &Option<u64>) -> String {
    limit.map_or_else(String::new, |limit| format!(" of {limit} calls"))
}

fn reset_text(reset: &Option<DateTime<Utc>>, anonymous: bool) -> String {
    let when = match reset {
        Some(at) => format!("try again after {}", at.format("%Y-%m-%d %H:%M UTC")),
        None => "try again tomorrow".to_owned(),
    };
    if anonymous {
        format!("{when}, or give an `api_key`")
    } else {
        when
    }
}

fn layer_text(wanted: &Option<String>) -> String {
    match wanted {
        Some(layer) => format!("the GeoPackage has no layer `{layer}`, set `layer` to another"),
        None => "which layer of the GeoPackage is meant is not said, set `layer`".to_owned(),
    }
}

fn gap_remedy(is_gap: bool) -> &'static str {
    if is_gap {
        "the last extract is too old to go on from: set `since` to a day that the register still has, and know that what happened between is lost"
    } else {
        "give a later `since`, or none"
    }
}

fn how_many(matches: usize) -> String {
    match matches {
        0 => "no members".to_owned(),
        n => format!("{n} members"),
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
