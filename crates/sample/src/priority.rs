//! Priority education: `fr-en-etablissements-ep`, the list of rentrée 2022 (DOMAIN B8).

use crate::enrolments::open_in;
use crate::kind::Kind;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::Dataset;
use crate::{Error, Options};

const FIELDS: [&str; 24] = [
    "uai",
    "ep_2022_2023",
    "nom_etablissement",
    "type_etablissement",
    "statut_public_prive",
    "libelle_academie",
    "libelle_departement",
    "nom_commune",
    "libelle_region",
    "uai_tete_de_reseau",
    "qp_a_proximite_o_n",
    "qp_a_proximite",
    "nom_du_qp",
    "nombre_d_eleves",
    "code_postal",
    "code_commune",
    "code_departement",
    "code_academie",
    "code_region",
    "libelle_nature",
    "code_nature",
    "position",
    "latitude",
    "longitude",
];
/// The list is not made any more: the names are those of edition 1.
const EDITION: u8 = 1;

/// Writes the dataset; says how many rows it has.
pub(crate) fn write(out: &Output, _: &Options, plan: &Plan) -> Result<u64, Error> {
    let dataset = Dataset {
        id: "fr-en-etablissements-ep",
        title: "Établissements de l'éducation prioritaire",
        frequency: "ANNUAL",
        modified: "2023-01-12",
        processed: "2023-01-12",
        geometry: None,
        fields: FIELDS.map(|name| (name, "text")).to_vec(),
    };
    let mut export = dataset.csv(out)?;
    let public = |e: &&Establishment| {
        e.is_public() && open_in(e, 2022) && (e.kind.is_school() || e.kind == Kind::College)
    };
    let head = plan
        .establishments
        .iter()
        .find(|e| public(e) && e.kind == Kind::College && e.priority > 0);
    // A few that are not in a network are on the list as well.
    let cited = plan.establishments.iter().filter(public);
    let cited = cited.filter(|e| e.priority > 0 || e.serial % 40 == 9);
    for (rank, establishment) in cited.enumerate() {
        let commune = &plan.territory.communes[plan.sites[establishment.sites(EDITION)[0]].town];
        let (academie, academie_name) = ACADEMIES[plan.declared_academie(establishment, EDITION)];
        let (nature, nature_name) = establishment.kind.nature();
        let name = format!(
            "{} {}",
            establishment.kind.title(),
            establishment.given_name(EDITION)
        );
        let mut row = export.row();
        row.set("uai", establishment.uai());
        let labels = ["HORS REP", "REP", "REP+"];
        row.set("ep_2022_2023", labels[usize::from(establishment.priority)]);
        row.set("nom_etablissement", name);
        row.set("type_etablissement", establishment.kind.type_label());
        row.set("statut_public_prive", "Public");
        row.set("libelle_academie", academie_name);
        row.set("libelle_departement", names::DEPARTEMENT_NAME);
        row.set("nom_commune", &commune.name);
        row.set("libelle_region", names::REGION_NAME);
        if let Some(head) = head.filter(|_| establishment.priority > 0) {
            row.set("uai_tete_de_reseau", head.uai());
        }
        if rank % 2 == 0 {
            row.set("qp_a_proximite_o_n", "Dans QP");
            row.set("qp_a_proximite", "QP099001");
            row.set("nom_du_qp", "Les Salines");
        }
        row.set("code_postal", &commune.postal_code);
        row.set("code_commune", &commune.code);
        row.set("code_departement", names::DEPARTEMENT);
        row.set("code_academie", academie);
        row.set("code_region", names::REGION);
        row.set("libelle_nature", capitals(nature_name));
        row.set("code_nature", nature);
        export.write(&row)?;
        // Some rows come twice, the same.
        if rank % 7 == 3 {
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}
