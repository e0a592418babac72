//! Every code of the real files is read. The files are not part of the project: `EDULAC_REAL_DATA`
//! names their folder (`../shared/data` beside the workspace when unset).

use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

use edulac_model::CodeKind::{
    self, Academie, BanKey, CodePostal, Commune, Departement, Rentree, Session, Siret, Uai,
};
use edulac_model::split_rnb_ids;

/// The columns of codes of a file, by their headers.
type CodeColumns = &'static [(&'static str, CodeKind)];

/// Files, their delimiter, and the columns of codes they hold.
const COLUMNS: &[(&str, u8, CodeColumns)] = &[
    (
        "annuaire/france_colleges_2024-12/fr-en-adresse-et-geolocalisation.csv",
        b';',
        &[
            ("numero_uai", Uai),
            ("code_commune", Commune),
            ("code_departement", Departement),
            ("code_academie", Academie),
            ("code_postal_uai", CodePostal),
        ],
    ),
    (
        "annuaire/ille-et-vilaine_2023-06/fr-en-annuaire-education.csv",
        b';',
        &[
            ("Identifiant_de_l_etablissement", Uai),
            ("etablissement_mere", Uai),
            ("SIREN_SIRET", Siret),
            ("Code_commune", Commune),
        ],
    ),
    (
        "annuaire/ille-et-vilaine_2023-06/fr-en-adresse-et-geolocalisation.csv",
        b';',
        &[("Code établissement", Uai), ("Code commune", Commune)],
    ),
    (
        "codes/laposte_datanova_2025-06-19.csv",
        b',',
        &[("code_commune_insee", Commune), ("code_postal", CodePostal)],
    ),
    ("codes/cog_2024/communes.csv", b',', &[("COM", Commune)]),
    (
        "codes/cog_2024/departements.csv",
        b',',
        &[("DEP", Departement)],
    ),
    ("ban/bondy_93010_ban.csv", b',', &[("id", BanKey)]),
    (
        "indicators/fr-en-ips-ecoles-ap2022.csv",
        b';',
        &[("uai", Uai), ("rentree_scolaire", Rentree)],
    ),
    (
        "indicators/fr-en-indicateurs-valeur-ajoutee-colleges.csv",
        b';',
        &[("UAI", Uai), ("Session", Session)],
    ),
    (
        "indicators/ille-et-vilaine_2023/fr-en-effectifs-second-degre.csv",
        b';',
        &[("Annee_scolaire", Rentree)],
    ),
    (
        "indicators/liste-des-rep-et-rep-rentree-2022.csv",
        b';',
        &[("NUMERO", Uai), ("N°Département", Departement)],
    ),
];

pub(crate) fn real_data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("EDULAC_REAL_DATA").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    // Written past the capture of a test that passes, so that the skip is seen.
    let place = folder.display();
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: no real data in {place}; set EDULAC_REAL_DATA"
    );
    None
}

/// The non-blank cells of a column, by the name of its header.
fn column(file: &Path, delimiter: u8, header: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_path(file)?;
    let mut headers = reader.headers()?.iter();
    let index = headers
        .position(|name| name == header)
        .ok_or_else(|| format!("no `{header}`"))?;
    let mut cells = Vec::new();
    for record in reader.records() {
        cells.extend(record?.get(index).map(str::to_owned));
    }
    cells.retain(|cell| !cell.trim().is_empty());
    Ok(cells)
}

#[test]
fn every_code_of_the_real_files_is_read() {
    let Some(folder) = real_data() else { return };
    let mut failures = BTreeSet::new();
    for (file, delimiter, columns) in COLUMNS {
        for (header, kind) in *columns {
            let cells = column(&folder.join(file), *delimiter, header).unwrap();
            let errors: Vec<_> = cells
                .iter()
                .filter_map(|cell| kind.normalise(cell).err())
                .collect();
            println!(
                "{kind:<12} {:>6} cells, {} refused  {file} {header}",
                cells.len(),
                errors.len()
            );
            assert!(!cells.is_empty(), "{file} {header}: no cell to read");
            failures.extend(
                errors
                    .iter()
                    .map(|error| format!("{file} {header}: {error}")),
            );
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_rnb_cell_of_nantes_splits_into_identifiers() {
    let Some(folder) = real_data() else { return };
    let file = "rnb/nantes_bdtopo_with_ids_rnb/BATIMENT_nantes_centre_2025-06-15_IDS_RNB.csv";
    let cells = column(&folder.join(file), b';', "IDS_RNB").unwrap();
    let split = cells.iter().flat_map(|cell| split_rnb_ids(cell));
    let ids: Vec<_> = split.collect::<Result<_, _>>().unwrap();
    assert_eq!(cells.len(), 8_515);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 8_221);
}
