//! The end of an export, where Opendatasoft writes what went wrong after the 200 had been sent.

use std::io::SeekFrom;
use std::path::Path;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::refusal::Refusal;
use crate::error::{Error, ServerMessage};

/// Bytes at the end that are looked at: longer than any error message.
const LENGTH: u64 = 4 << 10;
const INTERRUPTED: &str = "Streaming interrupted due to the following error:";
/// The keys of Opendatasoft's two forms of errors; a record has others.
const KEYS: [&str; 7] = [
    "message",
    "error_code",
    "error",
    "errorcode",
    "reset_time",
    "limit_time_unit",
    "call_limit",
];

/// The last bytes of a body. Those of a compressed one (a stand-in) say nothing.
pub(super) struct Trailer(String);

impl Trailer {
    pub(super) async fn read(path: &Path) -> Result<Self, Error> {
        let mut file = File::open(path).await.map_err(Error::io(path))?;
        let length = file.metadata().await.map_err(Error::io(path))?.len();
        let start = SeekFrom::Start(length.saturating_sub(LENGTH));
        file.seek(start).await.map_err(Error::io(path))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .await
            .map_err(Error::io(path))?;
        Ok(Self(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// What went wrong; null when the body ends as it should.
    pub(super) fn error(&self) -> Option<ServerMessage> {
        self.interrupted().or_else(|| self.json())
    }

    /// `Streaming interrupted due to the following error: … (error_code: InvalidRESTParameterError)`
    fn interrupted(&self) -> Option<ServerMessage> {
        let (_, said) = self.0.rsplit_once(INTERRUPTED)?;
        let said = said.trim().trim_end_matches(['"', '}', ']']);
        let (message, code) = match said.rsplit_once("(error_code:") {
            Some((message, code)) => (message, Some(code.trim().trim_end_matches(')').to_owned())),
            None => (said, None),
        };
        Some(ServerMessage {
            message: Some(message.trim().to_owned()),
            code,
        })
    }

    /// An error object that ends the body, wherever it begins.
    fn json(&self) -> Option<ServerMessage> {
        let end = self.0.trim_end();
        let mut starts = end.rmatch_indices('{').map(|(start, _)| &end[start..]);
        starts.find_map(|text| {
            let object: serde_json::Map<_, _> = serde_json::from_str(text).ok()?;
            let known = object.keys().all(|key| KEYS.contains(&key.as_str()));
            let refusal = Refusal::parse_json(text).filter(|_| known)?;
            refusal.said.code.is_some().then_some(refusal.said)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(body: &str) -> Option<String> {
        let said = Trailer(body.to_owned()).error();
        said.map(|said| said.to_string())
    }

    #[test]
    fn an_error_at_the_end_is_seen_in_both_forms_and_every_format() {
        for (body, said) in [
            (
                "uai;nom\n0990001X;École\nStreaming interrupted due to the following error: Invalid value. (error_code: InvalidRESTParameterError)",
                r#": "Invalid value." (InvalidRESTParameterError)"#,
            ),
            (
                "uai;nom\n0990001X;Éco{\"errorcode\": 10002, \"error\": \"Too many requests\", \"call_limit\": 1}\n",
                r#": "Too many requests" (10002)"#,
            ),
            (
                "{\"uai\": \"0990001X\"}\n{\"message\": \"Timeout\", \"error_code\": \"InternalError\"}",
                r#": "Timeout" (InternalError)"#,
            ),
            (
                "{\"features\": [{\"message\": \"Timeout\", \"error_code\": \"InternalError\"}",
                r#": "Timeout" (InternalError)"#,
            ),
        ] {
            assert_eq!(error(body).as_deref(), Some(said), "{body}");
        }
    }

    #[test]
    fn a_body_that_ends_with_data_is_whole() {
        for body in [
            "",
            "uai;nom\n0990001X;École\n",
            "uai;geo\n0990001X;\"{\"\"type\"\": \"\"Point\"\"}\"\n",
            "{\"features\": [{\"properties\": {\"message\": \"x\"}}]}",
            "{\"message\": \"a column\", \"uai\": \"0990001X\"}\n",
            "{\"message\": \"the only column\"}\n",
        ] {
            assert_eq!(error(body), None, "{body}");
        }
    }
}
