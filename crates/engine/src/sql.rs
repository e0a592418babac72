//! What a SQL step reads and gives, by the engine's own parser and planner.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::Span;
use datafusion::common::tree_node::TreeNode;
use datafusion::datasource::empty::EmptyTable;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast;
use edulac_spec::{QueryFault, QueryInput, QueryPlace};
use futures::FutureExt;

use crate::fault::{query_fault, query_place};
use crate::session::functions;

/// What to write where something else than a query is written.
pub(crate) const ONE_QUERY: &str = "write one `select …`, or `with … select …`";

/// The relations that a query reads, sorted; names that it defines itself (`with x as …`) are left out.
///
/// # Errors
/// Why the text is not exactly one query, and where.
pub(crate) fn relations(query: &str) -> Result<Vec<QueryInput>, QueryFault> {
    let statement = one_statement(query)?;
    if !matches!(statement, Statement::Statement(_)) {
        return Err(no_query("a query is expected"));
    }
    let (read, _own) =
        resolve_table_references(&statement, true).map_err(|error| query_fault(query, &error))?;
    let mut names: Vec<String> = read.iter().map(|name| name.table().to_owned()).collect();
    names.sort();
    names.dedup();
    let places = places(&statement);
    let inputs = names.into_iter().map(|name| QueryInput {
        place: places.get(&name).copied(),
        name,
    });
    Ok(inputs.collect())
}

/// The statement of a text that holds one, and that a session may be asked.
///
/// # Errors
/// Why it does not, and where.
pub(crate) fn one_statement(query: &str) -> Result<Statement, QueryFault> {
    let statements = DFParser::parse_sql(query).map_err(|error| query_fault(query, &error))?;
    let mut statements = statements.into_iter();
    match (statements.next(), statements.next()) {
        (Some(statement @ (Statement::Statement(_) | Statement::Explain(_))), None) => {
            Ok(statement)
        }
        (_, None) => Err(no_query("a query is expected")),
        (_, Some(_)) => Err(no_query("one query is expected, not several statements")),
    }
}

/// Whether a query gives one row for each row of one relation, of its columns alone.
pub(crate) fn keeps_every_row(plan: &LogicalPlan) -> bool {
    let LogicalPlan::Projection(projection) = plan else {
        return false;
    };
    let plain = |expr: &Expr| {
        let found = expr.exists(|expr| {
            Ok(matches!(
                expr,
                Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_) | Expr::Unnest(_)
            ))
        });
        !found.unwrap_or(true) && !expr.is_volatile()
    };
    let scanned = match &*projection.input {
        LogicalPlan::SubqueryAlias(alias) => &alias.input,
        _ => &projection.input,
    };
    projection.expr.iter().all(plain)
        && matches!(&**scanned, LogicalPlan::TableScan(scan) if scan.filters.is_empty() && scan.fetch.is_none())
}

fn no_query(message: &str) -> QueryFault {
    QueryFault {
        message: message.to_owned(),
        place: None,
        help: Some(ONE_QUERY.to_owned()),
    }
}

/// Where a statement names its relations first.
fn places(statement: &Statement) -> BTreeMap<String, QueryPlace> {
    let mut places = BTreeMap::new();
    if let Statement::Statement(statement) = statement {
        let _ = ast::visit_relations(&**statement, |relation| {
            if let Some(ident) = relation.0.last().and_then(|part| part.as_ident()) {
                let place = Span::try_from_sqlparser_span(ident.span).map(query_place);
                if let Some(place) = place {
                    places.entry(plain(ident)).or_insert(place);
                }
            }
            ControlFlow::<()>::Continue(())
        });
    }
    places
}

/// A name as the engine compares it: without quotes, in lower case.
fn plain(ident: &ast::Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    }
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
    Some(plain(ident))
}

/// Columns to which a query gives another name, anywhere in it: the new name, and the old one.
pub(crate) fn renamed(query: &str) -> Vec<(String, String)> {
    let mut renamed = Vec::new();
    let Ok(Statement::Statement(statement)) = one_statement(query) else {
        return renamed;
    };
    let mut selects = Selects(Vec::new());
    let _ = ast::Visit::visit(&*statement, &mut selects);
    for item in selects.0 {
        if let ast::SelectItem::ExprWithAlias { expr, alias } = item {
            let old = match &expr {
                ast::Expr::Identifier(ident) => Some(ident),
                ast::Expr::CompoundIdentifier(idents) => idents.last(),
                _ => None,
            };
            renamed.extend(old.map(|old| (plain(&alias), plain(old))));
        }
    }
    renamed
}

/// The items of all lists of columns in a statement.
struct Selects(Vec<ast::SelectItem>);

impl ast::Visitor for Selects {
    type Break = ();

    fn pre_visit_select(&mut self, select: &ast::Select) -> ControlFlow<()> {
        self.0.extend(select.projection.iter().cloned());
        ControlFlow::Continue(())
    }
}

/// A query as it would be computed.
pub(crate) struct Planned {
    /// Its columns.
    pub(crate) schema: SchemaRef,
    /// Optimised: conditions are where they are looked at.
    pub(crate) plan: LogicalPlan,
}

/// A query over inputs of these columns; none when only computing it would tell.
///
/// # Errors
/// What the planner says, and where.
pub(crate) fn planned(
    ctx: &SessionContext,
    query: &str,
    inputs: &[(&str, SchemaRef)],
) -> Result<Option<Planned>, QueryFault> {
    let fault = |error| query_fault(query, &error);
    for (name, schema) in inputs {
        let empty = Arc::new(EmptyTable::new(Arc::clone(schema)));
        ctx.deregister_table(*name).map_err(fault)?;
        ctx.register_table(*name, empty).map_err(fault)?;
    }
    // Planning over tables that are all here never waits.
    let planned = ctx.sql(query).now_or_never().transpose().map_err(fault)?;
    let Some(frame) = planned else {
        return Ok(None);
    };
    let schema = Arc::clone(frame.schema().inner());
    // Types that do not go together are only found here.
    let plan = frame.into_optimized_plan().map_err(fault)?;
    Ok(Some(Planned { schema, plan }))
}

/// A session that plans queries and computes none. Making one is dear: a pipeline needs but one.
pub(crate) fn planner() -> SessionContext {
    let ctx = SessionContext::new_with_config(with_places(SessionConfig::new()));
    functions(&ctx);
    ctx
}

/// A configuration whose errors say where in the query they are.
pub(crate) fn with_places(mut config: SessionConfig) -> SessionConfig {
    config.options_mut().sql_parser.collect_spans = true;
    config
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
        let read = relations(query).unwrap();
        let names: Vec<&str> = read.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(names, ["annuaire", "b", "c"]);
        let starts: Vec<_> = read
            .iter()
            .map(|input| input.place.unwrap().start.1)
            .collect();
        let written = ["annuaire", "b using", "c)"].map(|name| query.find(name).unwrap() + 1);
        assert_eq!(starts, written);
    }

    #[test]
    fn two_statements_are_refused() {
        assert!(relations("select 1; select 2").is_err());
    }
}
