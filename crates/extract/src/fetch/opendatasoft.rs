//! Datasets of Opendatasoft portals (Explore API v2.1): the metadata decide, then the whole export comes.

use edulac_spec::Secret;
use edulac_spec::pipeline::{Export, SourceKind};
use serde::Deserialize;
use url::Url;

use super::names::body_name;
use super::request::Request;
use super::trailer::Trailer;
use super::{Fetch, FetchedPart, Net};
use crate::error::Error;
use crate::receipt::Upstream;

/// What to export.
pub(super) struct Dataset<'a> {
    pub(super) portal: &'a str,
    pub(super) id: &'a str,
    pub(super) export: Export,
    pub(super) filter: Option<&'a str>,
    pub(super) api_key: Option<&'a Secret>,
}

/// What a portal says of a dataset, and how its export is asked for.
pub(super) struct Asked<'a> {
    export: Request<'a>,
    pub(super) upstream: Upstream,
    /// A portal that gives no date at all says nothing about changes.
    pub(super) dated: bool,
}

/// Asks for the metadata.
pub(super) async fn ask<'a>(
    source: &'a str,
    net: &Net,
    dataset: &Dataset<'_>,
) -> Result<Asked<'a>, Error> {
    let portal = Request::parse(source, dataset.portal)?;
    net.check_thawed(&portal.origin)?;
    let key = dataset.api_key.map(Secret::resolve).transpose();
    let key = key.map_err(|cause| Error::Key {
        origin: portal.origin.clone(),
        cause,
    })?;
    let metadata = Request::new(source, dataset.metadata_url(&portal.url));
    let metadata = metadata.with_key(key.as_ref())?;
    let export = Request::new(source, dataset.export_url(&portal.url));
    let export = export.with_key(key.as_ref())?;
    let metadata: Metadata = net.metadata(&metadata, "an Opendatasoft dataset").await?;
    Ok(Asked {
        dated: metadata.metas.default.is_dated(),
        upstream: metadata.upstream(),
        export,
    })
}

/// Fetches the export unless the metadata are those of the receipt before. Validators are not asked for: the
/// exports are made at each request, and no source says that theirs can be relied upon.
pub(super) async fn fetch(
    fetch: &Fetch<'_>,
    net: &Net,
    dataset: &Dataset<'_>,
) -> Result<FetchedPart, Error> {
    let Asked {
        export,
        upstream,
        dated,
    } = ask(fetch.source, net, dataset).await?;
    let same = |previous: &Upstream| dated && *previous == upstream;
    if let Some(spared) = fetch.spared(&export, &upstream, same) {
        return Ok(spared);
    }
    let name = body_name(None, &format!("export.{}", dataset.format()));
    let download = net.download(&export, fetch.staging, &name).await?;
    if let Some(body) = &download.body {
        let trailer = Trailer::read(&fetch.staging.join(&body.name)).await?;
        if let Some(said) = trailer.error() {
            return Err(Error::BrokenExport {
                origin: export.origin,
                said,
            });
        }
    }
    fetch.part(&export, download, Some(upstream))
}

impl<'a> Dataset<'a> {
    /// Of a source of that kind.
    pub(super) fn of(kind: &'a SourceKind) -> Option<Self> {
        let SourceKind::Opendatasoft {
            portal,
            dataset,
            export,
            filter,
            api_key,
        } = kind
        else {
            return None;
        };
        Some(Self {
            portal,
            id: dataset,
            export: *export,
            filter: filter.as_deref(),
            api_key: api_key.as_ref(),
        })
    }

    fn format(&self) -> &'static str {
        match self.export {
            Export::Csv => "csv",
            Export::Jsonl => "jsonl",
            Export::Geojson => "geojson",
            Export::Parquet => "parquet",
        }
    }

    fn metadata_url(&self, portal: &Url) -> Url {
        let mut url = portal.clone();
        url.set_query(None);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .extend(["api", "explore", "v2.1", "catalog", "datasets", self.id]);
        }
        url
    }

    fn export_url(&self, portal: &Url) -> Url {
        let mut url = self.metadata_url(portal);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(["exports", self.format()]);
        }
        // Labels change without notice, and so did the default of `use_labels`.
        url.query_pairs_mut().append_pair("use_labels", "false");
        if self.export == Export::Csv {
            url.query_pairs_mut()
                .append_pair("delimiter", ";")
                .append_pair("with_bom", "true");
        }
        if let Some(filter) = self.filter {
            url.query_pairs_mut().append_pair("where", filter);
        }
        url
    }
}

#[derive(Deserialize)]
struct Metadata {
    fields: Vec<Field>,
    metas: Metas,
}

#[derive(Deserialize)]
struct Field {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Metas {
    default: DefaultMetas,
}

#[derive(Deserialize)]
struct DefaultMetas {
    modified: Option<String>,
    data_processed: Option<String>,
    metadata_processed: Option<String>,
    records_count: Option<u64>,
}

impl DefaultMetas {
    fn is_dated(&self) -> bool {
        let dates = [
            &self.modified,
            &self.data_processed,
            &self.metadata_processed,
        ];
        dates.into_iter().any(Option::is_some)
    }
}

impl Metadata {
    fn upstream(self) -> Upstream {
        let default = self.metas.default;
        let fields = self.fields.into_iter();
        Upstream::Opendatasoft {
            modified: default.modified,
            data_processed: default.data_processed,
            metadata_processed: default.metadata_processed,
            records_count: default.records_count,
            fields: fields
                .map(|Field { name, kind }| format!("{name}:{kind}"))
                .collect(),
        }
    }
}
