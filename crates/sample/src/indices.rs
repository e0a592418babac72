//! Social position index: `fr-en-ips-ecoles-ap2022` and `fr-en-ips-colleges-ap2023` (DOMAIN B4).

use crate::enrolments::open_in;
use crate::geometry::rounded;
use crate::kind::Kind;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::{Dataset, Row};
use crate::{Error, Options, calendar, pupils};

const SCHOOL_FIELDS: [(&str, &str); 21] = [
    ("rentree_scolaire", "text"),
    ("academie", "text"),
    ("code_du_departement", "text"),
    ("departement", "text"),
    ("uai", "text"),
    ("nom_de_l_etablissment", "text"),
    ("code_insee_de_la_commune", "text"),
    ("nom_de_la_commune", "text"),
    ("secteur", "text"),
    ("effectifs", "double"),
    ("ips", "text"),
    ("code_de_l_academie", "text"),
    ("ips_national_prive", "text"),
    ("ips_national_public", "text"),
    ("ips_national", "text"),
    ("ips_academique_prive", "text"),
    ("ips_academique_public", "text"),
    ("ips_academique", "text"),
    ("ips_departemental_prive", "text"),
    ("ips_departemental_public", "text"),
    ("ips_departemental", "text"),
];
const COLLEGE_FIELDS: [(&str, &str); 24] = [
    ("num_ligne", "int"),
    ("rentree_scolaire", "text"),
    ("code_region", "text"),
    ("region_academique", "text"),
    ("code_academie", "text"),
    ("academie", "text"),
    ("code_du_departement", "text"),
    ("departement", "text"),
    ("code_insee_de_la_commune", "text"),
    ("nom_de_la_commune", "text"),
    ("uai", "text"),
    ("nom_de_l_etablissement", "text"),
    ("secteur", "text"),
    ("ips", "text"),
    ("ecart_type_de_l_ips", "text"),
    ("ips_national_prive", "text"),
    ("ips_national_public", "text"),
    ("ips_national", "text"),
    ("ips_academique_prive", "text"),
    ("ips_academique_public", "text"),
    ("ips_academique", "text"),
    ("ips_departemental_prive", "text"),
    ("ips_departemental_public", "text"),
    ("ips_departemental", "text"),
];
/// Pupils of CM2 that five years must bring together for a value to be published.
const ENOUGH_CM2: u32 = 25;

/// Writes both datasets; says how many rows they have.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<[u64; 2], Error> {
    Ok([
        write_schools(out, options, plan)?,
        write_colleges(out, options, plan)?,
    ])
}

/// The series that is not kept up any more: the same bytes in both editions.
fn write_schools(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    const LAST_EDITION: u8 = 1;
    let dataset = Dataset {
        id: "fr-en-ips-ecoles-ap2022",
        title: "Indices de position sociale dans les écoles (à partir de 2022)",
        frequency: "ANNUAL",
        modified: "2025-07-01",
        processed: "2025-02-11",
        geometry: None,
        fields: SCHOOL_FIELDS.to_vec(),
    };
    let mut export = dataset.csv(out)?;
    for autumn in calendar::PRIMARY_INDEX_YEARS {
        let schools: Vec<(&Establishment, usize, f64, pupils::SchoolPupils)> = plan
            .establishments
            .iter()
            .filter(|e| e.kind == Kind::Primary && open_in(e, autumn))
            .map(|e| {
                let academie = plan.declared_academie(e, LAST_EDITION);
                let (index, _) = pupils::social_index(options.seed, e, autumn);
                (
                    e,
                    academie,
                    index,
                    pupils::of_school(options.seed, e, autumn),
                )
            })
            .filter(|(_, _, _, pupils)| pupils.levels[4] > 0)
            .collect();
        let mut means = Means::default();
        for (school, academie, index, pupils) in &schools {
            if pupils.levels[4] * 5 >= ENOUGH_CM2 {
                means.add(*academie, school.private, *index);
            }
        }
        for (school, academie, index, pupils) in schools {
            let mut row = export.row();
            describe(&mut row, plan, LAST_EDITION, school, autumn);
            row.set("nom_de_l_etablissment", title(school, LAST_EDITION));
            row.set("effectifs", format!("{}.0", pupils.elementary()));
            let enough = pupils.levels[4] * 5 >= ENOUGH_CM2;
            row.set(
                "ips",
                if enough {
                    format!("{index:.1}")
                } else {
                    "NS".to_owned()
                },
            );
            row.set("code_de_l_academie", ACADEMIES[academie].0);
            means.fill(&mut row, academie);
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn write_colleges(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let dataset = Dataset {
        id: "fr-en-ips-colleges-ap2023",
        title: "Indices de position sociale dans les collèges (à partir de 2023)",
        frequency: "ANNUAL",
        modified: "2025-11-02",
        processed: calendar::index_day(options.edition),
        geometry: None,
        fields: COLLEGE_FIELDS.to_vec(),
    };
    let mut export = dataset.csv(out)?;
    let mut line = 0;
    for autumn in calendar::school_years(options.edition) {
        let colleges: Vec<(&Establishment, usize, f64)> = plan
            .establishments
            .iter()
            .filter(|e| e.kind == Kind::College && open_in(e, autumn))
            .map(|e| {
                (
                    e,
                    plan.declared_academie(e, options.edition),
                    pupils::social_index(options.seed, e, autumn).0,
                )
            })
            .collect();
        let mut means = Means::default();
        colleges
            .iter()
            .for_each(|(college, academie, index)| means.add(*academie, college.private, *index));
        for (college, academie, index) in &colleges {
            line += 1;
            let mut row = export.row();
            row.set("num_ligne", line);
            describe(&mut row, plan, options.edition, college, autumn);
            row.set("code_region", names::REGION);
            row.set("region_academique", capitals(names::REGION_NAME));
            row.set("code_academie", ACADEMIES[*academie].0);
            row.set("code_du_departement", names::DEPARTEMENT_INSEE);
            row.set("nom_de_l_etablissement", title(college, options.edition));
            // Two values are missing in the source too.
            if college.serial % 50 != 7 {
                row.set("ips", format!("{index:.1}"));
            }
            let spread = pupils::social_index(options.seed, college, autumn).1;
            row.set("ecart_type_de_l_ips", format!("{spread:.1}"));
            means.fill(&mut row, *academie);
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

/// Count and sum of the indices of a year, by académie and sector.
#[derive(Default)]
pub(crate) struct Means([[(u32, f64); 2]; 2]);

impl Means {
    pub(crate) fn add(&mut self, academie: usize, private: bool, index: f64) {
        let (count, sum) = &mut self.0[academie][usize::from(private)];
        *count += 1;
        *sum += index;
    }

    /// The columns of the means, which every row repeats.
    fn fill(&self, row: &mut Row, academie: usize) {
        for (suffix, sector) in [("_prive", Some(true)), ("_public", Some(false)), ("", None)] {
            row.set(
                &format!("ips_academique{suffix}"),
                self.of(Some(academie), sector),
            );
            let all = self.of(None, sector);
            row.set_all(
                &[
                    &format!("ips_departemental{suffix}"),
                    &format!("ips_national{suffix}"),
                ],
                all,
            );
        }
    }

    /// One decimal; empty when there is nothing to average.
    pub(crate) fn of(&self, academie: Option<usize>, private: Option<bool>) -> String {
        let (mut count, mut sum) = (0, 0.0);
        for (a, sectors) in self.0.iter().enumerate() {
            for (p, part) in sectors.iter().enumerate() {
                if academie.is_none_or(|wanted| wanted == a)
                    && private.is_none_or(|wanted| usize::from(wanted) == p)
                {
                    count += part.0;
                    sum += part.1;
                }
            }
        }
        if count == 0 {
            String::new()
        } else {
            format!("{:.1}", rounded(sum / f64::from(count), 1))
        }
    }
}

/// Fills the columns that the index files share: when, who, where.
pub(crate) fn describe(
    row: &mut Row,
    plan: &Plan,
    edition: u8,
    establishment: &Establishment,
    autumn: u16,
) {
    let commune = &plan.territory.communes[plan.sites[establishment.sites(edition)[0]].town];
    let part = commune.arrondissement(plan.place_of(establishment, edition));
    let (code, name) = part.map_or((&commune.code, &commune.name), |part| {
        (&part.code, &part.name)
    });
    row.set("rentree_scolaire", calendar::school_year(autumn));
    row.set(
        "academie",
        ACADEMIES[plan.declared_academie(establishment, edition)]
            .1
            .to_uppercase(),
    );
    row.set("code_du_departement", names::DEPARTEMENT);
    row.set("departement", capitals(names::DEPARTEMENT_NAME));
    row.set("uai", establishment.uai());
    row.set("code_insee_de_la_commune", code);
    row.set("nom_de_la_commune", capitals(name));
    row.set(
        "secteur",
        if establishment.private {
            "privé sous contrat"
        } else {
            "public"
        },
    );
}

/// Kind and name in capitals.
pub(crate) fn title(establishment: &Establishment, edition: u8) -> String {
    capitals(&format!(
        "{} {}",
        establishment.kind.title(),
        establishment.given_name(edition)
    ))
}
