//! The rows of a table before and after, in the form after.

use arrow::compute::can_cast_types;
use arrow::datatypes::Schema;
use datafusion::common::{Column, ScalarValue};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, try_cast};
use datafusion::prelude::SessionContext;
use url::Url;

use super::form::Form;
use crate::error::{Error, Result};
use crate::read::file_list;
use crate::row_hash::row_hash_udf;

/// The column with the hash of the row, after the letter of its side.
pub(super) const HASH: &str = "h";

/// The files of a table that only one of the two contents has.
pub(super) struct Sides<'a> {
    pub(super) table: &'a str,
    pub(super) old: Vec<Url>,
    pub(super) new: Vec<Url>,
}

/// Before, or after.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    New,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Old, Self::New];

    /// The name of a column of this side.
    pub(super) fn name(self, column: impl std::fmt::Display) -> String {
        match self {
            Self::Old => format!("o{column}"),
            Self::New => format!("n{column}"),
        }
    }

    pub(super) fn column(self, column: impl std::fmt::Display) -> Expr {
        named(&self.name(column))
    }
}

pub(super) fn named(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

impl Side {
    pub(super) fn key(self, form: &Form) -> Vec<Expr> {
        form.key.iter().map(|place| self.column(place)).collect()
    }

    /// The rows of one side in the form after, with their hash.
    pub(super) async fn rows(
        self,
        ctx: &SessionContext,
        form: &Form,
        sides: &Sides<'_>,
    ) -> Result<Option<DataFrame>> {
        let files = match self {
            Self::Old => &sides.old,
            Self::New => &sides.new,
        };
        if files.is_empty() {
            return Ok(None);
        }
        let fail = |e| Error::rows(sides.table, e);
        let provider = file_list(ctx, sides.table, files).await?;
        let present = provider.schema();
        let columns = form.fields.iter().enumerate();
        let columns = columns.map(|(place, _)| {
            let value = in_form(&present, form, place)?;
            Ok(value.alias(self.name(place)))
        });
        let columns = columns.collect::<Result<Vec<_>, DataFusionError>>();
        let all = (0..form.fields.len()).map(|place| self.column(place));
        let frame = ctx.read_table(provider).map_err(fail)?;
        let frame = frame.select(columns.map_err(fail)?).map_err(fail)?;
        let hash = row_hash_udf().call(all.collect());
        let frame = frame.with_column(&self.name(HASH), hash);
        frame.map(Some).map_err(fail)
    }
}

/// A column of files, as the form has it.
fn in_form(present: &Schema, form: &Form, place: usize) -> Result<Expr, DataFusionError> {
    let field = &form.fields[place];
    match present.field_with_name(field.name()) {
        Ok(found) if found.data_type() == field.data_type() => Ok(named(field.name())),
        Ok(found) if can_cast_types(found.data_type(), field.data_type()) => {
            Ok(try_cast(named(field.name()), field.data_type().clone()))
        }
        _ => null(form, place),
    }
}

pub(super) fn null(form: &Form, place: usize) -> Result<Expr, DataFusionError> {
    let null = ScalarValue::try_from(form.fields[place].data_type())?;
    Ok(Expr::Literal(null, None))
}
