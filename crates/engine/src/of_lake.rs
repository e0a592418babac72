//! Tables of the lake as sources of a pipeline: those it needs, those it can do without, those of the last release.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::NaiveDate;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::empty::EmptyTable;
use datafusion::logical_expr::{Expr, cast, lit};
use datafusion::prelude::{SessionContext, ident};
use datafusion::scalar::ScalarValue;
use edulac_contract::{Contract, Version};
use edulac_lake::{Lake, Release, ReleasedTable};
use edulac_spec::Pipeline;
use edulac_spec::pipeline::SourceKind;
use edulac_validate::table_schema;

use crate::Workspace;
use crate::error::{Error, Result};
use crate::extraction::full_name;
use crate::record::AbsentSource;

/// The columns of a source that is a table of the lake: those of its contract and, where the source asks for it, that of
/// the day of its content.
pub(crate) fn schema(source: &SourceKind, contract: &Contract) -> SchemaRef {
    let schema = table_schema(contract.checks());
    let SourceKind::Lake {
        dated_as: Some(column),
        ..
    } = source
    else {
        return schema;
    };
    let fields = schema.fields().iter().map(|field| field.as_ref().clone());
    let dated = fields.chain([Field::new(column, DataType::Date32, true)]);
    Arc::new(Schema::new(dated.collect::<Vec<_>>()))
}

/// Adds the day of the content of a table to its rows.
pub(crate) fn dated(frame: DataFrame, column: &str, day: Option<NaiveDate>) -> Result<DataFrame> {
    let days = day.map(|day| (day - NaiveDate::default()).num_days() as i32);
    frame
        .with_column(column, lit(ScalarValue::Date32(days)))
        .map_err(Error::read_table(column))
}

/// No rows, with the columns of a table of the lake.
pub(crate) fn empty(
    ctx: &SessionContext,
    source: &SourceKind,
    contract: &Contract,
) -> Result<DataFrame> {
    let schema = schema(source, contract);
    ctx.read_table(Arc::new(EmptyTable::new(schema)))
        .map_err(Error::read_table(contract.name()))
}

/// The rows of a table as a release has it, with the columns of its contract of today: null where the release has no such
/// column yet. Without rows when it has no such table, or one under a contract of another major version.
pub(crate) async fn previous(
    ctx: &SessionContext,
    lake: &Lake,
    release: Option<&Release>,
    source: &SourceKind,
    contract: &Contract,
) -> Result<(DataFrame, u64)> {
    let name = contract.name();
    let released = release.and_then(|release| Some((release, release.tables.get(name)?)));
    let Some((release, table)) = released.filter(|(_, table)| is_readable(table, contract)) else {
        return Ok((empty(ctx, source, contract)?, 0));
    };
    let provider = lake.table_provider(ctx, release, name).await?;
    let frame = ctx.read_table(provider).map_err(Error::read_table(name))?;
    let frame = frame
        .clone()
        .select(of_contract(&frame, &schema(source, contract)))
        .map_err(Error::read_table(name))?;
    Ok((frame, table.rows))
}

/// Whether rows that were published under a contract can be read under that of today.
fn is_readable(table: &ReleasedTable, contract: &Contract) -> bool {
    let version = Version::parse(&table.contract.version);
    version.is_some_and(|version| version.major == contract.version().major)
}

fn of_contract(frame: &DataFrame, schema: &SchemaRef) -> Vec<Expr> {
    let columns = schema.fields().iter().map(|field| {
        let value = match frame
            .schema()
            .has_column_with_unqualified_name(field.name())
        {
            true => ident(field.name()),
            false => lit(ScalarValue::Null),
        };
        cast(value, field.data_type().clone()).alias(field.name())
    });
    columns.collect()
}

/// The sources of a pipeline that stay without rows because their table is not there: tables that it can do without, and
/// former versions of a table that cannot be read any more. (That nothing was released yet is no absence: a beginning.)
pub(crate) fn absent(
    workspace: &Workspace,
    pipeline: &Pipeline,
    release: Option<&Release>,
    is_there: &dyn Fn(&str) -> bool,
) -> Vec<AbsentSource> {
    let mut absent = Vec::new();
    for (name, source) in &pipeline.sources {
        let (table, version) = match &source.kind {
            SourceKind::Lake {
                table,
                optional: true,
                ..
            } if !is_there(table) => (table, None),
            SourceKind::Previous { table } => {
                let released = release.and_then(|release| release.tables.get(table));
                let contract = workspace.contracts.get(table);
                let other = released
                    .zip(contract)
                    .filter(|(released, contract)| !is_readable(released, contract));
                let Some((released, _)) = other else { continue };
                (table, Some(released.contract.version.clone()))
            }
            _ => continue,
        };
        absent.push(AbsentSource {
            source: full_name(pipeline, name),
            table: table.clone(),
            version,
        });
    }
    absent
}
