//! What ODCS lacks, carried in `customProperties`: the names, where they may stand, and what they mean.

/// Where an extension may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the top of the document.
    Contract,
    /// On the table (`schema[0]`).
    Table,
    /// On a column.
    Column,
    /// On a relationship.
    Relationship,
}

impl Place {
    /// The place in words, for messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "the contract",
            Self::Table => "the table",
            Self::Column => "a column",
            Self::Relationship => "a relationship",
        }
    }
}

/// An extension of this lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension {
    /// The `property` of its custom property.
    pub name: &'static str,
    /// Where it may stand.
    pub places: &'static [Place],
    /// What its value must be.
    pub value: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// Largest loss of rows where a contract gives none, in percent.
pub const DEFAULT_SHRINK_MAX_PERCENT: f64 = 5.0;

/// Largest share of rejected rows where a contract gives none, in percent.
pub const DEFAULT_REJECT_MAX_PERCENT: f64 = 5.0;

/// The only CRS of published geometries: longitude then latitude, degrees, WGS 84.
pub const CRS84: &str = "OGC:CRS84";

pub(crate) const AGGREGATION: &str = "aggregation";
pub(crate) const BOUNDS: &str = "bounds";
pub(crate) const CRS: &str = "crs";
pub(crate) const GEOMETRY_TYPE: &str = "geometryType";
pub(crate) const KIND: &str = "kind";
pub(crate) const LICENCE: &str = "licence";
pub(crate) const MAX_ORPHAN_PERCENT: &str = "maxOrphanPercent";
pub(crate) const NOTICES: &str = "notices";
pub(crate) const REJECT_MAX_PERCENT: &str = "rejectMaxPercent";
pub(crate) const SEVERITY: &str = "severity";
pub(crate) const SHRINK_MAX_PERCENT: &str = "shrinkMaxPercent";
pub(crate) const UNIT: &str = "unit";
pub(crate) const VINTAGE: &str = "vintage";

/// The register of extensions. Any other name is kept, and reported as unknown.
pub const EXTENSIONS: &[Extension] = &[
    Extension {
        name: AGGREGATION,
        places: &[Place::Column],
        value: "`sum`, `none`, `share`, or `{mean: …}` with the column of the same table that weights",
        meaning: "how the values become that of a group of rows: a count adds up, a mean is weighted, a share multiplies what a link \
                  leads to; a number without it \
                  cannot be aggregated",
    },
    Extension {
        name: BOUNDS,
        places: &[Place::Column],
        value: "`[xmin, ymin, xmax, ymax]` in degrees, the minima below the maxima",
        meaning: "the geometry lies within; a row outside is rejected",
    },
    Extension {
        name: CRS,
        places: &[Place::Column],
        value: "`OGC:CRS84`",
        meaning: "coordinate reference system of the geometry; every geometry column needs it",
    },
    Extension {
        name: GEOMETRY_TYPE,
        places: &[Place::Column],
        value: "`Point`, `Polygon`, `MultiPolygon` or `Geometry`",
        meaning: "kind of geometry; every geometry column needs it; `Geometry` allows any",
    },
    Extension {
        name: KIND,
        places: &[Place::Column],
        value: "`academie`, `region_academique`, `bassin`, `epci`, `session` or `site`",
        meaning: "what the codes identify, where their pattern does not say it: tables are joined by columns of one kind",
    },
    Extension {
        name: LICENCE,
        places: &[Place::Contract],
        value: "an SPDX identifier, such as `etalab-2.0`",
        meaning: "licence under which the table is published",
    },
    Extension {
        name: MAX_ORPHAN_PERCENT,
        places: &[Place::Relationship],
        value: "a number from 0 to 100",
        meaning: "share of the rows that may refer to nothing; 0 where not given",
    },
    Extension {
        name: NOTICES,
        places: &[Place::Table, Place::Column],
        value: "a list of `{id: …, text: …}`, each with `forbids: {mix: [column, …]}` or `forbids: {across: {column: …, from: …}}` \
                where rows must not be put together",
        meaning: "warnings against misreading, in French, shown wherever the table or column is; what they forbid is refused",
    },
    Extension {
        name: REJECT_MAX_PERCENT,
        places: &[Place::Table],
        value: "a number from 0 to 100",
        meaning: "share of the rows read that may be rejected before the table is held; 5 where not given",
    },
    Extension {
        name: SEVERITY,
        places: &[Place::Relationship],
        value: "`info`, `warning` or `error`",
        meaning: "what references to nothing lead to; `error` where not given",
    },
    Extension {
        name: SHRINK_MAX_PERCENT,
        places: &[Place::Table],
        value: "a number from 0 to 100",
        meaning: "share of its rows that the table may lose from one version to the next before it is held; \
                  5 where not given, registers declare 1",
    },
    Extension {
        name: UNIT,
        places: &[Place::Column],
        value: "a text, such as `m`, `%` or `élèves`",
        meaning: "unit of the values",
    },
    Extension {
        name: VINTAGE,
        places: &[Place::Table, Place::Column],
        value: "a year, `extract_date` for the day of the extract, or the column of the table that dates each row (`millesime`)",
        meaning: "vintage that the codes are valid for: codes of two vintages are not compared",
    },
];
