//! The columns of a plan, each with the columns of its tables that it comes from.
//!
//! The walk goes over the plan as the planner made it, before any optimiser: there every name is resolved, and aliases, joins,
//! common table expressions, windows, unions, `*` and subqueries are nodes like others. Nothing is read from the text.

use std::collections::BTreeMap;

use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, Join, JoinType, LogicalPlan, RecursiveQuery, TableScan, Unnest,
};

use super::expr::Scope;
use super::uses::{Reads, Use};

/// What comes out of a node: its columns, in the order of its schema, and what its rows depend on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Relation {
    /// Without reads: a constant.
    pub(crate) columns: Vec<Reads>,
    /// Which rows there are: joins, groups, filters. Indirect, for all columns alike.
    pub(crate) rows: Reads,
    /// What the rows are sorted by, which matters where only the first are taken.
    pub(super) order: Reads,
}

/// Walks a plan and those of its subqueries.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Recursive queries under way, by name: what their columns depend on, as far as it is known.
    recursive: BTreeMap<String, Relation>,
    /// The queries around a subquery, the nearest last.
    pub(super) around: Vec<(DFSchema, Relation)>,
}

impl Walk {
    /// # Errors
    /// A plan that is no query, a column that is not in its schema: bugs of the planner.
    pub(crate) fn plan(&mut self, plan: &LogicalPlan) -> Result<Relation> {
        match plan {
            LogicalPlan::TableScan(scan) => self.scan(scan),
            LogicalPlan::EmptyRelation(empty) => Ok(Relation {
                columns: vec![Reads::default(); empty.schema.fields().len()],
                ..Relation::default()
            }),
            LogicalPlan::Values(values) => Ok(Relation {
                columns: vec![Reads::default(); values.schema.fields().len()],
                ..Relation::default()
            }),
            LogicalPlan::Projection(projection) => {
                let input = self.plan(&projection.input)?;
                let columns = self.all(&projection.expr, &projection.input, &input)?;
                Ok(Relation { columns, ..input })
            }
            LogicalPlan::Filter(filter) => {
                let mut input = self.plan(&filter.input)?;
                let read = self.one(&filter.predicate, &filter.input, &input)?;
                input.rows.add(read.by(Use::Filter));
                Ok(input)
            }
            LogicalPlan::Window(window) => {
                let mut input = self.plan(&window.input)?;
                let added = self.all(&window.window_expr, &window.input, &input)?;
                input.columns.extend(added);
                Ok(input)
            }
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate),
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Union(union) => {
                let mut all = Relation {
                    columns: vec![Reads::default(); union.schema.fields().len()],
                    ..Relation::default()
                };
                for input in &union.inputs {
                    all.merge(self.plan(input)?);
                }
                Ok(all)
            }
            LogicalPlan::Distinct(Distinct::All(input)) => self.plan(input),
            LogicalPlan::Distinct(Distinct::On(on)) => {
                let mut input = self.plan(&on.input)?;
                let columns = self.all(&on.select_expr, &on.input, &input)?;
                for expr in &on.on_expr {
                    let read = self.one(expr, &on.input, &input)?;
                    input.rows.add(read.by(Use::GroupBy));
                }
                for sort in on.sort_expr.iter().flatten() {
                    let read = self.one(&sort.expr, &on.input, &input)?;
                    input.rows.add(read.by(Use::Sort));
                }
                Ok(Relation { columns, ..input })
            }
            LogicalPlan::Sort(sort) => {
                let mut input = self.plan(&sort.input)?;
                input.order = Reads::default();
                for by in &sort.expr {
                    let read = self.one(&by.expr, &sort.input, &input)?;
                    input.order.add(read.by(Use::Sort));
                }
                Ok(input)
            }
            LogicalPlan::Limit(limit) => {
                let mut input = self.plan(&limit.input)?;
                input.rows.add(std::mem::take(&mut input.order));
                Ok(input)
            }
            LogicalPlan::SubqueryAlias(alias) => self.plan(&alias.input),
            LogicalPlan::Subquery(subquery) => self.plan(&subquery.subquery),
            LogicalPlan::Repartition(repartition) => self.plan(&repartition.input),
            LogicalPlan::Unnest(unnest) => self.unnest(unnest),
            LogicalPlan::RecursiveQuery(query) => self.recursive(query),
            LogicalPlan::Statement(_)
            | LogicalPlan::Explain(_)
            | LogicalPlan::Analyze(_)
            | LogicalPlan::Extension(_)
            | LogicalPlan::Dml(_)
            | LogicalPlan::Ddl(_)
            | LogicalPlan::Copy(_)
            | LogicalPlan::DescribeTable(_) => plan_err!("no query: {}", plan.display()),
        }
    }

    fn scan(&self, scan: &TableScan) -> Result<Relation> {
        let name = scan.table_name.table();
        if let Some(known) = self.recursive.get(name) {
            return Ok(known.clone());
        }
        let fields = scan.projected_schema.fields().iter();
        let columns = fields.map(|field| Reads::of(name, field.name(), Use::Identity));
        Ok(Relation {
            columns: columns.collect(),
            ..Relation::default()
        })
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Relation> {
        let input = self.plan(&aggregate.input)?;
        let by = grouping_set_to_exprlist(&aggregate.group_expr)?;
        let mut columns = Vec::new();
        let mut groups = Reads::default();
        for expr in by {
            let read = self.one(expr, &aggregate.input, &input)?;
            groups.add(read.by(Use::GroupBy));
            columns.push(read);
        }
        if let [Expr::GroupingSet(_)] = aggregate.group_expr.as_slice() {
            // Which of the sets a row is of.
            columns.push(groups.clone());
        }
        for expr in &aggregate.aggr_expr {
            let read = self.one(expr, &aggregate.input, &input)?;
            columns.push(match read.is_empty() {
                true => number_of_rows(&groups, &input.rows, &input.columns),
                false => read,
            });
        }
        let mut rows = input.rows;
        rows.add(groups);
        Ok(Relation {
            columns,
            rows,
            order: Reads::default(),
        })
    }

    fn join(&mut self, join: &Join) -> Result<Relation> {
        let (left, right) = (self.plan(&join.left)?, self.plan(&join.right)?);
        let mut both = Relation {
            columns: left.columns.clone(),
            rows: left.rows.clone(),
            order: Reads::default(),
        };
        both.columns.extend(right.columns.iter().cloned());
        both.rows.add(right.rows.clone());
        let mut by = Reads::default();
        for (on_left, on_right) in &join.on {
            by.add(self.one(on_left, &join.left, &left)?);
            by.add(self.one(on_right, &join.right, &right)?);
        }
        if let Some(filter) = &join.filter {
            let schema = join.left.schema().join(join.right.schema())?;
            by.add(self.expr(filter, &schema, &both)?);
        }
        let by = by.by(Use::Join);
        both.rows.add(by.clone());
        match join.join_type {
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {}
            JoinType::LeftSemi | JoinType::LeftAnti => both.columns = left.columns,
            JoinType::RightSemi | JoinType::RightAnti => both.columns = right.columns,
            JoinType::LeftMark => {
                both.columns = left.columns;
                both.columns.push(by);
            }
            JoinType::RightMark => {
                both.columns = right.columns;
                both.columns.push(by);
            }
        }
        Ok(both)
    }

    /// A list is spread over rows, a structure over columns.
    fn unnest(&mut self, unnest: &Unnest) -> Result<Relation> {
        let input = self.plan(&unnest.input)?;
        let spread = |at: &usize| {
            unnest.struct_type_columns.contains(at)
                || unnest.list_type_columns.iter().any(|(of, _)| of == at)
        };
        let columns = unnest.dependency_indices.iter().map(|at| {
            let column = input.columns.get(*at).cloned().unwrap_or_default();
            match spread(at) {
                true => column.by(Use::Transformation),
                false => column,
            }
        });
        Ok(Relation {
            columns: columns.collect(),
            ..input
        })
    }

    /// The second part is walked until its columns depend on nothing more: they only ever gain.
    fn recursive(&mut self, query: &RecursiveQuery) -> Result<Relation> {
        let mut known = self.plan(&query.static_term)?;
        loop {
            self.recursive.insert(query.name.clone(), known.clone());
            let mut next = known.clone();
            next.merge(self.plan(&query.recursive_term)?);
            if next == known {
                self.recursive.remove(&query.name);
                return Ok(known);
            }
            known = next;
        }
    }

    fn all(&mut self, exprs: &[Expr], plan: &LogicalPlan, input: &Relation) -> Result<Vec<Reads>> {
        // Columns of other windows stand behind those of the rows, and say nothing of their number.
        let own = input
            .columns
            .len()
            .min(below_windows(plan).schema().fields().len());
        let each = exprs.iter().map(|expr| {
            let read = self.one(expr, plan, input)?;
            Ok(match read.is_empty() && counts_rows(expr) {
                true => number_of_rows(&Reads::default(), &input.rows, &input.columns[..own]),
                false => read,
            })
        });
        each.collect()
    }

    fn one(&mut self, expr: &Expr, plan: &LogicalPlan, input: &Relation) -> Result<Reads> {
        self.expr(expr, plan.schema(), input)
    }

    fn expr(&mut self, expr: &Expr, schema: &DFSchema, input: &Relation) -> Result<Reads> {
        Scope {
            walk: self,
            schema,
            input,
        }
        .reads(expr)
    }
}

impl Relation {
    fn merge(&mut self, other: Self) {
        for (column, more) in self.columns.iter_mut().zip(other.columns) {
            column.add(more);
        }
        self.rows.add(other.rows);
    }
}

fn below_windows(plan: &LogicalPlan) -> &LogicalPlan {
    match plan {
        LogicalPlan::Window(window) => below_windows(&window.input),
        plan => plan,
    }
}

/// A window over all rows: `count(*) over ()`.
fn counts_rows(expr: &Expr) -> bool {
    match expr {
        Expr::Alias(alias) => counts_rows(&alias.expr),
        Expr::WindowFunction(_) => true,
        _ => false,
    }
}

/// What `count(*)` depends on: what says which rows there are, and all columns where nothing does.
fn number_of_rows(groups: &Reads, rows: &Reads, columns: &[Reads]) -> Reads {
    let mut all = groups.clone();
    all.add(rows.clone());
    if all.is_empty() {
        for column in columns {
            all.add(column.by(Use::Aggregation));
        }
    }
    all
}
