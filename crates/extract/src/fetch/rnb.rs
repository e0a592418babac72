//! The exports of the Référentiel national des bâtiments: data.gouv.fr lists them, one a département and one of all.

use edulac_model::Departement;
use futures::{StreamExt, TryStreamExt, stream};
use indexmap::IndexSet;
use serde::Deserialize;
use url::Url;

use super::download::Body;
use super::names::body_name;
use super::request::Request;
use super::{Fetch, FetchedPart, Net};
use crate::error::{Error, Origin};
use crate::receipt::Upstream;

/// The RNB on data.gouv.fr.
pub(crate) const DATASET: &str =
    "https://www.data.gouv.fr/api/1/datasets/65a5568dfc88169d0a5416ca/";
/// Downloads at the same time; no more than the host takes.
const AT_ONCE: usize = 2;
/// What the file of all buildings has in the place of a département.
const NATIONAL: &str = "nat";

/// Fetches the export of each département, unless what data.gouv.fr says of it is what the receipt before holds.
pub(super) async fn fetch(
    fetch: &Fetch<'_>,
    net: &Net,
    departements: &[Departement],
) -> Result<Vec<FetchedPart>, Error> {
    let (request, dataset) = dataset(fetch.source, net).await?;
    // All of them are known before the first one is fetched.
    let departements: IndexSet<_> = departements.iter().collect();
    let exports = departements.into_iter().map(|departement| {
        let resource = dataset.named(&request.origin, departement.rnb_form())?;
        Ok((departement.as_str(), resource))
    });
    let exports = exports.collect::<Result<Vec<_>, Error>>()?;
    stream::iter(exports)
        .map(|(part, resource)| fetch_export(fetch, net, Some(part), resource))
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

/// Fetches the one export of all buildings, in the same way.
pub(super) async fn fetch_national(fetch: &Fetch<'_>, net: &Net) -> Result<FetchedPart, Error> {
    let (request, dataset) = dataset(fetch.source, net).await?;
    let resource = dataset.named(&request.origin, NATIONAL)?;
    fetch_export(fetch, net, None, resource).await
}

/// What data.gouv.fr says of the export of each département.
pub(super) async fn upstreams(
    source: &str,
    net: &Net,
    departements: &IndexSet<&Departement>,
) -> Result<Vec<(String, Upstream)>, Error> {
    let (request, dataset) = dataset(source, net).await?;
    let upstream = |departement: &&Departement| {
        let resource = dataset.named(&request.origin, departement.rnb_form())?;
        Ok((departement.as_str().to_owned(), resource.upstream()))
    };
    departements.iter().map(upstream).collect()
}

/// What it says of the export of all buildings.
pub(super) async fn national_upstream(source: &str, net: &Net) -> Result<Upstream, Error> {
    let (request, dataset) = dataset(source, net).await?;
    Ok(dataset.named(&request.origin, NATIONAL)?.upstream())
}

async fn dataset<'a>(source: &'a str, net: &Net) -> Result<(Request<'a>, Dataset), Error> {
    let request = Request::parse(source, DATASET)?;
    let expected = "the RNB's dataset on data.gouv.fr";
    let dataset = net.metadata(&request, expected).await?;
    Ok((request, dataset))
}

async fn fetch_export(
    fetch: &Fetch<'_>,
    net: &Net,
    part: Option<&str>,
    resource: &Resource,
) -> Result<FetchedPart, Error> {
    let mut request = Request::parse(fetch.source, &resource.url)?;
    request.part = part;
    let upstream = resource.upstream();
    if let Some(spared) = fetch.spared(&request, &upstream, |previous| resource.is(previous)) {
        return Ok(spared);
    }
    let request = request.since(fetch.previous(part));
    let name = body_name(part, &resource.file_name());
    let download = net.download(&request, fetch.staging, &name).await?;
    if let Some(body) = &download.body {
        resource.check(&request.origin, body)?;
    }
    fetch.part(&request, download, Some(upstream))
}

/// Whether data.gouv.fr says the same of a file as before: by its SHA-1 and, where that is not published, by its size and
/// date together.
pub(super) fn is_same(before: &Upstream, now: &Upstream) -> bool {
    let Upstream::DataGouv {
        sha1,
        filesize,
        last_modified,
    } = now
    else {
        return false;
    };
    match (sha1, before) {
        (
            Some(sha1),
            Upstream::DataGouv {
                sha1: Some(before), ..
            },
        ) => sha1 == before,
        (None, _) if filesize.is_none() || last_modified.is_none() => false,
        _ => before == now,
    }
}

#[derive(Deserialize)]
struct Dataset {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    url: String,
    filesize: Option<u64>,
    checksum: Option<Checksum>,
    last_modified: Option<String>,
    #[serde(default)]
    extras: Extras,
}

#[derive(Deserialize)]
struct Checksum {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

#[derive(Deserialize, Default)]
struct Extras {
    /// When the file itself changed; `last_modified` also moves with the texts around it.
    #[serde(rename = "analysis:last-modified-at")]
    file_modified: Option<String>,
}

impl Dataset {
    /// The export of an area: a département, or all of them.
    fn named(&self, origin: &Origin, wanted: &str) -> Result<&Resource, Error> {
        let mut resources = self.resources.iter();
        let found = resources.find(|resource| resource.area().as_deref() == Some(wanted));
        found.ok_or_else(|| {
            let areas = self.resources.iter().filter_map(Resource::area);
            let mut known: Vec<_> = areas.filter(|area| area != NATIONAL).collect();
            known.sort();
            Error::Departement {
                origin: origin.clone(),
                code: wanted.to_owned(),
                known,
            }
        })
    }
}

impl Resource {
    fn file_name(&self) -> String {
        let url = Url::parse(&self.url).ok();
        let name = url.and_then(|url| Some(url.path_segments()?.next_back()?.to_owned()));
        name.unwrap_or_default()
    }

    /// `35` of `RNB_35.csv.zip`; null for a resource that is no export.
    fn area(&self) -> Option<String> {
        let name = self.file_name();
        let area = name.strip_prefix("RNB_")?.strip_suffix(".csv.zip")?;
        Some(area.to_owned())
    }

    fn sha1(&self) -> Option<String> {
        let checksum = self.checksum.as_ref()?;
        (checksum.kind == "sha1").then(|| checksum.value.to_ascii_lowercase())
    }

    fn upstream(&self) -> Upstream {
        let modified = self.extras.file_modified.as_ref();
        Upstream::DataGouv {
            sha1: self.sha1(),
            filesize: self.filesize,
            last_modified: modified.or(self.last_modified.as_ref()).cloned(),
        }
    }

    /// Whether this is the file that the receipt before is about.
    fn is(&self, previous: &Upstream) -> bool {
        is_same(previous, &self.upstream())
    }

    fn check(&self, origin: &Origin, body: &Body) -> Result<(), Error> {
        let digest = &body.digest;
        let size = self.filesize.map(|size| size.to_string());
        for (algorithm, announced, received) in [
            ("size", size, digest.bytes.to_string()),
            ("sha1", self.sha1(), digest.sha1.clone()),
        ] {
            if let Some(announced) = announced.filter(|announced| *announced != received) {
                return Err(Error::Checksum {
                    origin: origin.clone(),
                    algorithm,
                    announced,
                    received,
                });
            }
        }
        Ok(())
    }
}
