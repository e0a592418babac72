//! Measures brought to a territory: each input by itself and whole, so that the cells add up to the total of the input
//! whatever the others match. Rows whose territory is not known are a cell of their own.

use std::collections::BTreeSet;

use edulac_contract::KeyKind;
use edulac_engine::Released;
use edulac_export::ColumnNote;

use crate::error::{Error, Result};
use crate::input::{Input, count, key_column};
use crate::measures::{self, Measures};
use crate::pairs::{check_times, only_time};
use crate::report::{LevelInput, LevelReport};
use crate::request::Request;
use crate::spine::Output;
use crate::sql::{name, view};
use crate::territory::way;

/// A cell is small below so many establishments, or pupils.
const FEW_ESTABLISHMENTS: u64 = 3;
const FEW_PUPILS: u64 = 10;

/// The view of the cells.
pub(crate) const VIEW: &str = "_niveau";

/// The whole country as a territory.
const NATIONAL: &str = "national";

/// Territories that rows can be brought to.
const LEVELS: [KeyKind; 6] = [
    KeyKind::Commune,
    KeyKind::Bassin,
    KeyKind::Epci,
    KeyKind::Departement,
    KeyKind::Academie,
    KeyKind::RegionAcademique,
];

/// Tables with the names of territories.
const NAMES: [(KeyKind, &str); 7] = [
    (KeyKind::Commune, "communes_territoires"),
    (KeyKind::Bassin, "bassins"),
    (KeyKind::Epci, "epci"),
    (KeyKind::Departement, "departements"),
    (KeyKind::Academie, "academies_dissoutes"),
    (KeyKind::Academie, "academies"),
    (KeyKind::RegionAcademique, "regions_academiques"),
];

/// Makes the view of the cells.
pub(crate) async fn make(
    released: &Released,
    inputs: &[Input],
    request: &Request,
    word: &str,
) -> Result<(LevelReport, Vec<Output>)> {
    let level = match word {
        NATIONAL => None,
        word => Some(level_of(word)?),
    };
    if request.by.is_empty() {
        let all: Vec<&Input> = inputs.iter().collect();
        check_times(released, &inputs[0], &all).await?;
    }
    let mut by_time = false;
    for input in inputs
        .iter()
        .filter(|input| input.key(KeyKind::Rentree).is_some())
    {
        by_time |= only_time(released, input).await?.is_none();
    }
    let mut cells = Cells::new(word, level);
    check_measures(inputs, &request.measures)?;
    for input in inputs {
        let measures = measures::of(input, &request.measures)?;
        cells
            .add(released, inputs, input, measures, level, by_time)
            .await?;
    }
    cells.finish(released, level, by_time).await
}

fn level_of(word: &str) -> Result<KeyKind> {
    let found = KeyKind::parse(word).filter(|kind| LEVELS.contains(kind));
    found.ok_or_else(|| Error::UnknownWord {
        what: "a territory (`--level`)",
        word: word.to_owned(),
        remedy: format!(
            "one of {}, `{NATIONAL}`",
            edulac_yaml::list(LEVELS.iter().map(|kind| kind.as_str()))
        ),
    })
}

/// Each measure asked for is a column of some input.
pub(crate) fn check_measures(inputs: &[Input], wanted: &[String]) -> Result<()> {
    let columns = || {
        inputs
            .iter()
            .flat_map(|input| &input.columns)
            .map(|column| column.name.as_str())
    };
    match wanted
        .iter()
        .find(|wanted| columns().all(|column| column != *wanted))
    {
        Some(column) => Err(Error::UnknownColumn {
            input: "the inputs".to_owned(),
            column: column.clone(),
            remedy: match edulac_yaml::did_you_mean(column, columns()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => "see `edulac tables`".to_owned(),
            },
        }),
        None => Ok(()),
    }
}

/// The cells under way.
struct Cells {
    report: LevelReport,
    outputs: Vec<Output>,
    taken: BTreeSet<String>,
    /// A query for each input.
    parts: Vec<String>,
    smalls: Vec<String>,
}

impl Cells {
    fn new(word: &str, level: Option<KeyKind>) -> Self {
        let code = level.map_or("code", |level| &key_column(level)[3..]);
        let code = if level.is_some() {
            format!("code_{code}")
        } else {
            code.to_owned()
        };
        let mut cells = Self {
            report: LevelReport {
                level: word.to_owned(),
                inputs: Vec::new(),
                small_cells: 0,
                small: format!(
                    "fewer than {FEW_ESTABLISHMENTS} establishments or {FEW_PUPILS} pupils"
                ),
            },
            outputs: Vec::new(),
            taken: BTreeSet::new(),
            parts: Vec::new(),
            smalls: Vec::new(),
        };
        cells.output(
            code,
            "Code du territoire. Nul : territoire inconnu.".to_owned(),
        );
        cells.output(
            "nom".to_owned(),
            "Nom du territoire. Nul : le lac ne le dit pas.".to_owned(),
        );
        cells
    }

    fn output(&mut self, name: String, description: String) {
        self.taken.insert(name.clone());
        self.outputs.push(Output {
            name,
            note: ColumnNote {
                description,
                unit: None,
                table: String::new(),
                ..ColumnNote::default()
            },
        });
    }

    async fn add(
        &mut self,
        released: &Released,
        inputs: &[Input],
        input: &Input,
        measures: Measures,
        level: Option<KeyKind>,
        by_time: bool,
    ) -> Result<()> {
        let (code, joins, words) = match level {
            Some(level) => {
                let way = way(released, inputs, input, level)?;
                (way.code, way.joins, way.words)
            }
            None => ("'FR'".to_owned(), String::new(), "the whole".to_owned()),
        };
        let from = format!("{} x{joins}", input.chosen());
        let timed = by_time && input.key(KeyKind::Rentree).is_some();
        let time = if timed {
            "x._k_rentree"
        } else {
            "cast(null as varchar)"
        };
        let has_uai = input.key(KeyKind::Uai).is_some();
        let (what, counted, says) = match has_uai {
            true => (
                "etablissements",
                "count(distinct _k_uai)",
                "Établissements distincts",
            ),
            false => ("lignes", "count(*)", "Lignes"),
        };
        let behind = self.free(&format!("{}_{what}", input.alias), &input.alias);
        self.output(
            behind.clone(),
            format!("{says} de {} dans la cellule.", input.asked.name),
        );
        let mut selected = vec![format!("{counted} as {}", name(&behind))];
        let few = if has_uai {
            format!("{counted} < {FEW_ESTABLISHMENTS}")
        } else {
            "false".to_owned()
        };
        let few = match &measures.pupils {
            Some(pupils) => format!("{few} or coalesce({pupils} < {FEW_PUPILS}, false)"),
            None => few,
        };
        let small = format!("_petit{}", input.place);
        selected.push(format!("({few}) as {small}"));
        self.smalls.push(small);
        for measure in &measures.taken {
            let output = self.free(&measure.name, &input.alias);
            selected.push(format!("{} as {}", measure.sql, name(&output)));
            self.taken.insert(output.clone());
            self.outputs.push(Output {
                name: output,
                note: measure.note.clone(),
            });
        }
        self.parts.push(format!(
            "select _code, _rentree, {} from (select x.*, {code} as _code, {time} as _rentree from {from}) \
             group by _code, _rentree",
            selected.join(", ")
        ));
        let unknown = format!("select count(*) as n from {from} where {code} is null");
        self.report.inputs.push(LevelInput {
            name: input.alias.clone(),
            by: words,
            rows: input.rows,
            unknown: count(released, &unknown).await?,
            left_out: measures.left_out(),
            measures: measures.ways,
        });
        Ok(())
    }

    /// A name that no column has yet.
    fn free(&self, wanted: &str, alias: &str) -> String {
        let mut name = wanted.to_owned();
        if self.taken.contains(&name) {
            name = format!("{alias}_{wanted}");
        }
        let (base, mut number) = (name.clone(), 1);
        while self.taken.contains(&name) {
            number += 1;
            name = format!("{base}_{number}");
        }
        name
    }

    async fn finish(
        mut self,
        released: &Released,
        level: Option<KeyKind>,
        by_time: bool,
    ) -> Result<(LevelReport, Vec<Output>)> {
        let key = |part: &str| {
            format!("concat(coalesce({part}._code, ''), '|', coalesce({part}._rentree, ''))")
        };
        let cells: Vec<String> = self
            .parts
            .iter()
            .map(|part| format!("select _code, _rentree from ({part})"))
            .collect();
        let mut query = format!(
            "from (select distinct _code, _rentree from ({})) c",
            cells.join(" union ")
        );
        for (number, part) in self.parts.iter().enumerate() {
            query += &format!(
                " left join ({part}) p{number} on {} = {}",
                key(&format!("p{number}")),
                key("c")
            );
        }
        let names = NAMES
            .iter()
            .filter(|(kind, table)| Some(*kind) == level && released.has_column(table, "nom"));
        let names: Vec<String> = names
            .map(|(_, table)| format!("select code, nom from {table}"))
            .collect();
        let label = match names.is_empty() {
            true => "cast(null as varchar)",
            false => {
                query += &format!(
                    " left join (select code as id, max(nom) as nom from ({}) group by code) n on n.id = c._code",
                    names.join(" union all ")
                );
                "n.nom"
            }
        };
        let mut selected = vec![
            format!("c._code as {}", name(&self.outputs[0].name)),
            format!("{label} as nom"),
        ];
        let measures: Vec<String> = self.outputs[2..]
            .iter()
            .map(|output| name(&output.name))
            .collect();
        if by_time {
            selected.push("c._rentree as rentree".to_owned());
            let note = ColumnNote {
                description: "Rentrée scolaire.".to_owned(),
                ..ColumnNote::default()
            };
            let name = "rentree".to_owned();
            self.outputs.insert(2, Output { name, note });
        }
        selected.extend(measures);
        let smalls: Vec<String> = self
            .smalls
            .iter()
            .map(|small| format!("coalesce({small}, false)"))
            .collect();
        selected.push(format!("({}) as petit_effectif", smalls.join(" or ")));
        self.output(
            "petit_effectif".to_owned(),
            format!("La cellule repose sur moins de {FEW_ESTABLISHMENTS} établissements ou de {FEW_PUPILS} élèves."),
        );
        view(
            &released.ctx,
            VIEW,
            &format!("select {} {query}", selected.join(", ")),
        )
        .await?;
        self.report.small_cells = count(
            released,
            &format!("select count(*) as n from {VIEW} where petit_effectif"),
        )
        .await?;
        Ok((self.report, self.outputs))
    }
}
