//! The indicators of the map, those that a release has.

use edulac_engine::Row;

use crate::error::Result;
use crate::map::Shown;
use crate::map::indicator::{Indicator, Read, Scale};

/// An index of what the level's own file says; levels do not compare, so each is an indicator.
struct OfLevel {
    key: &'static str,
    title: &'static str,
    level: &'static str,
    notices: &'static [&'static str],
}

const IPS: [OfLevel; 3] = [
    OfLevel {
        key: "ips_ecole",
        title: "IPS des écoles",
        level: "ecole",
        notices: &[
            "ips-pas-une-performance",
            "ips-pas-un-classement",
            "ips-trois-points",
            "ips-niveaux",
            "ips-ns",
            "ips-ecoles-cm2",
        ],
    },
    OfLevel {
        key: "ips_college",
        title: "IPS des collèges",
        level: "college",
        notices: &[
            "ips-pas-une-performance",
            "ips-pas-un-classement",
            "ips-trois-points",
            "ips-niveaux",
            "ips-ns",
        ],
    },
    OfLevel {
        key: "ips_lycee",
        title: "IPS des lycées",
        level: "lycee",
        notices: &[
            "ips-pas-une-performance",
            "ips-pas-un-classement",
            "ips-trois-points",
            "ips-niveaux",
            "ips-voies",
            "ips-ns",
        ],
    },
];

/// A result of an examination: the success rate and what it is beyond the one expected.
struct OfExam {
    rate: (&'static str, &'static str),
    added: (&'static str, &'static str),
    exam: &'static str,
    device: &'static str,
    series: &'static str,
}

const RESULTS: [OfExam; 3] = [
    OfExam {
        rate: ("taux_dnb", "Brevet : taux de réussite"),
        added: ("va_dnb", "Brevet : valeur ajoutée du taux de réussite"),
        exam: "dnb",
        device: "IVAC",
        series: "generale",
    },
    OfExam {
        rate: (
            "taux_bac_gt",
            "Bac général et technologique : taux de réussite",
        ),
        added: ("va_bac_gt", "Bac général et technologique : valeur ajoutée"),
        exam: "bac_gt",
        device: "IVAL",
        series: "toutes",
    },
    OfExam {
        rate: ("taux_bac_pro", "Bac professionnel : taux de réussite"),
        added: ("va_bac_pro", "Bac professionnel : valeur ajoutée"),
        exam: "bac_pro",
        device: "IVAL",
        series: "toutes",
    },
];

const RESULT_NOTICES: [&str; 4] = [
    "resultats-pas-un-classement",
    "resultats-valeur-ajoutee",
    "resultats-petits-effectifs",
    "resultats-absence",
];

/// Those that the release has, in the order in which they are offered.
pub(crate) async fn indicators(shown: &Shown<'_>) -> Result<Vec<Indicator>> {
    let mut found = directory(shown);
    found.extend(links(shown));
    let has = |table: &str, columns: &[&str]| columns.iter().all(|c| shown.has(table, c));
    if has(
        "ips",
        &["uai", "rentree", "niveau", "voie", "ips", "ips_statut"],
    ) {
        for level in &IPS {
            found.extend(ips(shown, level).await?);
        }
    }
    let columns = [
        "uai",
        "session",
        "examen",
        "dispositif",
        "serie",
        "indicateur",
        "valeur",
        "statut",
    ];
    if has("resultats", &columns) {
        for exam in &RESULTS {
            found.extend(result(shown, exam, true).await?);
            found.extend(result(shown, exam, false).await?);
        }
    }
    Ok(found)
}

/// Those that are columns of the directory itself.
fn directory(shown: &Shown<'_>) -> Vec<Indicator> {
    let column = |key, column: &str, title, about, scale, value: &str, state: &str| {
        shown.has("etablissements", column).then(|| Indicator {
            key,
            title,
            about,
            scale,
            period: None,
            table: "etablissements",
            notices: &[],
            read: Read {
                join: String::new(),
                value: value.to_owned(),
                state: state.to_owned(),
            },
        })
    };
    let limits = Scale::Number {
        unit: "m",
        limits: &[200.0, 500.0, 1000.0, 5000.0],
        diverges: false,
    };
    let all = [
        column(
            "secteur",
            "secteur",
            "Secteur",
            "Public ou privé, d'après l'annuaire.",
            Scale::Words(&[("Public", "Public"), ("Privé", "Privé")]),
            "e.secteur",
            "case when e.secteur is null then 'absent' else 'valeur' end",
        ),
        column(
            "education_prioritaire",
            "education_prioritaire",
            "Éducation prioritaire",
            "D'après l'annuaire du jour ; la liste par rentrée est la table education_prioritaire.",
            Scale::Words(&[
                ("REP", "REP"),
                ("REP+", "REP+"),
                ("hors", "Hors éducation prioritaire"),
            ]),
            "coalesce(e.education_prioritaire, 'hors')",
            "'valeur'",
        ),
        column(
            "limite_academie",
            "academie_distance_limite_m",
            "Distance à la limite de l'académie",
            "Distance de la position à la limite de l'académie où elle se trouve. À moins de 200 m, des élèves des deux côtés.",
            limits,
            "e.academie_distance_limite_m",
            "case when e.academie_distance_limite_m is null then 'absent' else 'valeur' end",
        ),
        column(
            "academie_concorde",
            "academie_concorde",
            "Académie déclarée et académie située",
            "Le code déclaré est-il celui de l'académie où se trouve la position ? Un désaccord est signalé, jamais corrigé d'office.",
            Scale::Words(&[("true", "Concordent"), ("false", "Ne concordent pas")]),
            "cast(e.academie_concorde as varchar)",
            "case when e.academie_concorde is null then 'absent' else 'valeur' end",
        ),
        column(
            "position",
            "position_qualite",
            "Qualité de la position",
            "Ce que vaut le point de la carte : au bâtiment ou au numéro, à la rue, ou au centre de la commune.",
            Scale::Words(&[
                ("precise", "Précise"),
                ("rue", "À la rue"),
                ("commune", "Centre de la commune"),
                ("inconnue", "Inconnue"),
            ]),
            "e.position_qualite",
            "case when e.position_qualite is null then 'absent' else 'valeur' end",
        ),
    ];
    all.into_iter().flatten().collect()
}

/// Whether the establishment has buildings.
fn links(shown: &Shown<'_>) -> Option<Indicator> {
    let there = ["uai", "statut"]
        .iter()
        .all(|c| shown.has("etablissements_batiments", c));
    there.then(|| Indicator {
        key: "liens",
        title: "Rattachement aux bâtiments",
        about: "Un lien accepté avec au moins un bâtiment, seulement des liens ambigus, ou aucun.",
        scale: Scale::Words(&[("accepte", "Bâtiments rattachés"), ("ambigu", "Liens ambigus seulement"), ("aucun", "Aucun bâtiment")]),
        period: None,
        table: "etablissements_batiments",
        notices: &[],
        read: Read {
            join: String::new(),
            value: "case when liens.acceptes > 0 then 'accepte' when liens.ambigus > 0 then 'ambigu' else 'aucun' end".to_owned(),
            state: "'valeur'".to_owned(),
        },
    })
}

async fn ips(shown: &Shown<'_>, of: &OfLevel) -> Result<Option<Indicator>> {
    let OfLevel { key, level, .. } = of;
    let which = format!("niveau = '{level}' and voie = 'ensemble'");
    let Some(year) = newest(shown, "ips", "rentree", &which).await? else {
        return Ok(None);
    };
    Ok(Some(Indicator {
        key,
        title: of.title,
        about: "Indice de position sociale : le milieu social moyen des élèves. Classes de 15 points, puisqu'un écart de 3 ne se lit pas.",
        scale: Scale::Number {
            unit: "",
            limits: &[80.0, 95.0, 110.0, 125.0],
            diverges: false,
        },
        period: Some(format!("rentrée {year}")),
        table: "ips",
        notices: of.notices,
        read: joined(
            key,
            &format!(
                "select uai, ips as valeur, ips_statut as statut from ips where {which} and rentree = '{year}'"
            ),
        ),
    }))
}

async fn result(shown: &Shown<'_>, of: &OfExam, is_added: bool) -> Result<Option<Indicator>> {
    let OfExam {
        exam,
        device,
        series,
        ..
    } = of;
    let (key, title) = if is_added { of.added } else { of.rate };
    let name = if is_added {
        "va_taux_reussite"
    } else {
        "taux_reussite"
    };
    let which = format!(
        "examen = '{exam}' and dispositif = '{device}' and serie = '{series}' and indicateur = '{name}'"
    );
    let Some(session) = newest(shown, "resultats", "session", &which).await? else {
        return Ok(None);
    };
    let (about, scale) = match is_added {
        true => (
            "Écart entre le taux constaté et celui qu'on attend d'élèves comparables. La classe du milieu ne s'en distingue pas.",
            Scale::Number {
                unit: "points",
                limits: &[-6.0, -2.0, 2.0, 6.0],
                diverges: true,
            },
        ),
        false => (
            "Part des candidats reçus. Il dépend d'abord des élèves accueillis : le lire avec la valeur ajoutée.",
            Scale::Number {
                unit: "%",
                limits: &[70.0, 80.0, 90.0, 95.0],
                diverges: false,
            },
        ),
    };
    Ok(Some(Indicator {
        key,
        title,
        about,
        scale,
        period: Some(format!("session {session}")),
        table: "resultats",
        notices: &RESULT_NOTICES,
        read: joined(
            key,
            &format!(
                "select uai, valeur, statut from resultats where {which} and session = '{session}'"
            ),
        ),
    }))
}

/// A value that stands in rows of another table, one for each establishment.
fn joined(key: &str, rows: &str) -> Read {
    Read {
        join: format!("left join ({rows}) i_{key} on i_{key}.uai = e.uai"),
        value: format!("i_{key}.valeur"),
        state: format!("i_{key}.statut"),
    }
}

/// The last year of the rows concerned; none without such rows.
async fn newest(shown: &Shown<'_>, table: &str, year: &str, which: &str) -> Result<Option<String>> {
    let sql = format!("select cast(max({year}) as varchar) as an from {table} where {which}");
    let rows = shown.released.rows(&sql).await?;
    let text = |row: &Row| row.get("an")?.as_str().map(str::to_owned);
    Ok(rows.first().and_then(text))
}
