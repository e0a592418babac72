//! A column: its type, its words, its geometry.

use super::Linter;
use super::extensions::Extensions;
use crate::checks::{ColumnCheck, Comparison, Measure, RowRule, RowTest, TableRule};
use crate::contract::Column;
use crate::document::{LogicalType, Property};
use crate::extension::{BOUNDS, CRS, CRS84, GEOMETRY_TYPE, UNIT, VINTAGE};
use crate::sentence;
use crate::value::{Classification, ColumnType, GeometryKind, Severity, Unit};

/// The form of a commune code, as contracts write it.
const COMMUNE: &str = "^([0-9]{2}|2[AB])[0-9]{3}$";

impl Linter<'_> {
    /// The type in which a column is stored: what `logicalType` and `physicalType` say together.
    pub(super) fn column_type(&mut self, at: &str, property: &Property) -> Option<ColumnType> {
        let name = &property.name;
        let Some(logical) = property.logical_type else {
            self.error(
                "edulac::contract::missing",
                at,
                format!("the type of `{name}` is missing"),
                "add `logicalType`: string, integer, number, boolean, date, timestamp, object (a geometry) or array",
            );
            return None;
        };
        let allowed: &[ColumnType] = match logical {
            LogicalType::String => &[ColumnType::Utf8],
            LogicalType::Integer => &[ColumnType::Int64, ColumnType::Int32],
            LogicalType::Number => &[ColumnType::Float64],
            LogicalType::Boolean => &[ColumnType::Boolean],
            LogicalType::Date => &[ColumnType::Date32],
            LogicalType::Timestamp => &[ColumnType::Timestamp],
            LogicalType::Object => &[ColumnType::Geometry],
            LogicalType::Array => &[ColumnType::Utf8List],
            LogicalType::Time => {
                self.error(
                    "edulac::contract::column_type",
                    &format!("{at}/logicalType"),
                    format!("`{name}` is a time of day, which table formats read differently"),
                    "use a `string` with the pattern `^[0-2][0-9]:[0-5][0-9]$`",
                );
                return None;
            }
        };
        if logical == LogicalType::Array
            && property.items.as_ref().map(|items| items.logical_type) != Some(LogicalType::String)
        {
            self.error(
                "edulac::contract::column_type",
                &format!("{at}/items"),
                format!("`{name}` is a list of something else than texts"),
                "write `items: {logicalType: string}`, or make a table of its own of it",
            );
        }
        match &property.physical_type {
            Some(written) => self.word(
                &format!("{at}/physicalType"),
                written,
                &format!("the `physicalType` of `{name}`"),
                allowed,
                ColumnType::as_str,
            ),
            None if logical == LogicalType::Object => {
                self.error(
                    "edulac::contract::column_type",
                    at,
                    format!("`{name}` is an object, and only geometries are"),
                    "write `physicalType: WKB` with the custom properties `geometryType` and `crs`",
                );
                None
            }
            None => allowed.first().copied(),
        }
    }

    /// What readers are told of a column.
    pub(super) fn column(
        &mut self,
        at: &str,
        property: &Property,
        column_type: ColumnType,
        extensions: &Extensions<'_>,
        nullable: bool,
    ) -> Option<Column> {
        let name = &property.name;
        let description = self.text(
            &format!("{at}/description"),
            property.description.as_deref(),
            &format!("the description of `{name}`"),
            "say in French what its values mean, and what null means",
        );
        let help = "say who may see it: `public`, `contact` (telephone, mail) or `restreint` (under a convention)";
        let pointer = format!("{at}/classification");
        let what = format!("the classification of `{name}`");
        let written = self.text(&pointer, property.classification.as_deref(), &what, help);
        let classification = written.and_then(|written| {
            self.word(
                &pointer,
                &written,
                &what,
                Classification::ALL,
                Classification::as_str,
            )
        });
        let vintage = extensions.text(self, VINTAGE);
        if vintage.is_none() && is_of_communes(property) {
            self.error(
                "edulac::contract::missing",
                at,
                format!("the vintage of the commune codes `{name}` is missing"),
                "add the custom property `vintage`: a year, `extract_date`, or the column that dates each row (`millesime`)",
            );
        }
        Some(Column {
            name: name.clone(),
            title: property.business_name.clone(),
            description: description?,
            column_type,
            nullable,
            classification: classification?,
            unit: extensions.text(self, UNIT),
            vintage,
            kind: self.kind(at, property, column_type, extensions),
            aggregation: self.aggregation(at, name, column_type, extensions),
            notices: extensions.notices(self),
        })
    }

    /// What is asked of the values of a column; rules that need the whole table go to `table_rules`.
    pub(super) fn column_checks(
        &mut self,
        at: &str,
        property: &Property,
        column_type: ColumnType,
        extensions: &Extensions<'_>,
        table_rules: &mut Vec<TableRule>,
    ) -> ColumnCheck {
        let name = &property.name;
        let nullable = !property.required && !property.primary_key;
        let mut rules = Vec::new();
        if !nullable {
            rules.push(row_rule(name, "required", RowTest::Required));
        }
        match (column_type, &property.items) {
            (ColumnType::Utf8List, Some(items)) => {
                let at = format!("{at}/items");
                self.options(
                    &at,
                    name,
                    &items.logical_type_options,
                    ColumnType::Utf8,
                    &mut rules,
                );
            }
            _ => self.options(
                at,
                name,
                &property.logical_type_options,
                column_type,
                &mut rules,
            ),
        }
        self.geometry(at, name, column_type, extensions, &mut rules);
        if property.unique {
            table_rules.push(unique(name));
        }
        self.column_quality(at, property, column_type, &mut rules, table_rules);
        ColumnCheck {
            name: name.clone(),
            column_type,
            nullable,
            rules,
        }
    }

    /// The geometry extensions, which every geometry column has and no other.
    fn geometry(
        &mut self,
        at: &str,
        name: &str,
        column_type: ColumnType,
        extensions: &Extensions<'_>,
        rules: &mut Vec<RowRule>,
    ) {
        if column_type != ColumnType::Geometry {
            for extension in [GEOMETRY_TYPE, CRS, BOUNDS] {
                if extensions.has(extension) {
                    self.error(
                        "edulac::contract::not_a_geometry",
                        extensions.pointer(extension, at),
                        format!(
                            "`{extension}` is for geometries, and `{name}` is of type {column_type}"
                        ),
                        "remove it, or write `logicalType: object` and `physicalType: WKB`",
                    );
                }
            }
            return;
        }
        for (extension, help) in [
            (
                GEOMETRY_TYPE,
                "add the custom property `geometryType`: `Point`, `Polygon`, `MultiPolygon` or `Geometry`",
            ),
            (
                CRS,
                "add the custom property `crs` with the value `OGC:CRS84`",
            ),
        ] {
            if !extensions.has(extension) {
                let message = format!("the `{extension}` of the geometry `{name}` is missing");
                self.error("edulac::contract::missing", at, message, help);
            }
        }
        extensions.read(self, CRS, |crs: &String| crs == CRS84);
        let kind = extensions.read(self, GEOMETRY_TYPE, |kind: &String| {
            GeometryKind::parse(kind).is_some()
        });
        if let Some(kind) = kind.and_then(|kind| GeometryKind::parse(&kind)) {
            rules.push(row_rule(name, GEOMETRY_TYPE, RowTest::GeometryType(kind)));
        }
        let ordered = |[xmin, ymin, xmax, ymax]: &[f64; 4]| {
            xmin < xmax
                && ymin < ymax
                && *xmin >= -180.0
                && *xmax <= 180.0
                && *ymin >= -90.0
                && *ymax <= 90.0
        };
        if let Some(bounds) = extensions.read(self, BOUNDS, ordered) {
            rules.push(row_rule(name, BOUNDS, RowTest::Bounds(bounds)));
        }
    }
}

/// Whether the values of a column are asked to be codes of communes.
fn is_of_communes(property: &Property) -> bool {
    property.logical_type_options.pattern.as_deref() == Some(COMMUNE)
}

/// A rule that the words of the standard or of an extension make, always an error.
pub(super) fn row_rule(column: &str, word: &str, test: RowTest) -> RowRule {
    RowRule {
        id: format!("{column}.{word}"),
        severity: Severity::Error,
        sentence: sentence::row(column, &test),
        test,
    }
}

fn unique(column: &str) -> TableRule {
    let measure = Measure::Duplicates {
        columns: vec![column.to_owned()],
    };
    let (expected, unit) = (Comparison::Equal(0.0), Unit::Rows);
    TableRule {
        id: format!("{column}.unique"),
        severity: Severity::Error,
        sentence: sentence::table(&measure, expected, unit),
        measure,
        expected,
        unit,
    }
}
