//! Where an establishment is: its buildings, its sites, its groups, the borders that it straddles.

use serde::Serialize;
use serde_json::Value;

use super::reader::Reader;
use crate::error::Result;
use crate::released::{Row, quoted, text};

/// Another establishment with which a building is shared.
#[derive(Debug, Clone, Serialize)]
pub struct Shared {
    /// Register of the building.
    pub source: String,
    /// Its id there.
    pub id_source: String,
    /// The other establishment.
    pub uai: String,
    /// Its name; null: it is not in the directory.
    pub nom: Option<String>,
}

/// A site of the establishment.
#[derive(Debug, Clone, Serialize)]
pub struct Site {
    /// Row of `etablissements_sites`.
    pub rattachement: Row,
    /// Row of `sites`, with its areas in m² where the release has them. Null: the release has no such row.
    pub site: Option<Row>,
    /// Row of `registre_sites`: since when it is known, what it comes from. Null: the release has no such row.
    pub registre: Option<Row>,
    /// The other establishments of the site, by UAI, with their names.
    pub avec: Vec<Row>,
}

/// A group of the establishment.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// Row of `groupes`.
    pub groupe: Row,
    /// The other members, by UAI, with their names and roles.
    pub avec: Vec<Row>,
}

/// The candidates, best first.
pub(super) async fn links(reader: &Reader<'_>) -> Result<Vec<Row>> {
    let mut links = reader.rows("etablissements_batiments").await?;
    links.sort_by_key(|row| row.get("rang").and_then(Value::as_i64));
    Ok(links)
}

/// Who else an accepted building is accepted for.
pub(super) async fn shared(reader: &Reader<'_>) -> Result<Vec<Shared>> {
    if !reader.released.has("etablissements_batiments") {
        return Ok(Vec::new());
    }
    let (name, join) = named(reader, "autres");
    let sql = format!(
        "select autres.source, autres.id_source, autres.uai, {name}
         from etablissements_batiments miens
         join etablissements_batiments autres
           on autres.source = miens.source and autres.id_source = miens.id_source
         {join}
         where miens.uai = {uai} and autres.uai <> {uai}
           and miens.statut = 'accepte' and autres.statut = 'accepte'
         order by autres.source, autres.id_source, autres.uai",
        uai = quoted(reader.uai.as_str())
    );
    let shared = reader.released.rows(&sql).await?;
    let known = |row: &Row, column| text(row, column).unwrap_or_default().to_owned();
    Ok(shared
        .iter()
        .map(|row| Shared {
            source: known(row, "source"),
            id_source: known(row, "id_source"),
            uai: known(row, "uai"),
            nom: text(row, "nom").map(str::to_owned),
        })
        .collect())
}

/// The sites, the principal one first.
pub(super) async fn sites(reader: &Reader<'_>) -> Result<Vec<Site>> {
    let mut memberships = reader.rows("etablissements_sites").await?;
    memberships.sort_by_key(|row| row.get("principal").and_then(Value::as_bool) != Some(true));
    let mut sites = Vec::new();
    for membership in memberships {
        let id = text(&membership, "site_id").unwrap_or_default().to_owned();
        sites.push(Site {
            site: reader.one("sites", "site_id", &id).await?,
            registre: reader.one("registre_sites", "site_id", &id).await?,
            avec: others(reader, "etablissements_sites", "site_id", &id, "").await?,
            rattachement: membership,
        });
    }
    Ok(sites)
}

/// The groups.
pub(super) async fn groups(reader: &Reader<'_>) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for group in reader.rows("groupes").await? {
        let id = text(&group, "groupe_id").unwrap_or_default().to_owned();
        groups.push(Group {
            avec: others(reader, "groupes", "groupe_id", &id, "t.role, ").await?,
            groupe: group,
        });
    }
    Ok(groups)
}

/// The rows of `chevauchements` about the establishment, then about its sites.
pub(super) async fn straddling(reader: &Reader<'_>, sites: &[Site]) -> Result<Vec<Row>> {
    let of_sites = sites
        .iter()
        .filter_map(|site| Some(("site", text(&site.rattachement, "site_id")?)));
    let mut found = Vec::new();
    for (kind, id) in std::iter::once(("etablissement", reader.uai.as_str())).chain(of_sites) {
        let mut rows = reader.equal("chevauchements", "id", id).await?;
        rows.retain(|row| text(row, "objet") == Some(kind));
        found.extend(rows);
    }
    Ok(found)
}

/// The events in the life of the establishment, and those of others that name it, oldest first.
pub(super) async fn events(reader: &Reader<'_>) -> Result<Vec<Row>> {
    const EVENTS: &str = "evenements_etablissements";
    let mut events = reader.rows(EVENTS).await?;
    for event in reader.where_is(EVENTS, "uai_lie").await? {
        if !events.contains(&event) {
            events.push(event);
        }
    }
    let date = |row: &Row| text(row, "date_evenement").map(str::to_owned);
    events.sort_by_key(|row| (date(row).is_none(), date(row)));
    Ok(events)
}

/// The links as they were and are, oldest first.
pub(super) async fn history(reader: &Reader<'_>) -> Result<Vec<Row>> {
    let mut links = reader.rows("etablissements_batiments_histoire").await?;
    links.sort_by_key(|row| text(row, "valide_du").map(str::to_owned));
    Ok(links)
}

/// The other members of a site or of a group.
async fn others(
    reader: &Reader<'_>,
    table: &str,
    column: &str,
    id: &str,
    more: &str,
) -> Result<Vec<Row>> {
    let (name, join) = named(reader, "t");
    let sql = format!(
        "select distinct t.uai, {more}{name} from {table} t {join}
         where t.{column} = {} and t.uai <> {} order by t.uai",
        quoted(id),
        quoted(reader.uai.as_str())
    );
    reader.released.rows(&sql).await
}

/// The column of the name in the directory, and the join that gives it: a lake may have no directory.
fn named(reader: &Reader<'_>, alias: &str) -> (&'static str, String) {
    match reader.released.has("etablissements") {
        true => (
            "e.nom",
            format!("left join etablissements e on e.uai = {alias}.uai"),
        ),
        false => ("cast(null as varchar) as nom", String::new()),
    }
}
