//! The scalar function that carries a passage to wherever the codes are.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_model::problem::{Problem, encode};
use edulac_model::{Arrival, Passage, Vintage};

use crate::text::{cell, returned, string_arrays};

pub(super) const CODE: &str = "code";
pub(super) const STATUS: &str = "statut";
pub(super) const CANDIDATES: &str = "candidats";
pub(super) const PROBLEM: &str = "probleme";

/// What the function needs to know.
#[derive(Debug)]
pub(super) struct Carried {
    pub(super) column: String,
    pub(super) from: Vintage,
    pub(super) to: Vintage,
    pub(super) passage: Passage,
    pub(super) communes: Option<BTreeSet<String>>,
}

/// What became of one code.
#[derive(Debug, PartialEq)]
struct Passed {
    code: Option<String>,
    status: &'static str,
    candidates: Vec<String>,
    reason: Option<String>,
}

impl Carried {
    fn pass(&self, code: &str) -> Passed {
        let (from, to) = (self.from, self.to);
        let arrival = self.passage.of(code);
        let (status, arrived) = match &arrival {
            Arrival::Same => ("identique", code.to_owned()),
            Arrival::One(other) => ("remplace", other.clone()),
            Arrival::Several(all) => {
                let several = format!(
                    "a commune of {from} that is several in {to}: {}",
                    all.join(", ")
                );
                return lost("plusieurs", all.clone(), several);
            }
            Arrival::Nothing => {
                let nothing = format!("not a commune of {from} that goes on in {to}");
                return lost("aucun", Vec::new(), nothing);
            }
        };
        if let Some(communes) = &self.communes
            && !communes.contains(&arrived)
        {
            let unlisted = format!("it arrives at {arrived}, which is no commune of {to}");
            return lost("hors_liste", vec![arrived], unlisted);
        }
        Passed {
            code: Some(arrived),
            status,
            candidates: Vec::new(),
            reason: None,
        }
    }
}

fn lost(status: &'static str, candidates: Vec<String>, reason: String) -> Passed {
    Passed {
        code: None,
        status,
        candidates,
        reason: Some(reason),
    }
}

/// `code -> Struct{code, statut, candidats, probleme}`, all texts.
pub(super) fn udf(carried: Carried) -> ScalarUDF {
    ScalarUDF::new_from_impl(PassCommune {
        carried: Arc::new(carried),
        signature: Signature::exact(vec![DataType::Utf8], Volatility::Immutable),
    })
}

#[derive(Debug)]
struct PassCommune {
    carried: Arc<Carried>,
    signature: Signature,
}

// Two functions are one when they carry the same passage.
impl PartialEq for PassCommune {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.carried, &other.carried)
    }
}

impl Eq for PassCommune {}

impl Hash for PassCommune {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.carried).hash(state);
    }
}

fn fields() -> Fields {
    let text = |name| Field::new(name, DataType::Utf8, true);
    Fields::from([CODE, STATUS, CANDIDATES, PROBLEM].map(text).to_vec())
}

impl ScalarUDFImpl for PassCommune {
    fn name(&self) -> &'static str {
        "pass_commune"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let texts = &string_arrays(&args.args, args.number_rows)?[0];
        let mut columns: [StringBuilder; 4] = std::array::from_fn(|_| StringBuilder::new());
        for row in 0..args.number_rows {
            let code = cell(texts, row);
            let passed = code.map(|code| self.carried.pass(code));
            let [codes, statuses, candidates, problems] = &mut columns;
            codes.append_option(passed.as_ref().and_then(|p| p.code.as_ref()));
            statuses.append_option(passed.as_ref().map(|p| p.status));
            let several = passed.as_ref().map(|p| p.candidates.join(" "));
            candidates.append_option(several.filter(|codes| !codes.is_empty()));
            let problem = passed.and_then(|passed| passed.reason).zip(code);
            problems.append_option(problem.and_then(|(reason, code)| {
                encode(&[Problem {
                    column: self.carried.column.clone(),
                    value: code.to_owned(),
                    reason,
                }])
            }));
        }
        let arrays = columns.map(|mut column| Arc::new(column.finish()) as ArrayRef);
        let arrays = StructArray::try_new(fields(), arrays.to_vec(), None)?;
        Ok(returned(Arc::new(arrays)))
    }
}
