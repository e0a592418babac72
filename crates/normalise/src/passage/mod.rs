//! The `passage` step as a plan: the commune codes of a column, brought from one vintage to another.

mod function;
mod movements;

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::functions::core::expr_fn::nullif;
use datafusion::functions::string::expr_fn::concat_ws;
use datafusion::logical_expr::{Expr, cast, ident, lit};
use datafusion::prelude::DataFrame;
use edulac_spec::pipeline::Passage;

use crate::error::Error;
use crate::step::PROBLEMS;
use crate::text::cell;
use function::{CANDIDATES, CODE, Carried, PROBLEM, STATUS};

/// The columns of the movements that the step reads, those of the table `passages_communes`.
pub const MOVEMENT_COLUMNS: [&str; 4] = ["ancien", "nouveau", "date_effet", "mod"];

/// The column of the list of communes that holds their codes.
pub const COMMUNE_COLUMN: &str = "code";

/// The intermediate struct of what became of a code; never leaves the step.
const PASSED: &str = "__passage";

/// Plans the step over `input`: one row out for each row in. With `<column>` the column of the step:
///
/// - `<column>` (text): the code of the later vintage (or earlier: `to_vintage`), null when there is not exactly one;
/// - `<column>_origine` (text): the code as it was;
/// - `<column>_passage` (text): `identique`, `remplace`, `plusieurs` (a split, or a merger read backwards), `aucun` (no
///   such commune in `from_vintage`, or none after it), `hors_liste` (arrives at a code that `communes` does not
///   list); null without a code;
/// - `<column>_candidats` (text): the codes it may be, sorted and separated by a space, when it is null and there are any;
/// - `_problemes`: one line more for a code that became null.
///
/// After an earlier passage of the same column, those of the last one stand in their place.
///
/// # Errors
/// [`Error::UnknownColumn`] with the pointer of the option concerned; [`Error::Movement`]; a plan that the engine refuses.
pub async fn passage(
    input: DataFrame,
    movements: DataFrame,
    communes: Option<DataFrame>,
    step: &Passage,
) -> Result<DataFrame, Error> {
    has(&input, &[&step.column], "/column")?;
    has(&movements, &MOVEMENT_COLUMNS, "/movements")?;
    let known = movements::read(movements).await?;
    let communes = match communes {
        Some(list) => {
            has(&list, &[COMMUNE_COLUMN], "/communes")?;
            Some(codes(list).await?)
        }
        None => None,
    };
    let carried = Carried {
        column: step.column.clone(),
        from: step.from_vintage,
        to: step.to_vintage,
        passage: known.passage(step.from_vintage, step.to_vintage),
        communes,
    };
    planned(input, step, carried)
}

/// The columns that come out of the step over an input of this schema.
///
/// # Errors
/// [`Error::UnknownColumn`] when the input lacks the column of the step.
pub fn passage_schema(input: &Schema, step: &Passage) -> Result<Schema, Error> {
    if input.field_with_name(&step.column).is_err() {
        let known = input.fields().iter().map(|field| field.name().clone());
        return Err(unknown(&step.column, known.collect(), "/column"));
    }
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let kept = input.fields().iter().map(|field| field.as_ref().clone());
    let kept = kept
        .filter(|field| field.name() != PROBLEMS && !is_added(field.name(), step))
        .map(|field| match *field.name() == step.column {
            true => text(&step.column),
            false => field,
        });
    let added = added(step).map(|name| text(&name));
    let all = kept.chain(added).chain([text(PROBLEMS)]);
    Ok(Schema::new(all.collect::<Vec<_>>()))
}

/// The columns that the step adds: the code as it was, what became of it, what it may be.
fn added(step: &Passage) -> [String; 3] {
    let column = &step.column;
    [
        step.origin_column(),
        format!("{column}_passage"),
        format!("{column}_candidats"),
    ]
}

/// Whether a column of the input is one that the step gives anew: those of an earlier passage of the same column.
fn is_added(name: &str, step: &Passage) -> bool {
    added(step).iter().any(|column| column == name)
}

fn planned(input: DataFrame, step: &Passage, carried: Carried) -> Result<DataFrame, Error> {
    let names: Vec<String> = input
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let code = cast(ident(&step.column), DataType::Utf8);
    let passed = function::udf(carried)
        .call(vec![code.clone()])
        .alias(PASSED);
    let field = |name: &str| ident(format!("{PASSED}.{name}"));
    let mut out: Vec<Expr> = names
        .iter()
        .filter(|name| *name != PROBLEMS && !is_added(name, step))
        .map(|name| match *name == step.column {
            true => field(CODE).alias(name),
            false => ident(name),
        })
        .collect();
    let values = [code, field(STATUS), field(CANDIDATES)].into_iter();
    out.extend(
        values
            .zip(added(step))
            .map(|(value, name)| value.alias(name)),
    );
    let before = names.iter().any(|name| name == PROBLEMS);
    let before = before.then(|| ident(PROBLEMS));
    let problems: Vec<Expr> = before.into_iter().chain([field(PROBLEM)]).collect();
    out.push(nullif(concat_ws(lit("\n"), problems), lit("")).alias(PROBLEMS));
    // The origin is read after the struct is spread: its column still bears the name of the step's column there.
    let all = names.iter().map(ident).chain([passed]);
    let spread = input
        .select(all.collect::<Vec<_>>())?
        .unnest_columns(&[PASSED])?;
    Ok(spread.select(out)?)
}

/// The codes of the list of communes.
async fn codes(list: DataFrame) -> Result<std::collections::BTreeSet<String>, Error> {
    let column = cast(ident(COMMUNE_COLUMN), DataType::Utf8);
    let mut codes = std::collections::BTreeSet::new();
    for batch in list.select(vec![column])?.collect().await? {
        let texts = batch.column(0).as_string::<i32>();
        codes.extend((0..batch.num_rows()).filter_map(|row| cell(texts, row).map(str::to_owned)));
    }
    Ok(codes)
}

fn has(frame: &DataFrame, columns: &[&str], pointer: &str) -> Result<(), Error> {
    let schema = Arc::clone(frame.schema().inner());
    let missing = columns
        .iter()
        .find(|column| schema.field_with_name(column).is_err());
    match missing {
        Some(column) => {
            let known = schema.fields().iter().map(|field| field.name().clone());
            Err(unknown(column, known.collect(), pointer))
        }
        None => Ok(()),
    }
}

fn unknown(column: &str, known: Vec<String>, pointer: &str) -> Error {
    Error::UnknownColumn {
        column: column.to_owned(),
        known,
        pointer: pointer.to_owned(),
    }
}
