//! What a SQL step reads and gives, by the engine's own parser and planner.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::datasource::empty::EmptyTable;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast;
use futures::FutureExt;

use crate::session::functions;

/// The relations that a query reads, sorted; names that it defines itself (`with x as …`) are left out.
///
/// # Errors
/// The parser's message when the text is not exactly one query.
pub(crate) fn relations(query: &str) -> Result<Vec<String>, String> {
    let statements = DFParser::parse_sql(query).map_err(|e| e.to_string())?;
    let mut statements = statements.into_iter();
    let statement = match (statements.next(), statements.next()) {
        (Some(statement @ Statement::Statement(_)), None) => statement,
        (_, Some(_)) => return Err("one query is expected, not several statements".to_owned()),
        _ => return Err("a query is expected (`select …`)".to_owned()),
    };
    let (read, _own) =
        resolve_table_references(&statement, true).map_err(|e| e.strip_backtrace())?;
    let mut names: Vec<String> = read.iter().map(|name| name.table().to_owned()).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// The names of the columns that a query gives, when its text alone tells them: no `*`, a name for each.
pub(crate) fn projected(query: &str) -> Option<Vec<String>> {
    let statement = DFParser::parse_sql(query).ok()?.pop_front()?;
    let Statement::Statement(statement) = statement else {
        return None;
    };
    match *statement {
        ast::Statement::Query(query) => names(&query.body),
        _ => None,
    }
}

/// Whether a query puts the rows of several others together, all of them: none may be lost without a word.
pub(crate) fn is_union(query: &str) -> bool {
    let statement = DFParser::parse_sql(query)
        .ok()
        .and_then(|mut all| all.pop_front());
    let Some(Statement::Statement(statement)) = statement else {
        return false;
    };
    matches!(
        *statement,
        ast::Statement::Query(query) if matches!(
            *query.body,
            ast::SetExpr::SetOperation {
                op: ast::SetOperator::Union,
                set_quantifier: ast::SetQuantifier::All,
                ..
            }
        )
    )
}

fn names(body: &ast::SetExpr) -> Option<Vec<String>> {
    match body {
        ast::SetExpr::Select(select) => select.projection.iter().map(name).collect(),
        ast::SetExpr::Query(query) => names(&query.body),
        ast::SetExpr::SetOperation { left, .. } => names(left),
        _ => None,
    }
}

fn name(item: &ast::SelectItem) -> Option<String> {
    let ident = match item {
        ast::SelectItem::ExprWithAlias { alias, .. } => alias,
        ast::SelectItem::UnnamedExpr(ast::Expr::Identifier(ident)) => ident,
        ast::SelectItem::UnnamedExpr(ast::Expr::CompoundIdentifier(idents)) => idents.last()?,
        _ => return None,
    };
    Some(match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    })
}

/// The columns of a query over inputs of these columns.
///
/// # Errors
/// The planner's message.
pub(crate) fn planned_schema(
    query: &str,
    inputs: &[(&str, SchemaRef)],
) -> Result<SchemaRef, String> {
    let ctx = SessionContext::new();
    functions(&ctx);
    for (name, schema) in inputs {
        ctx.register_table(*name, Arc::new(EmptyTable::new(Arc::clone(schema))))
            .map_err(|e| e.strip_backtrace())?;
    }
    // Planning over tables that are all here never waits.
    let planned = ctx.sql(query).now_or_never();
    let frame = planned
        .ok_or_else(|| "the query could not be planned".to_owned())?
        .map_err(|e| e.strip_backtrace())?;
    Ok(Arc::clone(frame.schema().inner()))
}

#[cfg(test)]
mod tests {
    use super::{projected, relations};

    #[test]
    fn the_columns_of_a_query_are_read_from_its_text_unless_it_has_a_star() {
        let query = "select a.uai, Nom as nom, 1 as \"Un\" from a union all select x, y, z from b";
        assert_eq!(projected(query).unwrap(), ["uai", "nom", "Un"]);
        assert_eq!(projected("select *, 1 as un from a"), None);
        assert_eq!(projected("select count(*) from a"), None);
    }

    #[test]
    fn a_query_reads_its_tables_but_not_the_names_it_defines() {
        let query = "with a as (select * from annuaire) select * from a join b using (uai) where x in (select y from c)";
        assert_eq!(relations(query).unwrap(), ["annuaire", "b", "c"]);
    }

    #[test]
    fn two_statements_are_refused() {
        assert!(relations("select 1; select 2").is_err());
    }
}
