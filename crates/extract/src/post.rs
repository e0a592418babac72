//! A JSON document sent to an address that takes notifications.

use std::time::Duration;

use edulac_spec::SecretValue;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use crate::error::Error;

const TIMEOUT: Duration = Duration::from_secs(20);

/// Attempts, each after twice the pause of the one before.
const ATTEMPTS: u32 = 3;

const PAUSE: Duration = Duration::from_secs(1);

/// Sends a document by POST. The address is a secret: no message repeats it.
///
/// # Errors
/// [`Error::Post`] when the address is none, or nobody takes the document after some attempts.
pub async fn post_json(address: &SecretValue, document: &Value) -> Result<(), Error> {
    let failed = |reason: String| Error::Post { reason };
    let client = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|cause| Error::Client { cause })?;
    let mut reason = String::new();
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(PAUSE * 2_u32.pow(attempt - 1)).await;
        }
        let request = client.post(address.expose());
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .body(document.to_string());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) if answer.status().is_client_error() => {
                return Err(failed(format!("it answered {}", answer.status())));
            }
            Ok(answer) => reason = format!("it answered {}", answer.status()),
            Err(error) if error.is_builder() => {
                return Err(failed("it is not an http address".to_owned()));
            }
            Err(error) => reason = error.without_url().to_string(),
        }
    }
    Err(failed(reason))
}
