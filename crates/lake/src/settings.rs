//! How every file of the lake is written.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;

use crate::geometry;
use crate::layout::TableLayout;

/// The settings of every file. Changing one changes the bytes, hence the names, of all files.
pub(crate) struct Settings {
    created_by: &'static str,
    zstd_level: i32,
    pub(crate) rows_per_group: usize,
    /// Pages are cut at multiples of it, whatever the batches that come in.
    pub(crate) rows_per_batch: usize,
    data_page_bytes: usize,
    dictionary_page_bytes: usize,
    statistics_bytes: usize,
    /// Columns of texts that differ in more than half of the first batch have no dictionary: building one that is thrown
    /// away costs more than it saves. Batches of fewer rows tell nothing.
    rows_to_judge_texts: usize,
    /// Characters of the hash in a file's name.
    pub(crate) name_digits: usize,
}

pub(crate) const SETTINGS: Settings = Settings {
    created_by: "edulac lake 2",
    // A third of the time of level 3, and 3 % more bytes.
    zstd_level: 1,
    // A town is a few groups of a département: DuckDB fetches a third of the bytes that groups of 50,000 rows cost it, and files
    // are 1 % larger. A multiple of the rows of a batch.
    rows_per_group: 16_384,
    rows_per_batch: 8_192,
    data_page_bytes: 1 << 20,
    dictionary_page_bytes: 1 << 20,
    statistics_bytes: 64,
    rows_to_judge_texts: 1_024,
    name_digits: 32,
};

/// The settings of a file that begins with the rows of `first`.
pub(crate) fn properties(layout: &TableLayout, first: &RecordBatch) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by(SETTINGS.created_by.to_owned())
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(
            ZstdLevel::try_new(SETTINGS.zstd_level).unwrap_or_default(),
        ))
        .set_max_row_group_row_count(Some(SETTINGS.rows_per_group))
        .set_data_page_size_limit(SETTINGS.data_page_bytes)
        .set_dictionary_page_size_limit(SETTINGS.dictionary_page_bytes)
        .set_statistics_truncate_length(Some(SETTINGS.statistics_bytes))
        .set_column_index_truncate_length(Some(SETTINGS.statistics_bytes))
        .set_key_value_metadata(Some(key_values(layout)));
    if let Some(geometry) = &layout.geometry {
        // Every geometry differs, and the order of its bytes means nothing.
        let column = ColumnPath::from(geometry.as_str());
        builder = builder
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_statistics_enabled(column, EnabledStatistics::None);
        for side in geometry::BBOX_SIDES {
            let column = ColumnPath::from(vec![geometry::BBOX.to_owned(), side.to_owned()]);
            builder = builder.set_column_dictionary_enabled(column, false);
        }
    }
    for (field, column) in first.schema_ref().fields().iter().zip(first.columns()) {
        if mostly_distinct(column) {
            builder = builder
                .set_column_dictionary_enabled(ColumnPath::from(field.name().as_str()), false);
        }
    }
    builder.build()
}

/// Whether a column holds texts that rarely repeat.
fn mostly_distinct(column: &ArrayRef) -> bool {
    let Some(texts) = column.as_string_opt::<i32>() else {
        return false;
    };
    let some = texts.len() - texts.null_count();
    let distinct = || texts.iter().flatten().collect::<HashSet<_>>().len();
    some >= SETTINGS.rows_to_judge_texts && distinct() * 2 > some
}

/// What a file says of itself, beside its `geo` key: `edulac.table`, `edulac.description`,
/// `edulac.contract`, `edulac.columns` (JSON: column to description), then the layout's properties.
fn key_values(layout: &TableLayout) -> Vec<KeyValue> {
    let columns: serde_json::Map<_, _> = layout
        .file_schema()
        .fields()
        .iter()
        .filter_map(|f| Some((f.name().clone(), layout.describe(f.name())?.into())))
        .collect();
    let contract = format!("{} {}", layout.contract.id, layout.contract.version);
    let own = [
        ("table", layout.name.clone()),
        ("description", layout.description.clone()),
        ("contract", contract),
        ("columns", serde_json::Value::Object(columns).to_string()),
    ];
    let own = own.into_iter().map(|(key, value)| (key.to_owned(), value));
    let given = layout
        .properties
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()));
    own.chain(given)
        .map(|(key, value)| KeyValue::new(format!("edulac.{key}"), value))
        .collect()
}
