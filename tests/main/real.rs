//! The pipelines of `tests/real` on real extracts, which stay outside of the repository. Snapshots hold counts.

use std::path::PathBuf;

use insta::assert_snapshot;
use serde_json::Value;

use crate::edulac::Ended;
use crate::project::{Project, copy, repository};

/// The folder of the real data, or a loud word when it is not there.
fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("EDULAC_REAL_DATA")
        .map_or_else(|| repository().join("../shared/data"), PathBuf::from);
    if folder.join("annuaire").is_dir() {
        return Some(folder.canonicalize().unwrap());
    }
    eprintln!(
        "SKIPPED: no real data at {}; set EDULAC_REAL_DATA to its folder",
        folder.display()
    );
    None
}

struct Real {
    project: Project,
    profile: &'static str,
    data: String,
}

impl Real {
    /// A copy of the project for one of the real profiles; none without the data.
    fn new(profile: &'static str) -> Option<Self> {
        let data = real_data()?.to_str()?.to_owned();
        let project = Project::new();
        copy(
            &repository().join("tests/real"),
            &project.path("tests/real"),
        );
        Some(Self {
            project,
            profile,
            data,
        })
    }

    fn edulac(&self, arguments: &[&str]) -> Ended {
        let data = format!("donnees={}", self.data);
        let profile = ["--profile", self.profile, "--set", &data];
        self.project
            .edulac(&[arguments, profile.as_slice()].concat())
    }

    /// How tables and files meet: counts and reasons.
    fn joins(&self) -> String {
        let file = |name: &str| format!("{}/{name}", self.data);
        let (directory, enrolment) = (file(DIRECTORY), file(ENROLMENT));
        let schools = [
            "ips:niveau=ecole,rentree=2021",
            "ips:niveau=ecole,rentree=2022",
        ];
        let despite = ["--by", "uai", "--despite", "ips-rupture-2022"];
        let mut told = String::new();
        for (code, arguments) in [
            (0, vec![COLLEGES_2022, VALUE_ADDED_2023]),
            (0, vec![COLLEGES_2022, VALUE_ADDED_2022]),
            (0, vec![COLLEGES_2022, VALUE_ADDED_2023, &directory]),
            (5, [&schools[..], &despite[..2]].concat()),
            (0, [&schools[..], &despite[..]].concat()),
            (0, vec![&enrolment, &file(ILLE_ET_VILAINE), "--aggregate"]),
        ] {
            let ended =
                self.edulac(&[&["join", "--format", "json"], arguments.as_slice()].concat());
            assert_eq!(ended.code, code, "{}", ended.picture());
            told += &arguments.join(" ").replace(&self.data, "…");
            told += "\n";
            match code {
                0 => told += &accounts_of_pairs(&ended.json()),
                _ => told += &ended.stderr,
            }
        }
        told += &self.totals(&directory);
        told
    }

    /// Totals of the pupils that IPS are of, by territories that the directory says.
    fn totals(&self, directory: &str) -> String {
        let mut told = String::new();
        for level in ["national", "academie", "departement"] {
            let ended = self.edulac(&[
                "join",
                COLLEGES_2022,
                directory,
                "--level",
                level,
                "--format",
                "csv",
            ]);
            assert_eq!(ended.code, 0, "{}", ended.picture());
            let mut reader = csv::Reader::from_reader(ended.stdout.as_bytes());
            let rows: Vec<std::collections::BTreeMap<String, String>> =
                reader.deserialize().map(Result::unwrap).collect();
            let sum = |column: &str| -> u64 {
                rows.iter()
                    .filter_map(|row| row[column].parse::<u64>().ok())
                    .sum()
            };
            told += &format!(
                "{level}: {} cells, {} collèges, {} pupils\n",
                rows.len(),
                sum("ips_etablissements"),
                sum("effectif")
            );
        }
        told
    }

    /// The answer to a query as CSV.
    fn query(&self, sql: &str) -> String {
        let ended = self.edulac(&["query", sql, "--format", "csv"]);
        assert_eq!(ended.code, 0, "{}", ended.picture());
        ended.stdout
    }
}

/// One run for all of it: the boundaries of the country take most of its time.
#[test]
fn the_real_extracts_become_a_lake_whose_every_row_is_accounted_for() {
    let Some(real) = Real::new("tests/real/profile.yaml") else {
        return;
    };
    let run = real.edulac(&["run", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.picture());
    assert_snapshot!("accounts", accounts(&run.json()));
    assert!(
        unbalanced(&run.json()).is_empty(),
        "{:?}",
        unbalanced(&run.json())
    );

    assert_snapshot!("colleges", real.query(COLLEGES));
    assert_snapshot!("colleges_by_crs", real.query(COLLEGES_BY_CRS));
    assert_snapshot!("colleges_out_of_place", real.query(COLLEGES_OUT_OF_PLACE));
    assert_snapshot!(
        "etablissements_by_departement",
        real.query(ETABLISSEMENTS_BY_DEPARTEMENT)
    );
    assert_snapshot!("rentrees", real.query(RENTREES));
    assert_snapshot!("nantes_links", real.query(NANTES_LINKS));
    assert_snapshot!("nantes_identifiers", real.query(NANTES_IDENTIFIERS));
    assert_snapshot!("largest_sites", real.query(LARGEST_SITES));
    assert_snapshot!("straddling", real.query(STRADDLING));
    assert_snapshot!("followed", real.query(FOLLOWED));

    let again = real.edulac(&["run", "--format", "json"]);
    assert_eq!(
        again.json()["outcome"]["status"],
        "nothing_to_do",
        "{}",
        again.picture()
    );
}

/// National indicators, which the real directory of two regions cannot answer for: a lake of their own.
#[test]
fn the_national_indicators_are_read_whole_and_meet() {
    let Some(real) = Real::new("tests/real/national.yaml") else {
        return;
    };
    let run = real.edulac(&["run", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.picture());
    assert_snapshot!("national_accounts", accounts(&run.json()));
    assert!(unbalanced(&run.json()).is_empty());
    assert_snapshot!("national_ips", real.query(NATIONAL_IPS));
    assert_snapshot!("national_ips_and_results", real.query(IPS_AND_RESULTS));
    assert_snapshot!("national_joins", real.joins());
}

/// The collèges of rentrée 2022 and what their pupils came to in the session that closes it.
const COLLEGES_2022: &str = "ips:niveau=college,rentree=2022";
const VALUE_ADDED_2023: &str =
    "resultats:session=2023,dispositif=IVAC,serie=generale,indicateur=va_taux_reussite";
const VALUE_ADDED_2022: &str =
    "resultats:session=2022,dispositif=IVAC,serie=generale,indicateur=va_taux_reussite";
const DIRECTORY: &str = "annuaire/france_colleges_2024-12/fr-en-adresse-et-geolocalisation.csv";
const ENROLMENT: &str = "indicators/ille-et-vilaine_2023/fr-en-ecoles-effectifs-nb_classes.csv";
const ILLE_ET_VILAINE: &str = "annuaire/ille-et-vilaine_2023-06/fr-en-annuaire-education.csv";

const NATIONAL_IPS: &str = "select rentree, niveau, voie, ips_statut, count(*) as lignes, \
    round(min(ips), 1) as au_moins, round(max(ips), 1) as au_plus from ips \
    group by 1, 2, 3, 4 order by 1, 2, 3, 4";

/// Session N goes with rentrée N-1.
const IPS_AND_RESULTS: &str = "select i.rentree, r.session, count(distinct i.uai) as colleges \
    from ips i join resultats r on r.uai = i.uai and r.rentree = i.rentree \
    where i.niveau = 'college' and r.dispositif = 'IVAC' group by 1, 2 order by 1, 2";

const COLLEGES: &str = "select count(*) as lignes, count(geometry) as positions, \
    count(*) - count(geometry) as sans_position, \
    sum(case when not commune_concorde then 1 else 0 end) as autre_commune, \
    sum(case when not academie_concorde then 1 else 0 end) as autre_academie, \
    sum(case when geometry is not null and commune_situee is null then 1 else 0 end) as hors_communes, \
    sum(case when geometry is not null and academie_situee is null then 1 else 0 end) as hors_academies, \
    sum(case when academie_voisines is not null then 1 else 0 end) as pres_d_une_limite \
    from colleges";

const COLLEGES_BY_CRS: &str = "select epsg, position_source, position_qualite, count(*) as lignes, \
    count(geometry) as positions from colleges group by 1, 2, 3 order by 1, 2, 3";

const COLLEGES_OUT_OF_PLACE: &str = "select code_academie, academie_situee, count(*) as lignes, \
    round(min(academie_distance_limite_m)) as au_moins_m, round(max(academie_distance_limite_m)) as au_plus_m \
    from colleges where not academie_concorde group by 1, 2 order by 1, 2";

const ETABLISSEMENTS_BY_DEPARTEMENT: &str = "select code_departement, count(*) as lignes, \
    count(geometry) as positions, sum(case when not commune_concorde then 1 else 0 end) as autre_commune, \
    sum(case when not academie_concorde then 1 else 0 end) as autre_academie, \
    sum(case when academie_voisines is not null then 1 else 0 end) as pres_d_une_limite \
    from etablissements group by 1 order by 1";

/// Rows of the ready table and what they know; a UAI that only the enrolments know has no name.
const RENTREES: &str = "select rentree, identite, count(*) as lignes, count(eleves) as effectifs, sum(eleves) as eleves, \
    count(education_prioritaire) as labels, count(geometry) as positions, \
    sum(case when effectif_statut = 'sans_ligne' then 1 else 0 end) as sans_ligne, \
    sum(case when effectif_statut = 'rentree_non_publiee' then 1 else 0 end) as rentree_non_publiee, \
    sum(case when effectif_statut = 'non_concerne' then 1 else 0 end) as non_concerne \
    from etablissements_rentrees group by 1, 2 order by 1, 2";

const NANTES_LINKS: &str = "select statut, methode, count(*) as liens, count(distinct uai) as etablissements, \
    count(rnb_id) as avec_rnb, max(distance_m) as au_plus_m from etablissements_batiments \
    group by 1, 2 order by 1, 2";

const NANTES_IDENTIFIERS: &str = "select count(*) as batiments, count(rnb_id) as un_identifiant, \
    sum(case when rnb_id is null and identifiants_externes is not null then 1 else 0 end) as plusieurs, \
    count(distinct rnb_id) as distincts from batiments";

/// How many establishments a site has, and how far apart the farthest of them stand.
const LARGEST_SITES: &str = "with membres as ( \
    select s.site_id, s.uai, e.geometry from etablissements_sites s join etablissements e on e.uai = s.uai where s.principal), \
    etendues as (select a.site_id, count(distinct a.uai) as etablissements, max(st_distance_m(a.geometry, b.geometry)) as etendue_m \
    from membres a join membres b on b.site_id = a.site_id group by a.site_id) \
    select etablissements, count(*) as sites, round(max(etendue_m), 1) as etendue_au_plus_m from etendues group by 1 order by 1";

const STRADDLING: &str = "select objet, niveau, base, count(distinct id) as objets, count(*) as lignes, \
    sum(case when code = 'hors_contours' then 1 else 0 end) as hors_contours, round(sum(part), 6) as parts \
    from chevauchements group by 1, 2, 3 order by 1, 2, 3";

/// The real events are corrections of other buildings: they end nothing.
const FOLLOWED: &str = "select motif_debut, motif_fin, count(*) as liens, \
    (select count(*) from evenements_batiments) as evenements from etablissements_batiments_histoire \
    group by 1, 2 order by 1, 2";

/// What a run says, less what changes from one to the next.
fn accounts(run: &Value) -> String {
    let mut text = String::new();
    for source in run["sources"].as_array().unwrap() {
        text.push_str(&format!(
            "source {}: {} parsed, {} unreadable, {} empty\n",
            source["source"].as_str().unwrap(),
            source["parsed"],
            source["unreadable"],
            source["empty"]
        ));
    }
    for step in run["steps"].as_array().unwrap() {
        let inputs = step["inputs"].as_array().unwrap().iter();
        let inputs: Vec<String> = inputs
            .map(|edge| format!("{} {}", edge["from"].as_str().unwrap(), edge["rows"]))
            .collect();
        text.push_str(&format!(
            "step {}: {} -> {}\n",
            step["step"].as_str().unwrap(),
            inputs.join(", "),
            step["rows"]
        ));
        if let Some(unlinked) = step["unlinked"].as_object() {
            for (reason, count) in unlinked {
                text.push_str(&format!("  without building, {reason}: {count}\n"));
            }
        }
    }
    for table in run["tables"].as_array().unwrap() {
        text.push_str(&format!(
            "table {}: {} read, {} accepted, {} rejected, {} remarks\n",
            table["table"].as_str().unwrap(),
            table["read"],
            table["accepted"],
            table["rejected"],
            table["remarks"]
        ));
    }
    text
}

/// The edges where rows are lost without a word, counted from the record alone.
fn unbalanced(run: &Value) -> Vec<String> {
    let number = |value: &Value| value.as_u64().unwrap();
    let mut found = Vec::new();
    for table in run["tables"].as_array().unwrap() {
        if number(&table["read"]) != number(&table["accepted"]) + number(&table["rejected"]) {
            found.push(table.to_string());
        }
    }
    for step in run["steps"].as_array().unwrap() {
        let sources = run["sources"].as_array().unwrap();
        for edge in step["inputs"].as_array().unwrap() {
            let (pipeline, _) = step["step"].as_str().unwrap().split_once('.').unwrap();
            let full = format!("{pipeline}.{}", edge["from"].as_str().unwrap());
            let source = sources
                .iter()
                .find(|source| source["source"] == full.as_str());
            if source.is_some_and(|source| source["parsed"] != edge["rows"]) {
                found.push(format!(
                    "{step} reads another number of rows than {full} has"
                ));
            }
        }
        if step["preserves_rows"] == true && step["rows"] != step["inputs"][0]["rows"] {
            found.push(step.to_string());
        }
    }
    found
}

/// Rows of both sides of each pair, with the reasons of those that did not meet.
fn accounts_of_pairs(report: &Value) -> String {
    let mut told = String::new();
    for pair in report["pairs"].as_array().unwrap() {
        for (name, side) in [("left", "of_left"), ("right", "of_right")] {
            let side = &pair[side];
            told += &format!(
                "  {}: {} read, {} matched, {} unmatched\n",
                pair[name], side["read"], side["matched"], side["unmatched"]
            );
            for reason in side["reasons"].as_array().unwrap() {
                told += &format!(
                    "    {} {} {}\n",
                    reason["rows"], reason["motif"], reason["detail"]
                );
            }
        }
    }
    told
}
