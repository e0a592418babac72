//! Addresses as the Base adresse nationale exports them: the first blocks of each town.

use std::collections::BTreeSet;

use crate::geometry::{Projection, rounded};
use crate::output::Output;
use crate::plan::Plan;
use crate::rnb::way_code;
use crate::{Error, Options, names};

const FILE: &str = "adresse.data.gouv.fr/data/ban/adresses/latest/csv/adresses-99.csv.gz";
const HEADER: &str = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles\n";
/// Blocks of each town whose addresses are there: the real file has millions.
const BLOCKS: usize = 3;

/// Writes one row per address.
pub(crate) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<(), Error> {
    let mut file = out.gzip(FILE)?;
    file.write(HEADER)?;
    for (index, town) in plan.towns.iter().enumerate() {
        let commune = &plan.territory.communes[index];
        let mut seen = BTreeSet::new();
        for building in town.blocks(options.edition).take(BLOCKS).flatten() {
            let Some(address) = building.address else {
                continue;
            };
            let part = commune.arrondissement(building.inside);
            let code = part.map_or(&commune.code, |part| &part.code);
            let street = address.street as usize;
            let (way, number) = (way_code(index, street), address.number);
            if !seen.insert((code, way.clone(), number)) {
                continue;
            }
            let [x, y] = building.inside.map(|metres| rounded(metres, 2));
            let [lon, lat] = projection
                .wgs84(building.inside)?
                .map(|degrees| rounded(degrees, 6));
            // Only old streets have a code of the tax office.
            let fantoir = if way.len() == 4 {
                format!("{code}_{way}")
            } else {
                String::new()
            };
            let name = names::street(index, street);
            let capitals = names::capitals(&name);
            let kind = ["entrée", "segment", "parcelle", ""][number as usize % 4];
            let certified = u8::from(number % 3 == 0);
            let (postal, town) = (&commune.postal_code, &commune.name);
            let label = names::capitals(town);
            file.write(&format!(
                "{code}_{way}_{number:05};{fantoir};{number};;{name};{postal};{code};{town};;;{x};{y};{lon};{lat};{kind};;;{label};{capitals};commune;commune;{certified};\n"
            ))?;
        }
    }
    file.finish()
}
