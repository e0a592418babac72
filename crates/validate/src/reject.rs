//! Rejects: what was wrong with a row, and where the row came from.

use std::sync::{Arc, LazyLock};

use arrow::array::{Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use edulac_contract::Severity;

use crate::error::{Error, Result};

/// Id of the rule that every value of a source be readable: what it finds comes from the `_problemes` of the row.
pub const READING: &str = "lecture";

/// One broken rule of one row. A row that breaks several gives several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Place of the row in its batch, from 0: tells the rules of one row from those of the next.
    pub row: usize,
    /// Source of the row; `None` for a row made from several records (aggregates), known by its key.
    pub source: Option<String>,
    /// Extract of the row.
    pub extract: Option<String>,
    /// Number of the record in the extract, from 1.
    pub record: Option<i64>,
    /// Values of the contract's key, in key order, separated by commas.
    pub key: String,
    /// Id of the rule: `uai.pattern`.
    pub rule: String,
    /// Column that the rule is on; for [`READING`], its name in the source.
    pub column: String,
    /// Value that broke it, as text; `None` for null.
    pub value: Option<String>,
    /// What is asked, in French, and what is known of the cause.
    pub reason: String,
    /// `Error`: the row is rejected; else it is in the table.
    pub severity: Severity,
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name, nullable| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        text("source", true),
        text("extrait", true),
        Field::new("ligne", DataType::Int64, true),
        text("cle", false),
        text("regle", false),
        text("colonne", false),
        text("valeur", true),
        text("motif", false),
        text("gravite", false),
    ]))
});

/// Schema of the file of rejects, one row per broken rule of a row: `source, extrait, ligne` (place of the row; null for
/// an aggregate), `cle, regle, colonne, valeur` (null for a null value), `motif`, `gravite`.
#[must_use]
pub fn reject_schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// Rejects as a batch of the file of rejects, in their order.
///
/// # Errors
/// [`Error::Arrow`], which does not happen: the columns are made for the schema.
pub fn reject_batch(table: &str, rejects: &[Reject]) -> Result<RecordBatch> {
    let mut texts: [StringBuilder; 8] = Default::default();
    let mut record = Int64Builder::with_capacity(rejects.len());
    for reject in rejects {
        let row: [Option<&str>; 8] = [
            reject.source.as_deref(),
            reject.extract.as_deref(),
            Some(&reject.key),
            Some(&reject.rule),
            Some(&reject.column),
            reject.value.as_deref(),
            Some(&reject.reason),
            Some(reject.severity.french()),
        ];
        for (builder, value) in texts.iter_mut().zip(row) {
            builder.append_option(value);
        }
        record.append_option(reject.record);
    }
    let [
        mut source,
        mut extract,
        mut key,
        mut rule,
        mut column,
        mut value,
        mut reason,
        mut severity,
    ] = texts;
    RecordBatch::try_new(
        reject_schema(),
        vec![
            Arc::new(source.finish()),
            Arc::new(extract.finish()),
            Arc::new(record.finish()),
            Arc::new(key.finish()),
            Arc::new(rule.finish()),
            Arc::new(column.finish()),
            Arc::new(value.finish()),
            Arc::new(reason.finish()),
            Arc::new(severity.finish()),
        ],
    )
    .map_err(|source| Error::Arrow {
        table: table.to_owned(),
        source,
    })
}
