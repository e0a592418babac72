//! Vintages of commune codes, followed through a pipeline: a code of one year is not compared with one of another.
//!
//! The vintage of a column rides on its field, from the `normalise` step or the contract that declares it, through every
//! query that hands the column on as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, ExprSchema};
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};
use edulac_contract::Contract;
use edulac_model::CodeKind;
use edulac_spec::pipeline::{Normalise, Passage, VintageRule};
use edulac_spec::{QueryFault, QueryPlace};

use crate::fault::query_place;

/// The key under which a field carries its vintage.
const KEY: &str = "edulac.millesime";

/// What the codes of a column are valid for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Vintage {
    /// The day of the extract.
    Extract,
    /// A year.
    Year(String),
    /// What another column of the same table says, row by row.
    Column(String),
}

impl Vintage {
    fn read(text: &str) -> Self {
        match text {
            "extract_date" => Self::Extract,
            year if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
                Self::Year(year.to_owned())
            }
            column => Self::Column(column.to_owned()),
        }
    }

    fn of(field: &Field) -> Option<Self> {
        field.metadata().get(KEY).map(|text| Self::read(text))
    }
}

impl fmt::Display for Vintage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extract => f.write_str("the day of the extract"),
            Self::Year(year) => f.write_str(year),
            Self::Column(column) => write!(f, "the column `{column}`"),
        }
    }
}

/// The vintage of a contract's column in words.
pub(crate) fn in_french(text: &str) -> String {
    match Vintage::read(text) {
        Vintage::Extract => "date de l'extraction".to_owned(),
        Vintage::Year(year) => year,
        Vintage::Column(column) => format!("selon la colonne {column}"),
    }
}

/// The columns of a table of the lake, with the vintages that its contract declares.
pub(crate) fn of_contract(schema: SchemaRef, contract: &Contract) -> SchemaRef {
    let vintages = contract.columns().iter();
    let vintages = vintages.filter_map(|column| Some((&column.name, column.vintage.clone()?)));
    mark(
        &schema,
        &vintages
            .map(|(name, vintage)| (name.clone(), vintage))
            .collect(),
    )
}

/// The columns that a `normalise` step gives, with the vintages of the commune codes that it reads.
pub(crate) fn of_normalise(schema: SchemaRef, step: &Normalise) -> SchemaRef {
    let communes = step
        .codes
        .iter()
        .filter(|(_, rule)| rule.kind == CodeKind::Commune);
    let vintages = communes.map(|(name, rule)| {
        let vintage = match rule.vintage {
            VintageRule::Year(year) => year.to_string(),
            VintageRule::ExtractDate => "extract_date".to_owned(),
        };
        (name.clone(), vintage)
    });
    mark(&schema, &vintages.collect())
}

/// The columns that a `passage` step gives: the codes as they are now, and as they were.
pub(crate) fn of_passage(schema: SchemaRef, step: &Passage) -> SchemaRef {
    let vintages = step.vintages().into_iter();
    mark(
        &schema,
        &vintages
            .map(|(column, year)| (column, year.to_string()))
            .collect(),
    )
}

/// The year of the codes of a column, in words, when it is known to be another than the one given.
pub(crate) fn other_than(field: &Field, year: edulac_model::Vintage) -> Option<String> {
    match Vintage::of(field)? {
        Vintage::Year(known) if known != year.to_string() => Some(known),
        _ => None,
    }
}

fn mark(schema: &SchemaRef, vintages: &BTreeMap<String, String>) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let mut field = field.as_ref().clone();
        if let Some(vintage) = vintages.get(field.name()) {
            let mut metadata = field.metadata().clone();
            metadata.insert(KEY.to_owned(), vintage.clone());
            field.set_metadata(metadata);
        }
        field
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The comparisons of a query between codes of different vintages. A table that is dated by a column of its own
/// (`millesime`) may be compared when the query also says which of its vintages it means.
pub(crate) fn mixed(plan: &LogicalPlan) -> Vec<QueryFault> {
    let mut compared = Vec::new();
    let mut mentioned = BTreeSet::new();
    let _ = plan.apply(|node| {
        visit(node, &mut compared, &mut mentioned);
        Ok(TreeNodeRecursion::Continue)
    });
    let unsafe_ones = compared
        .into_iter()
        .filter(|comparison| !comparison.is_safe(&mentioned));
    let mut faults: Vec<QueryFault> = Vec::new();
    // A part of a query that is used twice is planned twice.
    for fault in unsafe_ones.map(Comparison::fault) {
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    faults
}

/// Two columns of which a query says that they are equal.
struct Comparison {
    left: (Column, Vintage),
    right: (Column, Vintage),
}

impl Comparison {
    fn of(left: &Column, right: &Column, schemas: [&DFSchema; 2]) -> Option<Self> {
        let vintage = |column: &Column| {
            let field = schemas
                .iter()
                .find_map(|schema| schema.field_from_column(column).ok());
            Vintage::of(field?)
        };
        Some(Self {
            left: (left.clone(), vintage(left)?),
            right: (right.clone(), vintage(right)?),
        })
    }

    fn is_safe(&self, mentioned: &BTreeSet<String>) -> bool {
        let chosen = |vintage: &Vintage| match vintage {
            Vintage::Column(column) => mentioned.contains(column),
            Vintage::Extract | Vintage::Year(_) => false,
        };
        let ((_, left), (_, right)) = (&self.left, &self.right);
        match (left, right) {
            (Vintage::Column(_), Vintage::Column(_)) => chosen(left) && chosen(right),
            _ => left == right || chosen(left) || chosen(right),
        }
    }

    fn fault(self) -> QueryFault {
        let ((left, left_vintage), (right, right_vintage)) = (self.left, self.right);
        let dated = [&left_vintage, &right_vintage]
            .into_iter()
            .find_map(|vintage| match vintage {
                Vintage::Column(column) => Some(column.clone()),
                Vintage::Extract | Vintage::Year(_) => None,
            });
        let help = match dated {
            Some(column) => format!(
                "say which vintage is meant with a condition on `{column}`, or bring one of them to the other's vintage with a `passage` step before"
            ),
            None => {
                "bring one of them to the other's vintage with a `passage` step before".to_owned()
            }
        };
        QueryFault {
            message: format!(
                "`{}` and `{}` are commune codes of two vintages ({left_vintage}; {right_vintage}): equal codes need not be the same commune",
                name(&left),
                name(&right)
            ),
            place: place(&left).or_else(|| place(&right)),
            help: Some(help),
        }
    }
}

/// The name of a column as the query has it: the planner makes relations of its own.
fn name(column: &Column) -> String {
    match &column.relation {
        Some(relation) if !relation.table().starts_with("__") => column.flat_name(),
        _ => column.name.clone(),
    }
}

fn place(column: &Column) -> Option<QueryPlace> {
    column.spans().first().map(query_place)
}

fn visit(node: &LogicalPlan, compared: &mut Vec<Comparison>, mentioned: &mut BTreeSet<String>) {
    match node {
        LogicalPlan::Join(join) => {
            let schemas = [join.left.schema().as_ref(), join.right.schema().as_ref()];
            for (left, right) in &join.on {
                note(left, mentioned);
                note(right, mentioned);
                if let (Expr::Column(left), Expr::Column(right)) = (left, right) {
                    compared.extend(Comparison::of(left, right, schemas));
                }
            }
            if let Some(filter) = &join.filter {
                note(filter, mentioned);
                equalities(filter, schemas, compared);
            }
        }
        LogicalPlan::Filter(filter) => {
            note(&filter.predicate, mentioned);
            let schema = filter.input.schema().as_ref();
            equalities(&filter.predicate, [schema, schema], compared);
        }
        LogicalPlan::TableScan(scan) => scan
            .filters
            .iter()
            .for_each(|filter| note(filter, mentioned)),
        _ => {}
    }
}

/// The columns that a condition is about.
fn note(condition: &Expr, mentioned: &mut BTreeSet<String>) {
    mentioned.extend(
        condition
            .column_refs()
            .into_iter()
            .map(|column| column.name.clone()),
    );
}

fn equalities(condition: &Expr, schemas: [&DFSchema; 2], compared: &mut Vec<Comparison>) {
    let _ = condition.apply(|expr| {
        if let Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) = expr
            && let (Expr::Column(left), Expr::Column(right)) = (left.as_ref(), right.as_ref())
        {
            compared.extend(Comparison::of(left, right, schemas));
        }
        Ok(TreeNodeRecursion::Continue)
    });
}
