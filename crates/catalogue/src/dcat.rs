//! DCAT-AP 3 in JSON-LD: a dataset for each table, which data.gouv.fr harvests. IRIs are relative to the document.

use serde_json::{Value, json};

use crate::facts::{Facts, TableFacts, instant};

/// From `catalogue/` to the lake.
const LAKE: &str = "..";
const FRENCH: &str = "http://publications.europa.eu/resource/authority/language/FRA";
const EDUCATION: &str = "http://publications.europa.eu/resource/authority/data-theme/EDUC";
const FRANCE: &str = "http://publications.europa.eu/resource/authority/country/FRA";

pub(crate) fn catalog(facts: &Facts<'_>) -> Value {
    let release = facts.release;
    let datasets: Vec<Value> = facts
        .tables
        .iter()
        .map(|table| dataset(facts, table))
        .collect();
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "locn": "http://www.w3.org/ns/locn#",
            "prov": "http://www.w3.org/ns/prov#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": french("Lac de données de l’éducation"),
        "dct:description": french(&format!("Version {} : {} tables.", release.id, facts.tables.len())),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": "edulac"},
        "dct:language": {"@id": FRENCH},
        "dct:modified": date_time(&instant(release.created)),
        "dcat:dataset": datasets,
    })
}

fn french(text: &str) -> Value {
    json!({"@value": text, "@language": "fr"})
}

fn date_time(at: &str) -> Value {
    json!({"@value": at, "@type": "xsd:dateTime"})
}

fn dataset(facts: &Facts<'_>, table: &TableFacts<'_>) -> Value {
    let release = facts.release;
    let notices = table.notices();
    let mut said = table.released.description.clone();
    if let Some(contract) = table.contract {
        said.push_str(&format!(" ({}).", contract.grain()));
    }
    for notice in &notices {
        said.push_str(&format!("\n\n{}", notice.text));
    }
    let producers: std::collections::BTreeSet<&str> = table
        .sources
        .iter()
        .filter_map(|source| source.producer.as_deref())
        .collect();
    let creators: Vec<Value> = producers
        .into_iter()
        .map(|name| json!({"@type": "foaf:Agent", "foaf:name": name}))
        .collect();
    let mut about = json!({
        "@id": format!("#{}", table.name),
        "@type": "dcat:Dataset",
        "dct:identifier": table.name,
        "dct:title": french(&table.released.description),
        "dct:description": french(&said),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": "edulac"},
        "dct:creator": creators,
        "dct:language": {"@id": FRENCH},
        "dcat:theme": {"@id": EDUCATION},
        "dcat:version": table.released.changed_in,
        "dct:modified": date_time(&instant(release.created)),
        "dct:spatial": spatial(table),
        "dcat:distribution": distributions(facts, table),
    });
    let addresses: Vec<Value> = table
        .sources
        .iter()
        .filter_map(|source| Some(json!({"@id": source.address.as_deref()?})))
        .collect();
    if !addresses.is_empty() {
        about["prov:wasDerivedFrom"] = addresses.into();
    }
    if let Some((first, last)) = table.days() {
        let day = |day: &str| json!({"@value": day, "@type": "xsd:date"});
        about["dct:temporal"] = json!({
            "@type": "dct:PeriodOfTime", "dcat:startDate": day(first), "dcat:endDate": day(last),
        });
    }
    about
}

fn spatial(table: &TableFacts<'_>) -> Value {
    let Some([west, south, east, north]) = table.released.bbox else {
        return json!({"@id": FRANCE});
    };
    let ring = format!(
        "POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    );
    json!({
        "@type": "dct:Location",
        "dcat:bbox": {"@value": ring, "@type": "http://www.opengis.net/ont/geosparql#wktLiteral"},
    })
}

/// The whole table where there is one, else the list of its files.
fn distributions(facts: &Facts<'_>, table: &TableFacts<'_>) -> Vec<Value> {
    let licences: Vec<Value> = table.licences().into_iter().map(licence).collect();
    let mut distribution = match &table.released.whole {
        Some(whole) => json!({
            "@type": "dcat:Distribution",
            "dct:title": french(&format!("{} (GeoParquet)", table.name)),
            "dcat:accessURL": {"@id": format!("{LAKE}/{}", whole.path)},
            "dcat:downloadURL": {"@id": format!("{LAKE}/{}", whole.path)},
            "dcat:byteSize": {"@value": whole.bytes.to_string(), "@type": "xsd:nonNegativeInteger"},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@value": whole.sha256, "@type": "xsd:hexBinary"},
            },
        }),
        None => json!({
            "@type": "dcat:Distribution",
            "dct:title": french(&format!("{} (GeoParquet, en plusieurs fichiers)", table.name)),
            "dcat:accessURL": {"@id": format!("{LAKE}/releases/{}/files.txt", facts.release.id)},
        }),
    };
    distribution["dcat:mediaType"] = json!({"@id": "https://www.iana.org/assignments/media-types/application/vnd.apache.parquet"});
    distribution["dct:license"] = licences.into();
    vec![distribution]
}

fn licence(id: &str) -> Value {
    match id {
        "etalab-2.0" => {
            json!({"@id": "http://publications.europa.eu/resource/authority/licence/ETALAB_2_0"})
        }
        other => json!({"@type": "dct:LicenseDocument", "dct:title": other}),
    }
}
