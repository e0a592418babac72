//! The one implementation of a scalar function that all of them share.

use std::hash::{Hash, Hasher};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::args::{Arg, Args};

/// A spatial function: its name, its arguments and what it computes on whole columns.
#[derive(Debug)]
pub(super) struct Function {
    name: &'static str,
    args: &'static [Arg],
    optional: usize,
    returns: DataType,
    compute: fn(&Args) -> Result<ArrayRef>,
    signature: Signature,
}

impl Function {
    /// A function whose arguments are all required.
    pub(super) fn new(
        name: &'static str,
        args: &'static [Arg],
        returns: DataType,
        compute: fn(&Args) -> Result<ArrayRef>,
    ) -> Self {
        let signature = Signature::user_defined(Volatility::Immutable);
        Self {
            name,
            args,
            optional: 0,
            returns,
            compute,
            signature,
        }
    }

    /// The last `count` arguments may be left out.
    pub(super) fn with_optional(mut self, count: usize) -> Self {
        self.optional = count;
        self
    }

    pub(super) fn udf(self) -> ScalarUDF {
        ScalarUDF::new_from_impl(self)
    }

    fn usage(&self) -> String {
        let named = self.args.iter().enumerate().map(|(at, arg)| {
            let optional = at + self.optional >= self.args.len();
            if optional {
                format!("[{}]", arg.name())
            } else {
                arg.name().to_owned()
            }
        });
        format!("{}({})", self.name, named.collect::<Vec<_>>().join(", "))
    }
}

// The name says all: it is unique among the functions of a session.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() > self.args.len() || given.len() + self.optional < self.args.len() {
            return plan_err!("{} arguments given, write {}", given.len(), self.usage());
        }
        let coerced = self
            .args
            .iter()
            .zip(given)
            .map(|(arg, given)| match arg.coerced(given) {
                Some(coerced) => Ok(coerced),
                None => plan_err!(
                    "a {} is not of type {given}, write {}",
                    arg.name(),
                    self.usage()
                ),
            });
        coerced.collect()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = args
            .args
            .iter()
            .map(|arg| arg.to_array(args.number_rows))
            .collect::<Result<_>>()?;
        (self.compute)(&Args(columns)).map(ColumnarValue::Array)
    }
}
