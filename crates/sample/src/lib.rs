//! A fictional territory, the île d'Exemple, in the exact layouts of the real sources and with their real quirks,
//! and its truth beside it.
//!
//! [`generate`] writes a folder that plays the servers, by the path of their addresses, so that the sample goes
//! through the same connectors as the real sources:
//!
//! ```text
//! data.education.gouv.fr/api/explore/v2.1/catalog/datasets/<id>/index.json           metadata
//! data.education.gouv.fr/api/explore/v2.1/catalog/datasets/<id>/exports/csv.gz       export (académies: geojson.gz)
//! data.occitanie.education.gouv.fr/api/explore/v2.1/…                                the portal of a région académique
//! www.data.gouv.fr/api/1/datasets/65a5568dfc88169d0a5416ca/index.json                resources of the RNB
//! rnb-opendata.s3.fr-par.scw.cloud/files/RNB_99.csv.zip                              buildings of the département
//! communes.geojson.gz                                                                communes, WGS84
//! www.insee.fr/fr/statistiques/fichier/7766585/v_mvt_commune_2024.csv                movements of communes
//! unpkg.com/@etalab/decoupage-administratif@4.0.0/data/{communes,…}.json             communes, départements, régions, EPCI
//! references/academies.csv                                                           académies and their départements
//! truth/liens.csv, truth/positions.csv, truth/territoires.csv                        what is true (module `truth`)
//! ```
//!
//! The island lies in the ocean west of the Vendée, inside Lambert-93's area. Nothing in it is real: département
//! 099, communes 99xxx, académies 98 and 99, telephone numbers that the regulator keeps for fiction, `.example`
//! domains. Truth is for tests and measurements: no pipeline reads it.
//!
//! The content depends on the options alone: no clock, no hash order. Edition 2 is the same island one year later.
//! The bytes of the compressed files depend on the version of the compressor too.
//!
//! # Real quirks that it reproduces
//!
//! | where | quirk |
//! |---|---|
//! | all CSV exports | byte order mark, CRLF, `;`, technical names |
//! | metadata | `modified` (editorial) and `data_processed` (technical) disagree |
//! | directory | rows in another order at each export; `date_maj_ligne` the same on all rows |
//! | directory | a UAI several times (several sites), half of its annexes at the position of the main site |
//! | directory | position in three forms: X/Y with EPSG, latitude and longitude, `"lat, lon"`; X/Y empty and the rest good; nothing at all |
//! | directory | `Ville` and `Lieu-dit` at the centroid of the commune |
//! | directory | gross errors said to be `Numéro de rue`: kilometres away, axes exchanged, zero |
//! | directory | a UAI with a wrong check letter |
//! | directory | `statut_public_prive` empty for inspection services, `type_etablissement` empty for higher classes |
//! | directory | `C0NTRAT` with a zero; `Arrondissement` after two spaces; lower-case UAI in mail; two forms of telephone; personal numbers and addresses |
//! | directory | SEGPA and SEP at the very position of their host; college and lycée, nursery and primary on one site |
//! | directory | RPI groups `099NNN` shared by schools of several communes |
//! | directory, statistics | arrondissement code instead of the commune's, in the city |
//! | directory, statistics | académie declared from the other side of the border |
//! | geolocation | same positions as the directory, but for some that it lacks or has wrong; establishments to be opened; `rnb` in several writings, once with words |
//! | closed establishments | no motive: replaced at the same place, taken over, moved within the commune, ended; one still counted the autumn after; misspelt `Herbergement`; capitals in some headers |
//! | school cities | code and UAI, nothing else |
//! | regional school map | empty records; `9999` for an open end; GeoJSON of the commune (not of the sector) in a cell; dates of another form |
//! | counts of schools | `code_commune_insee` holds the postal code; RPI members without some levels; a UAI that the directory does not know |
//! | counts of colleges | `rep0` is REP+; two-character département beside three-character ones; `6eme_filles` beside `6emes_garcons` |
//! | counts of lycées | a lycée with both voies is in both files, with other pupils |
//! | index of lycées | no column `ips`: one per voie; `NS`; post-bac classes count in the whole from 2023 on, not in 2022 |
//! | index of schools | column `nom_de_l_etablissment`; text `NS`; series not kept up after 2024-2025 |
//! | index of colleges | missing values; another spelling of the name's column |
//! | results of colleges | `session` a year in edition 1 and a date in edition 2; `81,7%`; sector in two spellings; no voie pro in most |
//! | results of lycées | two files, other series; `ND`; series that a lycée does not have are empty |
//! | priority education | a column named after the year; whole rows twice; `HORS REP` |
//! | sectors of colleges | 9999 is an open end; whole communes; several colleges for one place; blank rows; no college, an unknown one, a range backwards; communes without any sector |
//! | RNB | EWKT with `;` inside quotes; `": "` in `ext_ids` and `" : "` elsewhere; absent as empty or `[]`; `POLYGON`, `MULTIPOLYGON` and `POINT` shapes; `street_rep` empty or null; validators' names |
//! | RNB, edition 2 | merged and split buildings have new identifiers, the old ones are gone |
//! | movements of communes | a commune goes on with a pair with itself; `COMD` beside `COM`; a merger, a split and a new code within 2020–2024 |
//! | EPCI | members inside each record; a commune in none |
//! | communes | chief delegated commune with the code of the whole; areas of several levels on each other |

mod annuaire;
mod ban;
mod bdtopo;
mod boarding;
mod boundaries;
mod calendar;
mod campus;
mod catchment;
mod change;
mod cog;
mod draw;
mod enrolments;
mod error;
mod fault;
mod geometry;
mod groups;
mod indices;
mod indices_2022;
mod kind;
mod languages;
mod lattice;
mod lycee_enrolments;
mod lycee_indices;
mod lycee_results;
mod names;
mod output;
mod plan;
mod portal;
mod priority;
mod pupils;
mod ramsese;
mod regional;
mod results;
mod rnb;
mod rnb_diff;
mod rnb_id;
mod sections;
mod territory;
mod town;
mod trial;
mod truth;

use std::path::Path;

pub use error::Error;

use crate::geometry::Projection;
use crate::output::Output;
use crate::plan::Plan;
use crate::truth::Links;

/// What to make. The same options give the same content, on any day and any machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Distinct UAI of edition 1: at least 120, at most 90,000. The directory has some rows more (annexes).
    pub establishments: u32,
    /// Buildings of edition 1, exactly: at least 60 per establishment, at most 100 million. Edition 2 has about 1 % more.
    pub buildings: u64,
    /// 1: autumn of 2025. 2: one year later.
    pub edition: u8,
    /// Another seed gives another island.
    pub seed: u64,
    /// How good positions are, and what else is known of an establishment.
    pub mix: Mix,
}

/// How good positions are, and what else is known of an establishment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mix {
    /// All quirks of the real sources; nearly every establishment has an address and a ground.
    #[default]
    Island,
    /// The mix that links are judged on: 3 % of positions missing, 5 % wrong by kilometres, exchanged or zero, of the others 60 %
    /// within 2 m of a true building and 40 % from 2 to 60 m off, without a word of which; an address for 60 % of the
    /// establishments, a ground for 40 % of the sites.
    Trial,
}

impl Default for Options {
    /// The small edition that the project carries under `config/sample/`.
    fn default() -> Self {
        Self {
            establishments: 180,
            buildings: 12_000,
            edition: 1,
            seed: 99,
            mix: Mix::Island,
        }
    }
}

impl Options {
    const FEWEST_ESTABLISHMENTS: u32 = 120;
    const MOST_ESTABLISHMENTS: u32 = 90_000;
    const FEWEST_BUILDINGS_EACH: u64 = 60;
    const MOST_BUILDINGS: u64 = 100_000_000;

    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self {
            establishments,
            buildings,
            edition,
            ..
        } = *self;
        if establishments < Self::FEWEST_ESTABLISHMENTS {
            return Err(Error::TooFewEstablishments {
                asked: establishments,
                minimum: Self::FEWEST_ESTABLISHMENTS,
            });
        }
        if establishments > Self::MOST_ESTABLISHMENTS {
            return Err(Error::TooManyEstablishments {
                asked: establishments,
                maximum: Self::MOST_ESTABLISHMENTS,
            });
        }
        let minimum = u64::from(establishments) * Self::FEWEST_BUILDINGS_EACH;
        if buildings < minimum {
            return Err(Error::TooFewBuildings {
                asked: buildings,
                establishments,
                minimum,
            });
        }
        if buildings > Self::MOST_BUILDINGS {
            return Err(Error::TooManyBuildings {
                asked: buildings,
                maximum: Self::MOST_BUILDINGS,
            });
        }
        if !matches!(edition, 1 | 2) {
            return Err(Error::UnknownEdition { asked: edition });
        }
        Ok(())
    }
}

/// What was made: rows of each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Distinct UAI open in the edition.
    pub establishments: u64,
    /// Rows of the directory: establishments and their annexes.
    pub directory_rows: u64,
    /// Buildings of the RNB export.
    pub buildings: u64,
    /// True establishment–building pairs.
    pub links: u64,
    /// Areas of the communes file: communes, delegated communes, arrondissements.
    pub commune_areas: u64,
    /// Rows of the counts of pupils: schools, colleges.
    pub enrolment_rows: [u64; 2],
    /// Rows of the social index: schools, colleges.
    pub index_rows: [u64; 2],
    /// Rows of the other statistics, all together.
    pub other_rows: u64,
}

/// Makes an edition of the sample in a folder, which is created; files of the same names are replaced.
///
/// Memory grows with the establishments (some hundred bytes each), not with the buildings.
///
/// # Errors
///
/// Options out of bounds, a file that cannot be written.
pub fn generate(options: &Options, folder: &Path) -> Result<Summary, Error> {
    let plan = Plan::new(options)?;
    let projection = Projection::new()?;
    let out = Output::new(folder);
    let directory_rows = annuaire::write(&out, options, &plan, &projection)?;
    ramsese::write(&out, options, &plan, &projection)?;
    regional::write(&out, options, &plan, &projection)?;
    let enrolment_rows = enrolments::write(&out, options, &plan)?;
    let index_rows = indices::write(&out, options, &plan)?;
    let other_rows = lycee_enrolments::write(&out, options, &plan)?
        + indices_2022::write(&out, options, &plan)?
        + lycee_indices::write(&out, options, &plan)?
        + results::write(&out, options, &plan)?
        + lycee_results::write(&out, options, &plan)?
        + priority::write(&out, options, &plan)?
        + boarding::write(&out, options, &plan)?
        + languages::write(&out, options, &plan)?
        + sections::write(&out, options, &plan)?
        + catchment::write(&out, options, &plan)?;
    let commune_areas = boundaries::write(&out, &plan, &projection)?;
    cog::write(&out, &plan)?;
    let mut links = Links::create(&out, options, &plan)?;
    let buildings = rnb::write(&out, options, &plan, &projection, &mut links)?;
    let links = links.finish()?;
    rnb_diff::write(&out, options, &plan, &projection)?;
    bdtopo::write(&out, options, &plan)?;
    ban::write(&out, options, &plan, &projection)?;
    truth::write(&out, options, &plan, &projection)?;
    let establishments = plan
        .establishments
        .iter()
        .filter(|e| e.exists(options.edition))
        .count() as u64;
    Ok(Summary {
        establishments,
        directory_rows,
        buildings,
        links,
        commune_areas,
        enrolment_rows,
        index_rows,
        other_rows,
    })
}
