//! The stores behind locations: what a location says, the options of the profile, else the variables that the tools of each
//! cloud read.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::{ClientOptions, ObjectStore, Result, RetryConfig};

/// How to reach an object store. What is absent comes from the standard variables of its cloud (`AWS_*`, `AZURE_*`,
/// `GOOGLE_*`), then from the machine's own credentials. `Debug` never shows a key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StorageOptions {
    /// URL of a service other than the cloud's own.
    pub endpoint: Option<String>,
    /// Region of the bucket (S3).
    pub region: Option<String>,
    /// Public half of the key (S3).
    pub access_key_id: Option<String>,
    /// Secret half of the key (S3).
    pub secret_access_key: Option<String>,
    /// Storage account (Azure).
    pub account: Option<String>,
    /// Key of the storage account (Azure).
    pub account_key: Option<String>,
    /// Key of a service account, the text of its JSON file (GCS).
    pub service_account_key: Option<String>,
    /// Accept an `http:` endpoint.
    pub allow_http: bool,
}

impl fmt::Debug for StorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |key: &Option<String>| key.as_ref().map(|_| "…");
        f.debug_struct("StorageOptions")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("access_key_id", &hidden(&self.access_key_id))
            .field("secret_access_key", &hidden(&self.secret_access_key))
            .field("account", &self.account)
            .field("account_key", &hidden(&self.account_key))
            .field("service_account_key", &hidden(&self.service_account_key))
            .field("allow_http", &self.allow_http)
            .finish()
    }
}

/// Tries at a web server, which has no service's promise behind it.
const HTTP_RETRIES: usize = 3;

/// How long a web server may fail before it counts as failed.
const HTTP_PATIENCE: Duration = Duration::from_secs(60);

/// The store of a bucket or container; none: no store has that scheme.
pub(crate) fn bucket(
    scheme: &str,
    name: &str,
    options: &StorageOptions,
) -> Option<Result<Arc<dyn ObjectStore>>> {
    match scheme {
        "s3" => Some(s3(name, options)),
        "az" => Some(azure(name, options)),
        "gs" => Some(gcs(name, options)),
        _ => None,
    }
}

fn s3(bucket: &str, options: &StorageOptions) -> Result<Arc<dyn ObjectStore>> {
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(region) = &options.region {
        builder = builder.with_region(region);
    }
    if let Some(key) = &options.access_key_id {
        builder = builder.with_access_key_id(key);
    }
    if let Some(secret) = &options.secret_access_key {
        builder = builder.with_secret_access_key(secret);
    }
    if options.allow_http {
        builder = builder.with_allow_http(true);
    }
    Ok(Arc::new(builder.build()?))
}

fn azure(container: &str, options: &StorageOptions) -> Result<Arc<dyn ObjectStore>> {
    let mut builder = MicrosoftAzureBuilder::from_env().with_container_name(container);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint.clone());
    }
    if let Some(account) = &options.account {
        builder = builder.with_account(account);
    }
    if let Some(key) = &options.account_key {
        builder = builder.with_access_key(key);
    }
    if options.allow_http {
        builder = builder.with_allow_http(true);
    }
    Ok(Arc::new(builder.build()?))
}

fn gcs(bucket: &str, options: &StorageOptions) -> Result<Arc<dyn ObjectStore>> {
    let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_base_url(endpoint);
    }
    if let Some(key) = &options.service_account_key {
        builder = builder.with_service_account_key(key);
    }
    if options.allow_http {
        builder = builder.with_client_options(ClientOptions::new().with_allow_http(true));
    }
    Ok(Arc::new(builder.build()?))
}

/// The files of a web server, by their whole path. They are read, never listed nor written.
pub(crate) fn web(origin: &str) -> Result<Arc<dyn ObjectStore>> {
    let retry = RetryConfig {
        max_retries: HTTP_RETRIES,
        retry_timeout: HTTP_PATIENCE,
        ..RetryConfig::default()
    };
    let store = HttpBuilder::new()
        .with_url(origin)
        .with_client_options(ClientOptions::new().with_allow_http(true))
        .with_retry(retry)
        .build()?;
    Ok(Arc::new(store))
}
