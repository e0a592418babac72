//! What is asked for, and what must not be told about it.

use edulac_spec::SecretValue;
use reqwest::header::{HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use url::Url;

use crate::error::{Error, Origin};
use crate::receipt::PartReceipt;
use crate::redact::{redacted, secrets};

/// Something to ask for.
#[derive(Debug, Clone)]
pub(super) struct Request<'a> {
    pub(super) source: &'a str,
    /// The part's name, for the listener.
    pub(super) part: Option<&'a str>,
    pub(super) url: Url,
    /// The source and the redacted address.
    pub(super) origin: Origin,
    /// Goes to the host of the address and to no other.
    pub(super) key: Option<HeaderValue>,
    /// Texts that no message may repeat.
    pub(super) secrets: Vec<String>,
    /// Asked for only if it has changed since this receipt.
    pub(super) since: Option<&'a PartReceipt>,
}

impl<'a> Request<'a> {
    pub(super) fn new(source: &'a str, url: Url) -> Self {
        Self {
            source,
            part: None,
            origin: Origin::new(source, &redacted(&url)),
            key: None,
            secrets: secrets(&url),
            since: None,
            url,
        }
    }

    /// An address as text.
    pub(super) fn parse(source: &'a str, url: &str) -> Result<Self, Error> {
        let url = Url::parse(url).map_err(|reason| Error::Address {
            origin: Origin::new(source, url.split(['?', '#']).next().unwrap_or_default()),
            reason,
        })?;
        Ok(Self::new(source, url))
    }

    /// With a key of an Opendatasoft portal.
    pub(super) fn with_key(mut self, key: Option<&SecretValue>) -> Result<Self, Error> {
        if let Some(key) = key {
            let mut value =
                HeaderValue::from_str(&format!("Apikey {}", key.expose())).map_err(|_| {
                    Error::KeyForm {
                        origin: self.origin.clone(),
                    }
                })?;
            value.set_sensitive(true);
            self.key = Some(value);
            self.secrets.push(key.expose().to_owned());
        }
        Ok(self)
    }

    /// With the validators of the receipt before, when it is about the same address.
    pub(super) fn since(mut self, previous: Option<&'a PartReceipt>) -> Self {
        self.since = previous.filter(|previous| previous.url == *self.origin.url);
        self
    }

    pub(super) fn conditions(&self) -> HeaderMap {
        let mut conditions = HeaderMap::new();
        let Some(since) = self.since else {
            return conditions;
        };
        for (validator, condition) in [
            ("etag", IF_NONE_MATCH),
            ("last-modified", IF_MODIFIED_SINCE),
        ] {
            let value = since.headers.get(validator);
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                conditions.insert(condition, value);
            }
        }
        conditions
    }
}
