//! The body of a refusal: what the server says, whatever its form.

use serde::Deserialize;
use serde_json::Value;

use super::http::Answer;
use crate::error::ServerMessage;

/// Bytes of a refusal that are read.
const LONGEST: usize = 64 << 10;
/// Characters of a body without known form that are shown.
const SHOWN: usize = 200;

/// What a server says when it refuses.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) said: ServerMessage,
    /// Calls allowed in the period.
    pub(super) limit: Option<u64>,
    /// When the period ends, as written.
    pub(super) reset: Option<String>,
}

/// The JSON forms: Opendatasoft's `message` and `error_code`, its `error` and `errorcode` for quotas, data.gouv.fr's
/// `message`, the `detail` of RNB, the `code` and `message` of the Géoplateforme.
#[derive(Deserialize)]
struct Form {
    #[serde(alias = "error", alias = "detail")]
    message: Option<String>,
    #[serde(alias = "errorcode", alias = "code")]
    error_code: Option<Value>,
    call_limit: Option<u64>,
    reset_time: Option<String>,
}

impl Refusal {
    /// Reads the beginning of the body; a body that breaks off says what it says.
    pub(super) async fn read(answer: &mut Answer) -> Self {
        let mut body = Vec::new();
        while let Ok(Some(piece)) = answer.piece().await {
            body.extend_from_slice(&piece);
            if body.len() > LONGEST {
                break;
            }
        }
        Self::parse(&String::from_utf8_lossy(&body))
    }

    pub(super) fn parse(body: &str) -> Self {
        if let Some(refusal) = Self::parse_json(body) {
            return refusal;
        }
        // S3 answers in XML, many servers with a web page whose title says it all.
        let (message, code) = match between(body, "<message>", "</message>") {
            Some(message) => (message, between(body, "<code>", "</code>")),
            None => (between(body, "<title>", "</title>").unwrap_or(body), None),
        };
        Self {
            said: ServerMessage {
                message: shown(message),
                code: code.and_then(shown),
            },
            ..Self::default()
        }
    }

    /// A body that is one of the JSON forms; null when it is anything else.
    pub(super) fn parse_json(body: &str) -> Option<Self> {
        let form: Form = serde_json::from_str(body).ok()?;
        let code = form.error_code.and_then(|code| match code {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        let message = form.message.as_deref().and_then(shown);
        (message.is_some() || code.is_some()).then_some(Self {
            said: ServerMessage { message, code },
            limit: form.call_limit,
            reset: form.reset_time,
        })
    }

    /// The quota of those who give no key is used up (Opendatasoft's code for it).
    pub(super) fn is_of_anonymous_users(&self) -> bool {
        self.said.code.as_deref() == Some("10005")
    }

    /// Without the secrets, in case the server repeats them.
    pub(super) fn without(mut self, secrets: &[String]) -> Self {
        for text in [&mut self.said.message, &mut self.said.code] {
            for secret in secrets {
                *text = text.take().map(|text| text.replace(secret.as_str(), "***"));
            }
        }
        self
    }
}

/// What stands between two tags, which are given in lower case.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let lower = text.to_ascii_lowercase();
    let from = lower.find(start)? + start.len();
    let to = from + lower[from..].find(end)?;
    Some(&text[from..to])
}

/// One line of readable characters, not too long; null when nothing is left.
fn shown(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words.join(" ");
    let short: String = line.chars().take(SHOWN).collect();
    let short = if short.len() < line.len() {
        format!("{short}…")
    } else {
        short
    };
    (!short.is_empty()).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_refusal_gives_its_message_and_its_code() {
        for (body, said) in [
            (
                r#"{"error_code": "ODSQLError", "message": "ODSQL query is malformed"}"#,
                r#": "ODSQL query is malformed" (ODSQLError)"#,
            ),
            (
                r#"{"errorcode": 10002, "error": "Too many requests", "call_limit": 10000}"#,
                r#": "Too many requests" (10002)"#,
            ),
            (r#"{"detail": "Not found."}"#, r#": "Not found.""#),
            (
                "<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>No key.</Message></Error>",
                r#": "No key." (NoSuchKey)"#,
            ),
            (
                "<!doctype html>\n<html><head><TITLE>Not\n Found</TITLE></head><body>x</body></html>",
                r#": "Not Found""#,
            ),
            ("nothing\there\u{1b}[31m", r#": "nothing here [31m""#),
            ("", ""),
            ("[1, 2]", r#": "[1, 2]""#),
        ] {
            assert_eq!(Refusal::parse(body).said.to_string(), said, "{body}");
        }
    }

    #[test]
    fn a_long_body_is_cut_between_characters() {
        let said = Refusal::parse(&"é".repeat(1000)).said;
        assert_eq!(said.message, Some(format!("{}…", "é".repeat(200))));
    }
}
