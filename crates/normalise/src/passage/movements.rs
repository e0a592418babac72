//! The movements of communes, read from the rows of `passages_communes`.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use datafusion::logical_expr::{cast, ident};
use datafusion::prelude::DataFrame;
use edulac_model::{Movement, MovementKind, Movements};

use super::MOVEMENT_COLUMNS;
use crate::error::Error;
use crate::text::cell;

/// What the table writes for no commune: its key has no nulls.
const NO_COMMUNE: &str = "00000";

/// All movements; they are few (some 10 thousand since 1943).
pub(super) async fn read(frame: DataFrame) -> Result<Movements, Error> {
    let [before, after, day, kind] = MOVEMENT_COLUMNS;
    let columns = vec![
        cast(ident(before), DataType::Utf8),
        cast(ident(after), DataType::Utf8),
        cast(ident(day), DataType::Date32),
        cast(ident(kind), DataType::Int64),
    ];
    let mut all = Vec::new();
    for batch in frame.select(columns)?.collect().await? {
        let (before, after) = (
            batch.column(0).as_string::<i32>(),
            batch.column(1).as_string::<i32>(),
        );
        let days = batch.column(2).as_primitive::<Date32Type>();
        let kinds = batch.column(3).as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            let number = kinds.is_valid(row).then(|| kinds.value(row));
            let day = days.is_valid(row).then(|| days.value_as_date(row));
            let known = number.and_then(MovementKind::of).zip(day.flatten());
            let code = |codes| cell(codes, row).filter(|code| *code != NO_COMMUNE);
            let (before, after) = (code(before), code(after));
            let Some((kind, day)) = known else {
                return Err(Error::Movement {
                    before: before.unwrap_or_default().to_owned(),
                    after: after.unwrap_or_default().to_owned(),
                    number,
                    day: day.flatten().map(|day| day.to_string()),
                });
            };
            all.push(Movement {
                day,
                kind,
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            });
        }
    }
    Ok(all.into_iter().collect())
}
