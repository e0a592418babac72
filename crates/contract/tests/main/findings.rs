use edulac_contract::Contract;

use crate::{edited, fixtures, render, source};

#[test]
fn every_counterexample_says_what_is_wrong_where_and_what_to_do() {
    for path in fixtures("counterexamples") {
        let source = source(&path);
        let Err(found) = Contract::read(&source) else {
            panic!("{} reads", source.name)
        };
        assert!(
            found.iter().all(|finding| finding.help.is_some()),
            "{}: a finding has no remedy",
            source.name
        );
        let name = path.file_stem().unwrap().to_str().unwrap();
        insta::assert_snapshot!(format!("counterexample_{name}"), render(&found));
    }
}

/// The codes of the findings after one edit of a good contract.
fn codes(from: &str, to: &str) -> Vec<&'static str> {
    let found = Contract::read(&edited(from, to)).err().unwrap_or_default();
    found.iter().map(|finding| finding.code).collect()
}

#[test]
fn each_rule_of_the_lint_stands_for_itself() {
    for (from, to, code) in [
        ("apiVersion: v3.1.0", "apiVersion: v3.0.2", "api_version"),
        ("kind: DataContract", "kind: Contract", "kind"),
        ("version: 1.2.0", "version: v1.2", "version"),
        ("status: active", "status: actif", "unknown_word"),
        ("name: ips\nversion", "name: ips_colleges\nversion", "name"),
        ("  purpose: Décrire", "  usage_: Décrire", "missing"),
        (
            "dataGranularityDescription: une ligne par UAI, rentrée et voie",
            "dataGranularityDescription: ' '",
            "missing",
        ),
        (
            "physicalType: INT32",
            "physicalType: DECIMAL",
            "unknown_word",
        ),
        (
            "classification: public",
            "classification: secret",
            "unknown_word",
        ),
        (
            "primaryKeyPosition: 3",
            "primaryKeyPosition: 2",
            "key_position",
        ),
        ("'^[0-9]{7}[A-HJ-NPR-Z]$'", "'^[0-9{7}$'", "pattern"),
        (
            "'^[0-9]{7}[A-HJ-NPR-Z]$'",
            "'^[0-9]{7}|[A-HJ-NPR-Z]$'",
            "pattern",
        ),
        ("minLength: 8", "minLength: 9", "limit"),
        (
            "minimum: 45, maximum: 185",
            "minimum: 185, maximum: 45",
            "limit",
        ),
        ("minimum: 2016", "minimum: 2016.5", "limit"),
        ("\"2016-09-01\"", "\"2016-09-31\"", "limit"),
        ("minimum: 45", "minLength: 45", "option"),
        ("[ensemble, GT, PRO]", "[ensemble, GT, GT]", "values"),
        ("[ensemble, GT, PRO]", "[ensemble, 1]", "values"),
        (
            "metric: rowCount, mustBeBetween: [6500, 60000]",
            "metric: rowCount",
            "comparison",
        ),
        (
            "mustBeBetween: [6500, 60000]",
            "mustBeBetween: [60000, 6500]",
            "comparison",
        ),
        (
            "metric: rowCount, mustBeBetween",
            "metric: rowCount, mustBe: 3, mustBeBetween",
            "comparison",
        ),
        (
            "metric: rowCount, mustBeBetween",
            "metric: rowCount, unit: percent, mustBeBetween",
            "metric",
        ),
        (
            "metric: nullValues, mustBeLessThan",
            "metric: rowCount, mustBeLessThan",
            "metric",
        ),
        (
            "severity: warning}\n      - name: publie_le",
            "severity: blocking}\n      - name: publie_le",
            "unknown_word",
        ),
        ("to: etablissements.uai", "to: uai", "relationship"),
        ("to: etablissements.uai", "to: [a.b, c.d]", "relationship"),
        (
            "property: unit, value: points",
            "property: crs, value: OGC:CRS84",
            "not_a_geometry",
        ),
        (
            "property: unit, value: points",
            "property: licence, value: mit",
            "misplaced_extension",
        ),
        ("value: 0.5", "value: 101", "extension_value"),
        (
            "property: rejectMaxPercent",
            "property: shrinkMaxPercent",
            "repeated_extension",
        ),
        ("name: publie_le", "name: ips", "repeated_column"),
        ("name: publie_le", "name: PubliéLe", "name"),
        ("name: publie_le", "name: _source", "name"),
        ("logicalType: number", "logicalType: time", "column_type"),
        ("logicalType: number", "logicalType: object", "column_type"),
    ] {
        let codes = codes(from, to);
        assert!(
            codes.contains(&&*format!("edulac::contract::{code}")),
            "`{from}` -> `{to}` gives {codes:?} and not {code}"
        );
    }
}
