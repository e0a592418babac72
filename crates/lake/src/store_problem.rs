//! Why a store failed, as far as someone can do something about it.

use object_store::client::{HttpError, HttpErrorKind};

/// Why a store failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreProblem {
    /// The key is unknown or wrong, or may not do this.
    #[error(
        "the store refuses access ({said}): check the keys under `storage:` in the profile (else the `AWS_*`, \
         `AZURE_*` or `GOOGLE_*` variables) and what they may do in this bucket"
    )]
    Refused {
        /// The service's own words.
        said: String,
    },
    /// The bucket does not exist.
    #[error("the bucket does not exist ({said}): make it, or correct `lake:` in the profile")]
    NoBucket {
        /// The service's own words.
        said: String,
    },
    /// Nobody answers.
    #[error(
        "the store does not answer: check its address (or `endpoint` under `storage:` in the profile), and the network"
    )]
    Unreachable(#[source] object_store::Error),
    /// Anything else.
    #[error("the store failed")]
    Failed(#[source] object_store::Error),
}

impl StoreProblem {
    pub(crate) fn of(error: object_store::Error) -> Self {
        use object_store::Error as E;
        let text = error.to_string();
        // Listings wrap everything, and the type of an answer that is an error is not public: its text is all there is.
        let status = |code: u16| text.contains(&format!("status code: {code} "));
        let is_denial = matches!(
            error,
            E::PermissionDenied { .. } | E::Unauthenticated { .. }
        );
        let no_bucket = ["NoSuchBucket", "ContainerNotFound"];
        if element(&text, "Code").is_some_and(|code| no_bucket.contains(&code)) {
            return Self::NoBucket {
                said: said(&text, "BucketName"),
            };
        }
        if is_denial || status(401) || status(403) {
            return Self::Refused {
                said: said(&text, "Message"),
            };
        }
        match is_silence(&error) {
            true => Self::Unreachable(error),
            false => Self::Failed(error),
        }
    }

    /// Whether the object is not there, while its store is.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Failed(object_store::Error::NotFound { .. }))
    }

    /// Whether the same call may succeed later, unchanged.
    pub(crate) fn retryable(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failed(_))
    }
}

/// The code of an S3 error and an element that explains it. An answer to `HEAD` has no body, hence neither.
fn said(text: &str, explains: &str) -> String {
    match (element(text, "Code"), element(text, explains)) {
        (Some(code), Some(more)) => format!("{code}: {}", more.trim_end_matches('.')),
        (Some(code), None) => code.to_owned(),
        (None, _) => "without saying why".to_owned(),
    }
}

/// The text of the first such element of an XML document within `text`.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (content, _) = rest.split_once(&format!("</{name}>"))?;
    Some(content)
}

fn is_silence(error: &object_store::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(http) = error.downcast_ref::<HttpError>() {
            return matches!(http.kind(), HttpErrorKind::Connect | HttpErrorKind::Timeout);
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::StoreProblem;

    fn told(answer: &str) -> String {
        let problem = StoreProblem::of(object_store::Error::Generic {
            store: "S3",
            source: format!("Server returned non-2xx status code: {answer}").into(),
        });
        format!("{problem}; again: {}", problem.retryable())
    }

    #[test]
    fn answers_of_a_store_are_told_with_their_remedy() {
        let answers = [
            "403 Forbidden: <Error><Code>SignatureDoesNotMatch</Code><Message>The signature differs.</Message></Error>",
            "401 Unauthorized: ",
            "404 Not Found: <Error><Code>NoSuchBucket</Code><BucketName>lac</BucketName></Error>",
            "404 Not Found: <Error><Code>NoSuchKey</Code><Key>releases</Key></Error>",
            "500 Internal Server Error: <Error><Code>InternalError</Code></Error>",
        ];
        insta::assert_snapshot!(answers.map(told).join("\n"));
    }
}
