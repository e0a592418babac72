//! Metadata of datasets: small JSON documents, the one kind of body that is held whole.

use serde::de::DeserializeOwned;

use super::Net;
use super::http::Reply;
use super::request::Request;
use super::retry::{Retries, Trouble};
use crate::error::Error;

/// No metadata of a dataset comes near it.
const LONGEST_METADATA: usize = 32 << 20;

impl Net {
    /// The metadata of a dataset. `expected` says of what, for messages.
    pub(super) async fn metadata<T: DeserializeOwned>(
        &self,
        request: &Request<'_>,
        expected: &'static str,
    ) -> Result<T, Error> {
        let mut retries = Retries::default();
        let body = loop {
            match self.metadata_body(request).await {
                Ok(body) => break body,
                Err(trouble) => retries.pause(self, request, trouble, false).await?,
            }
        };
        let reason = match body.trim_ascii_start() {
            _ if body.len() > LONGEST_METADATA => format!("more than {LONGEST_METADATA} bytes"),
            [b'<', ..] => "a web page came".to_owned(),
            text => match serde_json::from_slice(text) {
                Ok(metadata) => return Ok(metadata),
                Err(cause) => cause.to_string(),
            },
        };
        let origin = request.origin.clone();
        Err(Error::Metadata {
            origin,
            expected,
            reason,
        })
    }

    /// The body, or the beginning of one that is too long.
    async fn metadata_body(&self, request: &Request<'_>) -> Result<Vec<u8>, Trouble> {
        let mut answer = match self.send(request, None).await? {
            Reply::File(path) => {
                let body = tokio::fs::read(&path).await.map_err(Error::io(path))?;
                return Ok(body);
            }
            Reply::Server(answer) => answer,
        };
        let mut body = Vec::new();
        while let Some(piece) = answer.piece().await? {
            body.extend_from_slice(&piece);
            if body.len() > LONGEST_METADATA {
                break;
            }
        }
        Ok(body)
    }
}
