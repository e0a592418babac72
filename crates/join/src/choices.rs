//! The choice of rows of an input: `ips:niveau=college,rentree=2022-2023`.

use edulac_contract::KeyKind;
use edulac_engine::Released;

use crate::error::{Error, Result};
use crate::input::{Input, count};
use crate::keys::code_kind;
use crate::sql::{name, texts, view};

/// Most values of a column that a message shows.
const SHOWN: usize = 12;

/// The column of the year for which codes and contours of territories are valid.
const VINTAGE: &str = "millesime";

/// Makes the view of the rows chosen.
pub(crate) async fn apply(released: &Released, input: &mut Input) -> Result<()> {
    newest_vintage(released, input).await?;
    let mut tests = Vec::new();
    for index in 0..input.asked.choices.len() {
        let (column, values) = input.asked.choices[index].clone();
        let values = canonical(input, &column, &values)?;
        let test = format!(
            "cast({} as varchar) in {}",
            name(&column),
            texts(values.iter().map(String::as_str))
        );
        check(released, input, &column, &values, &test).await?;
        input.asked.choices[index].1 = values;
        tests.push(test);
    }
    let one = |column: &String| input.pinned(column).is_some();
    let left: Vec<String> = input
        .tells_apart
        .iter()
        .filter(|c| !one(c))
        .cloned()
        .collect();
    input.tells_apart = left;
    let filter = match tests.is_empty() {
        true => String::new(),
        false => format!(" where {}", tests.join(" and ")),
    };
    let query = format!("select * from {}{filter}", input.all());
    view(&released.ctx, &input.chosen(), &query).await?;
    input.all_rows = count(
        released,
        &format!("select count(*) as n from {}", input.all()),
    )
    .await?;
    input.rows = count(
        released,
        &format!("select count(*) as n from {}", input.chosen()),
    )
    .await?;
    if input.rows == 0 && input.all_rows > 0 {
        return Err(Error::NothingChosen {
            input: input.asked.name.clone(),
            wanted: String::from(&input.asked),
            known: "each of these values, but not together".to_owned(),
        });
    }
    Ok(())
}

/// Of a table of territories in several vintages, the newest, when none is chosen.
async fn newest_vintage(released: &Released, input: &mut Input) -> Result<()> {
    let chosen = input
        .asked
        .choices
        .iter()
        .any(|(column, _)| column == VINTAGE);
    if chosen || !input.tells_apart.iter().any(|column| column == VINTAGE) {
        return Ok(());
    }
    let query = format!("select max({VINTAGE}) as n from {}", input.all());
    let newest = count(released, &query).await?;
    if newest > 0 {
        input
            .notes
            .push(format!("{VINTAGE} {newest}, the newest of the table"));
        input
            .asked
            .choices
            .push((VINTAGE.to_owned(), vec![newest.to_string()]));
    }
    Ok(())
}

/// Values in the form of the lake: `rentree=2022` is 2022-2023, `code_departement=35` is 035.
fn canonical(input: &Input, column: &str, values: &[String]) -> Result<Vec<String>> {
    if input.columns.iter().all(|known| known.name != column) {
        let names = || input.columns.iter().map(|known| known.name.as_str());
        return Err(Error::UnknownColumn {
            input: input.asked.name.clone(),
            column: column.to_owned(),
            remedy: match edulac_yaml::did_you_mean(column, names()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!("it has {}", edulac_yaml::list(names())),
            },
        });
    }
    let key = input.keys.iter().find(|key| key.column == column);
    let kind = key.map(|key| {
        if key.of_session {
            KeyKind::Session
        } else {
            key.kind
        }
    });
    let Some(code) = kind.filter(|_| input.table.is_some()).and_then(code_kind) else {
        return Ok(values.to_vec());
    };
    values
        .iter()
        .map(|value| {
            code.normalise(value).map_err(|source| Error::BadValue {
                input: input.asked.name.clone(),
                column: column.to_owned(),
                value: value.clone(),
                source: Box::new(source),
            })
        })
        .collect()
}

/// Each value is there: a choice that leaves nothing is a mistake.
async fn check(
    released: &Released,
    input: &Input,
    column: &str,
    values: &[String],
    test: &str,
) -> Result<()> {
    let found = released
        .rows(&format!(
            "select distinct cast({} as varchar) as v from {} where {test}",
            name(column),
            input.all()
        ))
        .await?;
    let found: Vec<&str> = found.iter().filter_map(|row| row["v"].as_str()).collect();
    let Some(missing) = values.iter().find(|value| !found.contains(&value.as_str())) else {
        return Ok(());
    };
    Err(Error::NothingChosen {
        input: input.asked.name.clone(),
        wanted: format!("{column}={missing}"),
        known: values_of(released, input, column).await?,
    })
}

/// The values of a column in words, the first ones.
pub(crate) async fn values_of(released: &Released, input: &Input, column: &str) -> Result<String> {
    let rows = released
        .rows(&format!(
            "select distinct cast({} as varchar) as v from {} order by v limit {}",
            name(column),
            input.all(),
            SHOWN + 1
        ))
        .await?;
    let values: Vec<&str> = rows.iter().filter_map(|row| row["v"].as_str()).collect();
    Ok(match values.len() > SHOWN {
        true => format!("{}…", values[..SHOWN].join(", ")),
        false => values.join(", "),
    })
}
