//! OpenLineage: an event for each run of a pipeline that made tables of the release, with the columns that they come from.
//!
//! Form: OpenLineage 2-0-2, facets of the versions named in their `_schemaURL`. Names are relative: tables of the lake by their
//! name, sources as `pipeline.source`, all in one namespace, so that a copy of the lake says the same. The identifier of a run
//! follows from what it made.

use std::collections::{BTreeMap, BTreeSet};

use edulac_engine::{ColumnLineage, Dataset, Fingerprint, Origin, TableLineage, Use};
use edulac_lake::{Release, ReleasedTable};
use edulac_spec::Pipeline;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::facts::{Facts, TableFacts, instant};

/// Who says so, and in which namespace names are.
const PRODUCER: &str = "urn:edulac";
const NAMESPACE: &str = "edulac";
const EVENT: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

/// The events about the tables of the release, by their path below `catalogue/openlineage/`: `<release>/<pipeline>.json`, the
/// release being the one in which they last changed.
pub(crate) fn events(facts: &Facts<'_>, releases: &[Release]) -> BTreeMap<String, Value> {
    let mut runs: BTreeMap<(&str, &str), Vec<&TableFacts<'_>>> = BTreeMap::new();
    for table in &facts.tables {
        // A table that no pipeline makes any more stays without an event: nothing can be said of its making.
        if let Some(lineage) = table.lineage {
            let run = (
                table.released.changed_in.as_str(),
                lineage.pipeline.as_str(),
            );
            runs.entry(run).or_default().push(table);
        }
    }
    let events = runs.into_iter().filter_map(|((made_in, name), tables)| {
        let mut pipelines = facts.pipelines.iter();
        let pipeline = pipelines.find(|pipeline| pipeline.name == name)?;
        let made_in = Made {
            id: made_in,
            release: releases.iter().find(|release| release.id == made_in),
        };
        let event = event(facts, &made_in, pipeline, &tables);
        Some((format!("{}/{name}.json", made_in.id), event))
    });
    events.collect()
}

/// The release in which tables last changed; its manifest may be gone.
struct Made<'a> {
    id: &'a str,
    release: Option<&'a Release>,
}

impl Made<'_> {
    /// When it was published; its day when no more is known.
    fn time(&self) -> String {
        match self.release {
            Some(release) => instant(release.created),
            None => {
                let day = self.id.split_once('.').map_or(self.id, |(day, _)| day);
                format!("{day}T00:00:00Z")
            }
        }
    }
}

fn event(
    facts: &Facts<'_>,
    made_in: &Made<'_>,
    pipeline: &Pipeline,
    tables: &[&TableFacts<'_>],
) -> Value {
    json!({
        "eventType": "COMPLETE",
        "eventTime": made_in.time(),
        "producer": PRODUCER,
        "schemaURL": EVENT,
        "run": {"runId": run_id(made_in, &pipeline.name, tables), "facets": {}},
        "job": {"namespace": NAMESPACE, "name": pipeline.name, "facets": job(pipeline)},
        "inputs": inputs(facts, tables),
        "outputs": tables.iter().map(|table| output(facts, pipeline, table)).collect::<Vec<_>>(),
    })
}

/// A UUID of version 8: 122 bits of a hash.
fn run_id(made_in: &Made<'_>, pipeline: &str, tables: &[&TableFacts<'_>]) -> String {
    let mut digest = Sha256::new();
    digest.update(format!("{} {} {pipeline}", made_in.id, made_in.time()));
    for file in tables.iter().flat_map(|table| &table.released.files) {
        digest.update(&file.sha256);
    }
    let mut bytes: Vec<u8> = digest.finalize().iter().take(16).copied().collect();
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = |part: &[u8]| {
        part.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    [
        &bytes[..4],
        &bytes[4..6],
        &bytes[6..8],
        &bytes[8..10],
        &bytes[10..],
    ]
    .map(hex)
    .join("-")
}

/// A facet, of a kind and version of the specification.
fn facet(kind: &str, version: &str, mut content: Value) -> Value {
    content["_producer"] = PRODUCER.into();
    let address = format!("https://openlineage.io/spec/facets/{version}/{kind}.json#/$defs/{kind}");
    content["_schemaURL"] = address.into();
    content
}

fn job(pipeline: &Pipeline) -> Value {
    let kind = json!({"processingType": "BATCH", "integration": "EDULAC", "jobType": "PIPELINE"});
    let mut facets = json!({"jobType": facet("JobTypeJobFacet", "2-0-4", kind)});
    if let Some(description) = &pipeline.description {
        let said = json!({"description": description, "contentType": "text/plain"});
        facets["documentation"] = facet("DocumentationJobFacet", "1-1-0", said);
    }
    if let Some(owners) = owners(pipeline) {
        facets["ownership"] = facet("OwnershipJobFacet", "1-0-1", owners);
    }
    facets
}

fn owners(pipeline: &Pipeline) -> Option<Value> {
    let owner = pipeline.owner.as_ref()?;
    Some(json!({"owners": [{"name": format!("team:{}", owner.name), "type": "MAINTAINER"}]}))
}

/// The sources and the tables of the lake that the tables were made from, each once.
fn inputs(facts: &Facts<'_>, tables: &[&TableFacts<'_>]) -> Vec<Value> {
    let (mut sources, mut read) = (BTreeSet::new(), BTreeSet::new());
    for table in tables {
        if let Some(made_of) = made_of(table.released) {
            sources.extend(made_of.sources.into_keys());
            read.extend(made_of.tables.into_keys());
        }
        // Also tables as they were before, which make nothing anew.
        let lineage = table
            .lineage
            .filter(|lineage| is_of(lineage, table.released));
        let origins = lineage.into_iter().flat_map(|lineage| {
            let of_columns = lineage.columns.iter().flat_map(|column| &column.origins);
            of_columns.chain(&lineage.rows)
        });
        read.extend(origins.filter_map(|origin| match &origin.field.dataset {
            Dataset::Table(table) => Some(table.clone()),
            Dataset::Source(_) => None,
        }));
    }
    let sources = sources.iter().map(|name| source(facts, name));
    let released = &facts.release.tables;
    let read = read
        .iter()
        .filter_map(|name| Some((name, released.get(name)?)));
    let read = read.map(|(name, table)| {
        let facets =
            json!({"schema": schema(table), "version": version(&table.delta_version.to_string())});
        json!({"namespace": NAMESPACE, "name": name, "facets": facets})
    });
    sources.chain(read).collect()
}

fn made_of(table: &ReleasedTable) -> Option<Fingerprint> {
    serde_json::from_str(&table.fingerprint).ok()
}

fn version(version: &str) -> Value {
    let version = json!({"datasetVersion": version});
    facet("DatasetVersionDatasetFacet", "1-0-1", version)
}

/// A source as the release read it last.
fn source(facts: &Facts<'_>, name: &str) -> Value {
    let mut dataset = json!({"namespace": NAMESPACE, "name": name, "facets": {}});
    let Some(known) = facts.release.sources.get(name) else {
        return dataset;
    };
    let receipt = &known["receipt"];
    if let Some(extract) = receipt["extract"].as_str() {
        dataset["facets"]["version"] = version(extract);
    }
    if let Some(columns) = receipt["columns"].as_array() {
        let fields = columns.iter().enumerate();
        let fields: Vec<Value> = fields
            .map(|(at, column)| json!({"name": column, "ordinal_position": at + 1}))
            .collect();
        let fields = json!({"fields": fields});
        dataset["facets"]["schema"] = facet("SchemaDatasetFacet", "1-2-0", fields);
    }
    if let Some(address) = receipt["parts"][0]["url"].as_str() {
        let title = known["producteur"].as_str().unwrap_or(name);
        let at = json!({"name": title, "uri": address});
        dataset["facets"]["dataSource"] = facet("DatasourceDatasetFacet", "1-0-1", at);
    }
    if let Some(records) = receipt["records"]["parsed"].as_u64() {
        let rows = json!({"rowCount": records});
        dataset["inputFacets"] =
            json!({"inputStatistics": facet("InputStatisticsInputDatasetFacet", "1-0-0", rows)});
    }
    dataset
}

fn schema(table: &ReleasedTable) -> Value {
    let fields = table.columns.iter().enumerate();
    let fields: Vec<Value> = fields
        .map(|(at, column)| {
            let mut field =
                json!({"name": column.name, "type": column.data_type, "ordinal_position": at + 1});
            if let Some(description) = &column.description {
                field["description"] = description.as_str().into();
            }
            field
        })
        .collect();
    facet("SchemaDatasetFacet", "1-2-0", json!({"fields": fields}))
}

fn output(facts: &Facts<'_>, pipeline: &Pipeline, table: &TableFacts<'_>) -> Value {
    let released = table.released;
    let files = released.files.len();
    let said = json!({"description": released.description, "contentType": "text/plain"});
    let mut facets = json!({
        "schema": schema(released),
        "version": version(&released.delta_version.to_string()),
        "documentation": facet("DocumentationDatasetFacet", "1-1-0", said),
    });
    if let Some(owners) = owners(pipeline) {
        facets["ownership"] = facet("OwnershipDatasetFacet", "1-0-1", owners);
    }
    if let Some(lineage) = table.lineage.filter(|lineage| is_of(lineage, released)) {
        facets["columnLineage"] = column_lineage(lineage);
    }
    if let Some(quality) = quality(facts, table) {
        facets["dataQualityAssertions"] = quality;
    }
    let counts = json!({"rowCount": released.rows, "size": released.bytes, "fileCount": files});
    let counts = facet("OutputStatisticsOutputDatasetFacet", "1-0-2", counts);
    json!({
        "namespace": NAMESPACE,
        "name": table.name,
        "facets": facets,
        "outputFacets": {"outputStatistics": counts},
    })
}

/// Whether the table was made as its pipeline would make it today: else the lineage of today is not its own.
fn is_of(lineage: &TableLineage, released: &ReleasedTable) -> bool {
    lineage.unknown.is_empty()
        && made_of(released).is_some_and(|made_of| made_of.method == lineage.method)
}

fn column_lineage(lineage: &TableLineage) -> Value {
    let field = |column: &ColumnLineage| {
        let inputs: Vec<Value> = column.origins.iter().map(input_field).collect();
        (column.column.clone(), json!({"inputFields": inputs}))
    };
    let fields: serde_json::Map<String, Value> = lineage.columns.iter().map(field).collect();
    let rows: Vec<Value> = lineage.rows.iter().map(input_field).collect();
    let content = json!({"fields": fields, "dataset": rows});
    facet("ColumnLineageDatasetFacet", "1-2-0", content)
}

fn input_field(origin: &Origin) -> Value {
    let transformations: Vec<Value> = origin.uses.iter().map(|by| transformation(*by)).collect();
    json!({
        "namespace": NAMESPACE,
        "name": origin.field.dataset.name(),
        "field": origin.field.column,
        "transformations": transformations,
    })
}

fn transformation(by: Use) -> Value {
    let kind = if by.is_direct() { "DIRECT" } else { "INDIRECT" };
    let subtype = match by {
        Use::Identity => "IDENTITY",
        Use::Transformation => "TRANSFORMATION",
        Use::Aggregation => "AGGREGATION",
        Use::Join => "JOIN",
        Use::GroupBy => "GROUP_BY",
        Use::Filter => "FILTER",
        Use::Sort => "SORT",
        Use::Window => "WINDOW",
        Use::Conditional => "CONDITIONAL",
    };
    json!({"type": kind, "subtype": subtype, "masking": false})
}

/// What its contract made of the rows that came to it, as the release counted them.
fn quality(facts: &Facts<'_>, table: &TableFacts<'_>) -> Option<Value> {
    let accounts = facts.accounts(table.name)?;
    let contract = &table.released.contract;
    let rows = accounts.read;
    let assertion = |name: &str, what: &str, count: u64| {
        json!({
            "assertion": "custom",
            "name": name,
            "severity": "warn",
            "success": count == 0,
            "expected": "0",
            "actual": count.to_string(),
            "description": format!("{what}, sur {rows} lignes lues ; contrat {} {}", contract.id, contract.version),
        })
    };
    let assertions = [
        assertion(
            "rejets",
            "Lignes refusées par le contrat",
            accounts.rejected,
        ),
        assertion(
            "remarques",
            "Lignes acceptées avec une valeur illisible ou douteuse",
            accounts.remarks,
        ),
    ];
    let content = json!({"assertions": assertions});
    Some(facet("DataQualityAssertionsDatasetFacet", "1-1-0", content))
}
