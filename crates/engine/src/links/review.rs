//! `edulac link review`: a sample of links to look at, as a CSV to fill, a page to label them on and a GeoJSON.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use super::LINKS;
use super::report::need_links;
use super::sample::{self, StratumSize};
use super::scenes::{self, Scene};
use crate::Workspace;
use crate::error::{Error, Result};
use crate::released::{Released, Row};

/// The page, whose script draws what [`PLACE`] is replaced with.
const PAGE: &str = include_str!("page.html");

/// Where the page has its data.
const PLACE: &str = "/*DONNEES*/null";

/// The page of a building in the RNB, before its id.
const RNB_PAGE: &str = "https://rnb.beta.gouv.fr/carte?q=";

/// Columns of the CSV, the first two to be filled.
const COLUMNS: [&str; 23] = [
    "verdict",
    "commentaire",
    "release",
    "uai",
    "nom",
    "type_etablissement",
    "adresse",
    "commune",
    "code_academie",
    "source",
    "id_source",
    "rnb_id",
    "methode",
    "preuves",
    "statut",
    "score",
    "distance_m",
    "position_qualite",
    "explication",
    "lon",
    "lat",
    "poids",
    "carte",
];

/// What to draw, and where to write it.
#[derive(Debug, Clone)]
pub struct ReviewOptions {
    /// Id of the release; none: the newest.
    pub release: Option<String>,
    /// Links to draw; each stratum has a few in any case.
    pub size: u64,
    /// What chance starts from; none: the id of the release.
    pub seed: Option<String>,
    /// Folder to write to; files of the same names are replaced.
    pub out: PathBuf,
}

/// What was drawn and written.
#[derive(Debug, Clone, Serialize)]
pub struct LinkReview {
    /// The release.
    pub release: String,
    /// What chance started from.
    pub seed: String,
    /// Links drawn.
    pub links: u64,
    /// The strata, each with the links that it holds and those drawn from it.
    pub strata: Vec<Drawn>,
    /// The files, in the order in which people want them.
    pub files: Vec<PathBuf>,
}

/// A stratum of a sample.
#[derive(Debug, Clone, Serialize)]
pub struct Drawn {
    /// The stratum.
    #[serde(flatten)]
    pub stratum: StratumSize,
    /// Links drawn.
    pub drawn: u64,
}

/// Draws a sample of the links of a release, the same for the same seed and rows, and writes `liens.csv`, `liens.html` and
/// `liens.geojson`.
///
/// # Errors
/// [`Error::NoLinks`], [`Error::EmptyLake`], an unknown release, a folder that cannot be written.
pub async fn link_review(workspace: &Workspace, options: &ReviewOptions) -> Result<LinkReview> {
    let released = Released::open(workspace, options.release.as_deref()).await?;
    need_links(&released)?;
    let release = released.release.id.clone();
    let seed = options.seed.clone().unwrap_or_else(|| release.clone());
    let strata = sample::strata(&released).await?;
    let taken = sample::allocation(&strata, options.size);
    let mut links = drawn(&released, &strata, &taken, &seed).await?;
    for link in &mut links {
        let at = strata.iter().position(|stratum| stratum.holds(link));
        let weight = at.map(|at| strata[at].links as f64 / taken[at] as f64);
        link.insert(
            "poids".to_owned(),
            json!(weight.map(|weight| (weight * 1e3).round() / 1e3)),
        );
        link.insert("release".to_owned(), json!(release));
        let page = link
            .get("rnb_id")
            .and_then(Value::as_str)
            .map(|id| format!("{RNB_PAGE}{id}"));
        link.insert("carte".to_owned(), json!(page));
    }
    let scenes = scenes::scenes(&released, &links).await?;
    for (link, scene) in links.iter_mut().zip(&scenes) {
        link.insert("lon".to_owned(), json!(scene.centre.map(|[lon, _]| lon)));
        link.insert("lat".to_owned(), json!(scene.centre.map(|[_, lat]| lat)));
    }
    let out = &options.out;
    std::fs::create_dir_all(out).map_err(Error::io(out))?;
    let files = ["liens.html", "liens.csv", "liens.geojson"].map(|name| out.join(name));
    write(&files[0], &page(&release, &links, &scenes))?;
    write(&files[1], &csv(&links))?;
    write(&files[2], &geojson(&links, &scenes))?;
    let drawn = |(stratum, drawn): (StratumSize, u64)| Drawn { stratum, drawn };
    Ok(LinkReview {
        release,
        seed,
        links: links.len() as u64,
        strata: strata.into_iter().zip(taken).map(drawn).collect(),
        files: files.to_vec(),
    })
}

/// The links of the sample with what tells who and where, by stratum, académie and chance: like cases after each other.
async fn drawn(
    released: &Released,
    strata: &[StratumSize],
    taken: &[u64],
    seed: &str,
) -> Result<Vec<Row>> {
    let has_directory = released.has("etablissements");
    let of_directory = |column: &str, name: &str| match has_directory
        && released.has_column("etablissements", column)
    {
        true => format!("e.{column} as {name}"),
        false => format!("cast(null as varchar) as {name}"),
    };
    let text = |column| match released.has_column(LINKS, column) {
        true => format!("l.{column}"),
        false => format!("cast(null as varchar) as {column}"),
    };
    let join = match has_directory {
        true => "left join etablissements e on e.uai = l.uai",
        false => "",
    };
    let sql = format!(
        "select l.uai, {nom}, {kind}, {address}, {town}, l.code_academie, l.source, l.id_source, l.rnb_id,
           l.methode, {evidence}, l.statut, l.score, l.distance_m, l.position_qualite, {why}
         from (select * from ({ranked}) where {chosen}) l {join}
         order by l.methode, l.statut, l.position_qualite, l.rang_tirage, l.uai",
        nom = of_directory("nom", "nom"),
        kind = of_directory("type_etablissement", "type_etablissement"),
        address = of_directory("adresse", "adresse"),
        town = of_directory("nom_commune", "commune"),
        evidence = text("preuves"),
        why = text("explication"),
        ranked = sample::ranked(seed),
        chosen = sample::chosen(strata, taken, seed),
    );
    released.rows(&sql).await
}

fn csv(links: &[Row]) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut write = |record: Vec<String>| out.write_record(record).is_ok();
    write(COLUMNS.map(str::to_owned).to_vec());
    for link in links {
        let cell = |column: &&str| match link.get(*column) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        write(COLUMNS.iter().map(cell).collect());
    }
    // Nothing fails in memory.
    let bytes = out.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn page(release: &str, links: &[Row], scenes: &[Scene]) -> String {
    let cards: Vec<Value> = std::iter::zip(links, scenes)
        .map(|(link, scene)| json!({"lien": link, "scene": scene}))
        .collect();
    let data = json!({"release": release, "colonnes": COLUMNS, "cartes": cards}).to_string();
    // No text of the data ends the script.
    PAGE.replacen(PLACE, &data.replace('<', "\\u003c"), 1)
}

fn geojson(links: &[Row], scenes: &[Scene]) -> String {
    let mut features = Vec::new();
    for (link, scene) in std::iter::zip(links, scenes) {
        for (role, geometry) in [("batiment", &scene.batiment), ("position", &scene.position)] {
            let Some(geometry) = geometry else {
                continue;
            };
            let mut properties = link.clone();
            properties.insert("role".to_owned(), json!(role));
            features
                .push(json!({"type": "Feature", "properties": properties, "geometry": geometry}));
        }
    }
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(Error::io(path))
}
