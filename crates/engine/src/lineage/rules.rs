//! What steps that are no plans read: those that index one side in memory and carry it inside a function. Each declares, for
//! every column that it gives, what of its inputs it comes from.

use arrow::datatypes::{Schema, SchemaRef};
use edulac_normalise::{COMMUNE_COLUMN, MOVEMENT_COLUMNS};
use edulac_spec::pipeline::{LinkBuildings, Locate, Passage, Sites};

use super::plan::Relation;
use super::uses::{Reads, Use};

/// The columns of the inputs of a step, by the names of the inputs.
pub(super) type Schemas<'a> = &'a dyn Fn(&str) -> Option<SchemaRef>;

/// Columns of an input that the step reads, those of them that the input has.
struct Input<'a> {
    name: &'a str,
    schema: Option<SchemaRef>,
}

impl<'a> Input<'a> {
    fn new(name: &'a str, schemas: Schemas<'_>) -> Self {
        let schema = schemas(name);
        Self { name, schema }
    }

    fn maybe(name: Option<&'a String>, schemas: Schemas<'_>) -> Self {
        match name {
            Some(name) => Self::new(name, schemas),
            None => Self {
                name: "",
                schema: None,
            },
        }
    }

    fn read(&self, columns: &[&str], by: Use) -> Reads {
        let mut all = Reads::default();
        let has = |column: &str| {
            let schema = self.schema.as_ref();
            schema.is_some_and(|schema| schema.column_with_name(column).is_some())
        };
        for column in columns.iter().filter(|column| has(column)) {
            all.add(Reads::of(self.name, column, by));
        }
        all
    }
}

fn sum<const N: usize>(parts: [Reads; N]) -> Reads {
    let mut all = Reads::default();
    for part in parts {
        all.add(part);
    }
    all
}

fn relation(schema: &Schema, rows: Reads, of: impl Fn(&str) -> Reads) -> Relation {
    let columns = schema.fields().iter().map(|field| of(field.name()));
    Relation {
        columns: columns.collect(),
        rows,
        ..Relation::default()
    }
}

/// `schema` is that of the result.
pub(super) fn locate(locate: &Locate, schema: &Schema, schemas: Schemas<'_>) -> Relation {
    let points = Input::new(&locate.points, schemas);
    relation(schema, Reads::default(), |column| {
        let kept = points.read(&[column], Use::Identity);
        if !kept.is_empty() {
            return kept;
        }
        let within = locate.within.iter().find_map(|(name, within)| {
            let columns = edulac_link::located_columns(name);
            let at = columns.iter().position(|added| added.name() == column)?;
            Some((at, name, within))
        });
        let Some((at, name, within)) = within else {
            return Reads::default();
        };
        let areas = Input::new(&within.areas, schemas);
        let level = match within.levels.is_empty() {
            true => Reads::default(),
            false => areas.read(&[&within.level_column], Use::Conditional),
        };
        let code = areas.read(&[&within.code_column], Use::Transformation);
        let place = |by| {
            sum([
                points.read(&["geometry"], by),
                areas.read(&["geometry"], by),
            ])
        };
        let declared = points.read(&[&within.declared_column(name)], Use::Transformation);
        match at {
            // `_distance_limite_m`
            1 => sum([place(Use::Transformation), level]),
            // `_concorde`: null where nothing is declared.
            2 if declared.is_empty() => declared,
            2 => sum([place(Use::Join), level, code, declared]),
            // `_situee`, `_voisines`
            _ => sum([place(Use::Join), level, code]),
        }
    })
}

pub(super) fn passage(passage: &Passage, schema: &Schema, schemas: Schemas<'_>) -> Relation {
    let input = Input::new(&passage.from, schemas);
    let movements = Input::new(&passage.movements, schemas);
    let communes = Input::maybe(passage.communes.as_ref(), schemas);
    let [before, after, day, kind] = MOVEMENT_COLUMNS;
    let passed = sum([
        input.read(&[&passage.column], Use::Transformation),
        movements.read(&[after], Use::Transformation),
        movements.read(&[before, day, kind], Use::Conditional),
        communes.read(&[COMMUNE_COLUMN], Use::Conditional),
    ]);
    let given = [
        passage.column.clone(),
        format!("{}_passage", passage.column),
        format!("{}_candidats", passage.column),
    ];
    relation(schema, Reads::default(), |column| {
        if column == passage.origin_column() {
            input.read(&[&passage.column], Use::Identity)
        } else if given.iter().any(|given| given == column) {
            passed.clone()
        } else if column == "_problemes" {
            sum([
                input.read(&[column], Use::Transformation),
                input.read(&[&passage.column], Use::Transformation),
            ])
        } else {
            input.read(&[column], Use::Identity)
        }
    })
}

pub(super) fn link(link: &LinkBuildings, schema: &Schema, schemas: Schemas<'_>) -> Relation {
    let establishments = Input::new(&link.establishments, schemas);
    let buildings = Input::new(&link.buildings, schemas);
    let declared = Input::maybe(link.declared.as_ref(), schemas);
    let perimeters = Input::maybe(link.perimeters.as_ref(), schemas);
    let addresses = Input::maybe(link.addresses.as_ref(), schemas);
    let corrections = Input::maybe(link.corrections.as_ref(), schemas);
    let position = |by| {
        sum([
            establishments.read(&["geometry"], by),
            buildings.read(&["geometry"], by),
        ])
    };
    let address = |by| {
        sum([
            establishments.read(
                &["adresse", "code_postal", "code_commune", "commune_situee"],
                by,
            ),
            buildings.read(&["adresses"], by),
            addresses.read(&["cle_interop", "voie", "repetition"], by),
        ])
    };
    let ground = |by| perimeters.read(&["uai", "geometry", "surface_conventionnelle"], by);
    let trust = |by| {
        let said = [
            "position_qualite",
            "position_incertitude_m",
            "commune_concorde",
            "commune_distance_limite_m",
            "rang",
        ];
        establishments.read(&said, by)
    };
    let keys = |by| {
        sum([
            establishments.read(&["uai"], by),
            buildings.read(&["rnb_id", "parcelles"], by),
            declared.read(&["uai", "rnb_id"], by),
        ])
    };
    let computed = |by| sum([position(by), address(by), ground(by), trust(by), keys(by)]);
    let decided = |by| corrections.read(&["uai", "id_source", "decision"], by);
    let evidence = |by| sum([computed(by), decided(by)]);
    relation(schema, evidence(Use::Join), |column| match column {
        "uai" | "lieu_id" | "code_academie" => establishments.read(&[column], Use::Identity),
        "source" | "id_source" | "rnb_id" | "parcelles" | "geometry" => {
            buildings.read(&[column], Use::Identity)
        }
        "position_qualite" => establishments.read(&[column], Use::Transformation),
        "surface_batiment_m2" => buildings.read(&["geometry"], Use::Transformation),
        "distance_m" | "dedans" => position(Use::Transformation),
        "recouvrement_perimetre" => sum([
            buildings.read(&["geometry"], Use::Transformation),
            ground(Use::Transformation),
        ]),
        "score_adresse" => address(Use::Transformation),
        "statut_calcule" => computed(Use::Transformation),
        "methode" | "preuves" | "score" | "statut" | "rang" | "part_batiment" => {
            evidence(Use::Transformation)
        }
        "explication" => sum([
            evidence(Use::Transformation),
            corrections.read(&["auteur", "motif"], Use::Transformation),
        ]),
        _ => Reads::default(),
    })
}

pub(super) fn sites(sites: &Sites, schema: &Schema, schemas: Schemas<'_>) -> Relation {
    let places = Input::new(&sites.places, schemas);
    let links = Input::new(&sites.links, schemas);
    let perimeters = Input::maybe(sites.perimeters.as_ref(), schemas);
    let groups = Input::maybe(sites.groups.as_ref(), schemas);
    let previous = Input::maybe(sites.previous.as_ref(), schemas);
    let told = [
        "uai",
        "lieu_id",
        "geometry",
        "position_qualite",
        "rang",
        "adresse",
        "uai_mere",
        "type_rattachement",
    ];
    relation(schema, Reads::default(), |column| match column {
        "uai" | "lieu_id" => places.read(&[column], Use::Identity),
        "rang" => places.read(&[column], Use::Transformation),
        "site_id" => sum([
            places.read(&told, Use::Transformation),
            links.read(&["uai", "lieu_id", "source", "id_source"], Use::Join),
            links.read(&["statut"], Use::Conditional),
            perimeters.read(&["id_source", "uai"], Use::Join),
            perimeters.read(&["surface_conventionnelle"], Use::Conditional),
            groups.read(&["groupe_id", "uai"], Use::Join),
            groups.read(&["type"], Use::Conditional),
            previous.read(&["site_id"], Use::Transformation),
            previous.read(&["uai", "batiments"], Use::Join),
            previous.read(&["statut"], Use::Conditional),
        ]),
        _ => Reads::default(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::{DataType, Field};

    use super::*;

    /// An input with every column that a step could read.
    fn everything(_: &str) -> Option<SchemaRef> {
        let names = [
            "uai",
            "geometry",
            "position_qualite",
            "position_incertitude_m",
            "rang",
            "adresse",
            "code_postal",
            "code_commune",
            "commune_situee",
            "commune_concorde",
            "commune_distance_limite_m",
            "lieu_id",
            "code_academie",
            "source",
            "id_source",
            "rnb_id",
            "adresses",
            "parcelles",
            "cle_interop",
            "voie",
            "decision",
            "auteur",
            "motif",
            "statut",
            "groupe_id",
            "type",
            "site_id",
            "batiments",
            "surface_conventionnelle",
            "uai_mere",
            "type_rattachement",
            "repetition",
        ];
        let fields = names.map(|name| Field::new(name, DataType::Utf8, true));
        Some(Arc::new(Schema::new(fields.to_vec())))
    }

    #[test]
    fn every_column_of_a_link_and_of_a_site_has_a_rule() {
        let of_link = LinkBuildings {
            establishments: "e".to_owned(),
            buildings: "b".to_owned(),
            max_distance_m: 1.0,
            declared: Some("d".to_owned()),
            perimeters: Some("p".to_owned()),
            addresses: Some("a".to_owned()),
            corrections: Some("c".to_owned()),
        };
        let of_sites = Sites {
            places: "e".to_owned(),
            links: "l".to_owned(),
            perimeters: Some("p".to_owned()),
            groups: Some("g".to_owned()),
            previous: Some("v".to_owned()),
        };
        let (links, sites_of) = (
            edulac_link::link_schema().unwrap(),
            edulac_link::sites_schema().unwrap(),
        );
        let traced = [
            (&links, link(&of_link, &links, &everything)),
            (&sites_of, sites(&of_sites, &sites_of, &everything)),
        ];
        for (schema, relation) in traced {
            for (field, reads) in schema.fields().iter().zip(&relation.columns) {
                assert!(!reads.is_empty(), "`{}` has no rule", field.name());
            }
        }
    }
}
