//! The columns that an expression reads.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Case, Expr, Subquery, WindowFunctionDefinition};

use super::plan::{Relation, Walk};
use super::uses::{Reads, Use};

/// An expression's surroundings: the columns that it can name.
pub(super) struct Scope<'a> {
    pub(super) walk: &'a mut Walk,
    pub(super) schema: &'a DFSchema,
    pub(super) input: &'a Relation,
}

impl Scope<'_> {
    /// # Errors
    /// A column that is not in the schema, a subquery that is no query: bugs of the planner.
    pub(super) fn reads(&mut self, expr: &Expr) -> Result<Reads> {
        match expr {
            Expr::Column(column) => {
                let at = self.schema.index_of_column(column)?;
                Ok(self.input.columns.get(at).cloned().unwrap_or_default())
            }
            Expr::OuterReferenceColumn(_, column) => Ok(self.outer(column)),
            Expr::Alias(alias) => self.reads(&alias.expr),
            Expr::Case(case) => self.case(case),
            Expr::AggregateFunction(function) => {
                let params = &function.params;
                let mut all = self.each(&params.args, Use::Aggregation)?;
                all.add(self.each(params.filter.as_deref(), Use::Conditional)?);
                all.add(self.each(sorted(&params.order_by), Use::Sort)?);
                Ok(all)
            }
            Expr::WindowFunction(function) => {
                let params = &function.params;
                let by = match function.fun {
                    WindowFunctionDefinition::AggregateUDF(_) => Use::Aggregation,
                    WindowFunctionDefinition::WindowUDF(_) => Use::Transformation,
                };
                let mut all = self.each(&params.args, by)?;
                all.add(self.each(params.filter.as_deref(), Use::Conditional)?);
                all.add(self.each(&params.partition_by, Use::Window)?);
                all.add(self.each(sorted(&params.order_by), Use::Window)?);
                Ok(all)
            }
            Expr::ScalarSubquery(subquery) => self.subquery(subquery),
            Expr::InSubquery(inside) => {
                let mut all = self.each([inside.expr.as_ref()], Use::Transformation)?;
                all.add(self.subquery(&inside.subquery)?.by(Use::Transformation));
                Ok(all)
            }
            Expr::SetComparison(comparison) => {
                let mut all = self.each([comparison.expr.as_ref()], Use::Transformation)?;
                all.add(self.subquery(&comparison.subquery)?.by(Use::Transformation));
                Ok(all)
            }
            Expr::Exists(exists) => self.existence(&exists.subquery),
            _ => {
                let mut children = Vec::new();
                expr.apply_children(|child| {
                    children.push(child.clone());
                    Ok(TreeNodeRecursion::Continue)
                })?;
                self.each(&children, Use::Transformation)
            }
        }
    }

    fn each<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>, by: Use) -> Result<Reads> {
        let mut all = Reads::default();
        for expr in exprs {
            all.add(self.reads(expr)?.by(by));
        }
        Ok(all)
    }

    /// The conditions choose, the values are handed on or computed.
    fn case(&mut self, case: &Case) -> Result<Reads> {
        let mut all = self.each(case.expr.as_deref(), Use::Conditional)?;
        for (when, then) in &case.when_then_expr {
            all.add(self.each([when.as_ref()], Use::Conditional)?);
            all.add(self.each([then.as_ref()], Use::Transformation)?);
        }
        all.add(self.each(case.else_expr.as_deref(), Use::Transformation)?);
        Ok(all)
    }

    /// A column of a query around this one.
    fn outer(&self, column: &Column) -> Reads {
        let around = self.walk.around.iter().rev();
        let found = around.filter_map(|(schema, relation)| {
            let at = schema.maybe_index_of_column(column)?;
            relation.columns.get(at).cloned()
        });
        found.into_iter().next().unwrap_or_default()
    }

    /// The one value of a query, with what says which row it is of.
    fn subquery(&mut self, subquery: &Subquery) -> Result<Reads> {
        let inner = self.inner(subquery)?;
        let mut all = inner.rows;
        for column in inner.columns {
            all.add(column);
        }
        Ok(all)
    }

    /// Whether a query has rows: what says which, or all that it reads where nothing does.
    fn existence(&mut self, subquery: &Subquery) -> Result<Reads> {
        let inner = self.inner(subquery)?;
        if !inner.rows.is_empty() {
            return Ok(inner.rows);
        }
        let mut all = Reads::default();
        for column in inner.columns {
            all.add(column.by(Use::Conditional));
        }
        Ok(all)
    }

    fn inner(&mut self, subquery: &Subquery) -> Result<Relation> {
        let here = (self.schema.clone(), self.input.clone());
        self.walk.around.push(here);
        let inner = self.walk.plan(&subquery.subquery);
        self.walk.around.pop();
        inner
    }
}

fn sorted(by: &[Sort]) -> impl Iterator<Item = &Expr> {
    by.iter().map(|sort| &sort.expr)
}
