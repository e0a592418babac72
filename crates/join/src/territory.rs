//! From what a row is about to the territory that it is in: the shortest way through what the lake and the inputs know.

use std::collections::VecDeque;

use edulac_contract::KeyKind;
use edulac_engine::Released;

use crate::error::{Error, Result};
use crate::input::{Input, key_column};
use crate::sql::name;

/// What the release may know: kind, kind that it leads to, table, their columns.
const WAYS: [(KeyKind, KeyKind, &str, &str, &str); 12] = [
    (
        KeyKind::Uai,
        KeyKind::Commune,
        "etablissements",
        "uai",
        "code_commune",
    ),
    (
        KeyKind::Uai,
        KeyKind::Departement,
        "etablissements",
        "uai",
        "code_departement",
    ),
    (
        KeyKind::Uai,
        KeyKind::Academie,
        "etablissements",
        "uai",
        "code_academie",
    ),
    (
        KeyKind::Commune,
        KeyKind::Departement,
        "communes_territoires",
        "code",
        "code_departement",
    ),
    (
        KeyKind::Commune,
        KeyKind::Academie,
        "communes_territoires",
        "code",
        "code_academie",
    ),
    (
        KeyKind::Commune,
        KeyKind::RegionAcademique,
        "communes_territoires",
        "code",
        "code_region_academique",
    ),
    (
        KeyKind::Commune,
        KeyKind::Epci,
        "communes_territoires",
        "code",
        "code_epci",
    ),
    (
        KeyKind::Departement,
        KeyKind::Academie,
        "departements",
        "code",
        "code_academie",
    ),
    (
        KeyKind::Academie,
        KeyKind::RegionAcademique,
        "academies_dissoutes",
        "code",
        "code_region_academique",
    ),
    (
        KeyKind::Academie,
        KeyKind::RegionAcademique,
        "communes_territoires",
        "code_academie",
        "code_region_academique",
    ),
    (
        KeyKind::Site,
        KeyKind::Academie,
        "sites",
        "site_id",
        "code_academie",
    ),
    (
        KeyKind::Site,
        KeyKind::Commune,
        "sites",
        "site_id",
        "code_commune",
    ),
];

/// The table of closed establishments, which goes on where the directory stops.
const CLOSED: &str = "etablissements_fermes";

/// A way to a territory.
pub(crate) struct Way {
    /// The code of the territory, as SQL.
    pub(crate) code: String,
    /// Joins to the rows of the input, which are `x`.
    pub(crate) joins: String,
    /// The way in words.
    pub(crate) words: String,
}

/// A step: what it leads to, and a query `id, v`.
struct Step {
    from: KeyKind,
    to: KeyKind,
    query: String,
    words: String,
}

/// The way from the rows of an input to a territory.
///
/// # Errors
/// [`Error::NoTerritory`].
pub(crate) fn way(
    released: &Released,
    inputs: &[Input],
    input: &Input,
    level: KeyKind,
) -> Result<Way> {
    if let Some(key) = input.key(level) {
        return Ok(Way {
            code: format!("x.{}", key_column(level)),
            joins: String::new(),
            words: format!("its column `{}`", key.column),
        });
    }
    let steps = steps(released, inputs, input);
    let starts = input
        .keys
        .iter()
        .map(|key| key.kind)
        .filter(|kind| *kind != KeyKind::Rentree);
    let Some(path) = shortest(&steps, starts.collect(), level) else {
        return Err(Error::NoTerritory {
            input: input.asked.name.clone(),
            level: level.as_str().to_owned(),
            remedy: format!(
                "it has {}; add an input that knows both, as the directory `etablissements` or a file with its columns of UAI and \
                 of {level}",
                input.kinds()
            ),
        });
    };
    let (mut joins, mut words) = (String::new(), Vec::new());
    let mut code = format!("x.{}", key_column(path[0].from));
    for (number, step) in path.iter().enumerate() {
        joins += &format!(
            " left join ({}) w{number} on w{number}.id = {code}",
            step.query
        );
        code = format!("w{number}.v");
        words.push(format!("{} → {} ({})", step.from, step.to, step.words));
    }
    Ok(Way {
        code,
        joins,
        words: words.join(", "),
    })
}

/// The steps that can be taken, those of the inputs first.
fn steps(released: &Released, inputs: &[Input], input: &Input) -> Vec<Step> {
    let mut steps = Vec::new();
    for other in inputs.iter().filter(|other| other.place != input.place) {
        let identity = other
            .keys
            .iter()
            .find(|key| key.primary && key.kind != KeyKind::Rentree);
        let Some(from) = identity.map(|key| key.kind) else {
            continue;
        };
        for key in other
            .keys
            .iter()
            .filter(|key| key.kind != from && key.kind != KeyKind::Rentree)
        {
            steps.push(Step {
                from,
                to: key.kind,
                query: one_each(key_column(from), key_column(key.kind), &other.all()),
                words: other.alias.clone(),
            });
        }
    }
    for (from, to, table, id, value) in WAYS {
        if !(released.has_column(table, id) && released.has_column(table, value)) {
            continue;
        }
        let plain = if to == KeyKind::Academie {
            format!("nullif({}, 'ZZ')", name(value))
        } else {
            name(value)
        };
        let mut rows = format!("select {} as i, {plain} as c from {table}", name(id));
        if released.has_column(table, "millesime") {
            rows += &format!(" where millesime = (select max(millesime) from {table})");
        }
        let mut words = table.to_owned();
        if table == "etablissements" && released.has_column(CLOSED, value) {
            rows += &format!(
                " union all select {} as i, {plain} as c from {CLOSED} where {} not in \
                 (select {} from {table})",
                name(id),
                name(id),
                name(id)
            );
            words += ", etablissements_fermes";
        }
        steps.push(Step {
            from,
            to,
            query: one_each("i", "c", &format!("({rows})")),
            words,
        });
    }
    steps
}

/// One value for each id: where there are several, none, since the id does not tell which.
fn one_each(id: &str, value: &str, rows: &str) -> String {
    format!(
        "select {id} as id, case when min({value}) = max({value}) then min({value}) end as v from {rows} \
         where {id} is not null group by {id}"
    )
}

fn shortest(steps: &[Step], starts: Vec<KeyKind>, level: KeyKind) -> Option<Vec<&Step>> {
    let mut waiting: VecDeque<(KeyKind, Vec<&Step>)> =
        starts.into_iter().map(|kind| (kind, Vec::new())).collect();
    let mut seen: Vec<KeyKind> = waiting.iter().map(|(kind, _)| *kind).collect();
    while let Some((at, path)) = waiting.pop_front() {
        for step in steps.iter().filter(|step| step.from == at) {
            let mut longer = path.clone();
            longer.push(step);
            if step.to == level {
                return Some(longer);
            }
            if !seen.contains(&step.to) {
                seen.push(step.to);
                waiting.push_back((step.to, longer));
            }
        }
    }
    None
}
