//! Why a row has no match. Each unmatched row gets the first of these that holds; what the lake lacks is not guessed.

use edulac_contract::KeyKind;
use edulac_engine::Released;

use crate::error::Result;
use crate::input::key_column;
use crate::report::ReasonReport;
use crate::sql::{name, view};

/// Words of the reasons with what they say to people, in the order in which they are tried.
const WORDS: [(&str, &str); 8] = [
    ("cle_illisible", "no code, or one that cannot be read"),
    ("autre_rentree", "there, of another rentrée"),
    ("hors_choix", "there, and left out by the choice of rows"),
    ("ferme", "closed"),
    (
        "autre_millesime",
        "a commune of another vintage, or split into several",
    ),
    ("inconnu", "unknown to the directory"),
    (
        "non_concerne",
        "not concerned: none of its kind has a row there",
    ),
    ("sans_ligne", "without a row there"),
];

/// One side of a pair, and what it is looked for in.
pub(crate) struct Unmatched<'a> {
    /// The view of unmatched rows to make.
    pub(crate) view: String,
    /// A query of the unmatched rows: `_k_*` of all kinds below, `cle` in words.
    pub(crate) rows: String,
    /// What they were looked for by.
    pub(crate) kinds: &'a [KeyKind],
    /// A query of the rows they were looked for in, as chosen, and of all of them.
    pub(crate) chosen: String,
    pub(crate) all: Option<String>,
    /// A view with all rows of this side, where they have a rentrée: a UAI that was not seen after an earlier one is told.
    pub(crate) history: Option<String>,
    /// Whether what they are looked for in is a table, of which it can be told what it covers.
    pub(crate) in_table: bool,
    /// Codes of communes that movements touch, beside the passage taken.
    pub(crate) passage: Option<String>,
}

/// Makes the view of unmatched rows with `motif`, `detail`, `groupe`.
pub(crate) async fn tell(released: &Released, side: &Unmatched<'_>) -> Result<()> {
    let timed = side.kinds.contains(&KeyKind::Rentree);
    let identity = side
        .kinds
        .iter()
        .copied()
        .find(|kind| *kind != KeyKind::Rentree);
    let identity = identity.unwrap_or(KeyKind::Rentree);
    let id = key_column(identity);
    let key_of = |kind: &KeyKind| key_column(*kind);
    let null: Vec<String> = side
        .kinds
        .iter()
        .map(|kind| format!("f.{} is null", key_of(kind)))
        .collect();
    let mut joins = Vec::new();
    let mut cases = vec![format!("when {} then 'cle_illisible'", null.join(" or "))];
    let mut details = Vec::new();
    let mut groups = Vec::new();
    let rentree = key_column(KeyKind::Rentree);
    if timed && identity != KeyKind::Rentree {
        joins.push(format!(
            "left join (select {id} as id, string_agg(distinct {rentree}, ', ' order by {rentree}) as r from ({}) \
             where {id} is not null and {rentree} is not null group by 1) t on t.id = f.{id}",
            side.chosen
        ));
        cases.push("when t.id is not null then 'autre_rentree'".to_owned());
        details.push("when t.id is not null then t.r");
        groups.push("when t.id is not null then t.r");
    }
    if let Some(all) = &side.all {
        joins.push(format!(
            "left join (select distinct {id} as id from ({all})) a on a.id = f.{id}"
        ));
        cases.push("when a.id is not null then 'hors_choix'".to_owned());
        // What follows is of rows that are nowhere.
        details.push("when a.id is not null then cast(null as varchar)");
        groups.push("when a.id is not null then cast(null as varchar)");
    }
    if let (KeyKind::Commune, Some(passage)) = (identity, &side.passage) {
        joins.push(format!(
            "left join (select distinct ancien as id from {passage}) p on p.id = f.{id}"
        ));
        cases.push("when p.id is not null then 'autre_millesime'".to_owned());
    }
    if identity == KeyKind::Uai {
        of_establishments(
            released,
            side,
            &mut joins,
            &mut cases,
            &mut details,
            &mut groups,
        );
        if let Some(history) = &side.history {
            joins.push(format!(
                "left join (select id, r from (select _k_uai as id, max(_k_rentree) as r from {history} group by 1) \
                 where r < (select max(_k_rentree) from {history})) h on h.id = f._k_uai"
            ));
            details.push("when h.id is not null then concat('plus vu après la rentrée ', h.r)");
            groups.push("when h.id is not null then concat('not seen after ', h.r)");
        }
    }
    let case = |whens: &[&str]| match whens.is_empty() {
        true => "cast(null as varchar)".to_owned(),
        false => format!("case {} end", whens.join(" ")),
    };
    let query = format!(
        "select f.*, case {} else 'sans_ligne' end as motif, {} as detail, {} as groupe from ({}) f {}",
        cases.join(" "),
        case(&details),
        case(&groups),
        side.rows,
        joins.join(" ")
    );
    view(&released.ctx, &side.view, &query).await
}

/// What the directory and the closed establishments say.
fn of_establishments(
    released: &Released,
    side: &Unmatched<'_>,
    joins: &mut Vec<String>,
    cases: &mut Vec<String>,
    details: &mut Vec<&'static str>,
    groups: &mut Vec<&'static str>,
) {
    if released.has("etablissements_fermes") {
        joins.push(
            "left join (select uai, cast(max(date_fermeture) as varchar) as le, max(successeur_infere) as par \
             from etablissements_fermes group by uai) c on c.uai = f._k_uai"
                .to_owned(),
        );
        cases.push("when c.uai is not null then 'ferme'".to_owned());
        details.push(
            "when c.uai is not null then concat('fermé le ', coalesce(c.le, '?'), coalesce(concat(', repris par ', c.par, \
             ' (inféré)'), ''))",
        );
        groups.push(
            "when c.par is not null then 'with a successor, inferred: --follow-successors' \
             when c.uai is not null then 'no successor seen'",
        );
    }
    if !released.has("etablissements") {
        return;
    }
    joins.push(
        "left join (select uai, max(type_etablissement) as type from etablissements group by uai) e \
         on e.uai = f._k_uai"
            .to_owned(),
    );
    cases.push("when e.uai is null then 'inconnu'".to_owned());
    if side.in_table {
        let all = side.all.as_ref().unwrap_or(&side.chosen);
        joins.push(format!(
            "left join (select distinct e.type_etablissement as type from ({all}) t join etablissements e on \
             e.uai = t._k_uai) n on n.type = e.type"
        ));
        cases.push("when e.type is not null and n.type is null then 'non_concerne'".to_owned());
        details.push("when e.type is not null and n.type is null then e.type");
        groups.push("when e.type is not null and n.type is null then e.type");
    }
}

/// The reasons of a view of unmatched rows, the most frequent first.
pub(crate) async fn of_view(released: &Released, view: &str) -> Result<Vec<ReasonReport>> {
    let rows = released
        .rows(&format!(
            "select motif, groupe, count(*) as n, min(cle) as exemple from {} group by motif, groupe \
             order by n desc, motif, groupe",
            name(view)
        ))
        .await?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let reasons = rows.iter().map(|row| {
        let motif = text(&row["motif"]).unwrap_or_default();
        let words = WORDS.iter().find(|(word, _)| *word == motif);
        ReasonReport {
            reason: words.map_or_else(|| motif.clone(), |(_, words)| (*words).to_owned()),
            motif,
            detail: text(&row["groupe"]),
            rows: row["n"].as_u64().unwrap_or_default(),
            example: text(&row["exemple"]),
        }
    });
    Ok(reasons.collect())
}
