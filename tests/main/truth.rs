//! The sample's truth: which building is whose, where everybody really is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::project::{Project, repository};

/// Kinds of positions from which a building cannot be told, as the truth names them.
const POOR: [&str; 2] = ["centre_commune", "absente"];

/// A file of the truth of the first edition, a map by column for each line.
fn truth(name: &str) -> Vec<BTreeMap<String, String>> {
    truth_of(&repository().join(format!("config/sample/edition-1/truth/{name}.csv")))
}

fn truth_of(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn text<'a>(row: &'a Value, column: &str) -> &'a str {
    row[column].as_str().unwrap_or_default()
}

/// A share of things, and whose they are.
struct Share {
    what: &'static str,
    good: usize,
    of: usize,
}

impl Share {
    fn of(what: &'static str, each: impl IntoIterator<Item = bool>) -> Self {
        let all: Vec<bool> = each.into_iter().collect();
        Self {
            what,
            good: all.iter().filter(|good| **good).count(),
            of: all.len(),
        }
    }

    /// At least so many in a hundred.
    fn at_least(&self, percent: usize) {
        assert!(self.of > 0, "{}: of nothing", self.what);
        assert!(self.good * 100 >= self.of * percent, "{}", self.line());
    }

    fn line(&self) -> String {
        let thousandths = self.good * 1000 / self.of.max(1);
        format!(
            "{}: {} of {}, {}.{} %",
            self.what,
            self.good,
            self.of,
            thousandths / 10,
            thousandths % 10
        )
    }
}

fn shown(shares: &[&Share]) -> String {
    shares.iter().fold(String::new(), |mut all, share| {
        let _ = writeln!(all, "{}", share.line());
        all
    })
}

#[test]
fn accepted_links_are_true_and_most_schools_find_their_building() {
    let (project, _) = Project::published();
    let links: BTreeSet<(String, String)> = truth("liens")
        .iter()
        .map(|row| (row["uai"].clone(), row["rnb_id"].clone()))
        .collect();
    let found: Vec<(String, String, String)> = links_of(&project);
    let accepted = accepted_among(&found);
    let proposed: BTreeSet<(String, String)> = found
        .iter()
        .map(|(uai, id, _)| (uai.clone(), id.clone()))
        .collect();
    let listed: BTreeSet<String> = uais(&project, "select uai from etablissements");
    let positions = truth("positions");
    let findable: BTreeSet<&str> = positions
        .iter()
        .filter(|row| row["rattachable"] == "oui" && listed.contains(&row["uai"]))
        .map(|row| row["uai"].as_str())
        .collect();

    let precision = Share::of(
        "accepted links that are true",
        accepted.iter().map(|link| links.contains(link)),
    );
    let schools = Share::of(
        "findable schools with an accepted link to a building of theirs",
        findable.iter().map(|uai| {
            accepted
                .iter()
                .any(|link| link.0 == *uai && links.contains(link))
        }),
    );
    let of_findable = || {
        links
            .iter()
            .filter(|(uai, _)| findable.contains(uai.as_str()))
    };
    let proposals = Share::of(
        "true links of findable schools that are listed, whatever their status",
        of_findable().map(|link| proposed.contains(link)),
    );
    let recall = Share::of(
        "true links of findable schools that are accepted",
        of_findable().map(|link| accepted.contains(link)),
    );
    insta::assert_snapshot!(shown(&[&precision, &schools, &proposals, &recall]));
    precision.at_least(97);
    schools.at_least(90);
    proposals.at_least(40);
    recall.at_least(30);

    // Better none than a guess: a poor position accepts nothing by itself.
    let poor: BTreeSet<&str> = positions
        .iter()
        .filter(|row| row["site"] == "1" && POOR.contains(&row["nature_erreur"].as_str()))
        .map(|row| row["uai"].as_str())
        .collect();
    assert!(poor.len() >= 10);
    let guessed: Vec<String> = uais(
        &project,
        "select uai from etablissements_batiments where statut = 'accepte' and methode in ('contient', 'plus_proche')",
    )
    .into_iter()
    .filter(|uai| poor.contains(uai.as_str()))
    .collect();
    assert!(guessed.is_empty(), "{guessed:?}");
    // Shared buildings are shared out.
    let doubled = project.query(
        "select id_source, sum(part_batiment) as part from etablissements_batiments where statut = 'accepte' \
         group by id_source having abs(sum(part_batiment) - 1) > 1e-6",
        None,
    );
    assert!(doubled.is_empty(), "{doubled:?}");
}

/// UAI, building and status of each link of a lake.
fn links_of(project: &Project) -> Vec<(String, String, String)> {
    let rows = project.query(
        "select uai, rnb_id, statut from etablissements_batiments",
        None,
    );
    let columns = ["uai", "rnb_id", "statut"];
    rows.iter()
        .map(|row| columns.map(|column| text(row, column).to_owned()).into())
        .collect()
}

fn accepted_among(links: &[(String, String, String)]) -> BTreeSet<(String, String)> {
    links
        .iter()
        .filter(|(_, _, statut)| statut == "accepte")
        .map(|(uai, id, _)| (uai.clone(), id.clone()))
        .collect()
}

/// The mix that links are judged on, made anew: poor positions whose word says nothing, an address for 60 % of the
/// establishments, a ground for 40 % of the sites. The rules were tuned on seed 1.
#[test]
fn on_the_trial_mix_accepted_links_are_true_and_most_linkable_schools_are_linked() {
    let mut told = String::new();
    for seed in ["11", "12"] {
        let project = Project::whole();
        project.keep_pipelines(&["territoires", "bdtopo", "ban", "etablissements"]);
        let folder = project.path("trial");
        let made = [
            "sample",
            &folder.to_string_lossy(),
            "--trial",
            "--seed",
            seed,
            "--establishments",
            "300",
            "--buildings",
            "24000",
        ];
        project.edulac(&made).with_code(0);
        project.run(0, &["--set", "sample=trial"]);
        let truth = |name: &str| truth_of(&folder.join(format!("truth/{name}.csv")));
        let links: BTreeSet<(String, String)> = truth("liens")
            .iter()
            .map(|row| (row["uai"].clone(), row["rnb_id"].clone()))
            .collect();
        let accepted = accepted_among(&links_of(&project));
        let linkable: BTreeSet<String> = truth("positions")
            .iter()
            .filter(|row| row["rattachable"] == "oui")
            .map(|row| row["uai"].clone())
            .collect();
        let precision = Share::of(
            "accepted links that are true",
            accepted.iter().map(|link| links.contains(link)),
        );
        let recall = Share::of(
            "linkable schools with an accepted link to a building of theirs",
            linkable.iter().map(|uai| {
                let own = accepted.iter().filter(|link| link.0 == *uai);
                own.into_iter().any(|link| links.contains(link))
            }),
        );
        precision.at_least(97);
        recall.at_least(90);
        let _ = writeln!(told, "seed {seed}\n{}", shown(&[&precision, &recall]));
    }
    insta::assert_snapshot!(told);
}

fn uais(project: &Project, sql: &str) -> BTreeSet<String> {
    project
        .query(sql, None)
        .iter()
        .map(|row| text(row, "uai").to_owned())
        .collect()
}

#[test]
fn positions_lie_within_their_uncertainty() {
    let (project, _) = Project::published();
    let positions: BTreeMap<String, Value> = project
        .query(
            "select uai, st_x(geometry) as lon, st_y(geometry) as lat, position_source, position_qualite, \
             position_origine, position_incertitude_m from etablissements",
            None,
        )
        .into_iter()
        .map(|row| (text(&row, "uai").to_owned(), row))
        .collect();
    let mut within = Vec::new();
    let mut placed = Vec::new();
    for row in truth("positions") {
        let Some(position) = positions.get(&row["uai"]).filter(|_| row["site"] == "1") else {
            continue;
        };
        let kind = row["nature_erreur"].as_str();
        let has = position["lon"].is_f64();
        match kind {
            // The other file has another position, which no error of the directory's has touched.
            _ if text(position, "position_origine") == "geolocalisation" => {
                assert!(has, "{position}");
            }
            // What cannot be read is null and never a wrong position.
            "absente" | "zero" | "axes_inverses" => assert!(!has, "{kind}: {position}"),
            // The fallback.
            "sans_xy" => assert_eq!(text(position, "position_source"), "wgs84", "{position}"),
            _ => assert!(has, "{kind}: {position}"),
        }
        if let (true, Some(uncertainty)) = (has, position["position_incertitude_m"].as_f64()) {
            let degrees = |column: &str| row[column].parse::<f64>();
            let error = row["erreur_m"].parse::<f64>();
            // The truth about the directory's position says nothing of one that it does not give.
            let (Ok(lon), Ok(lat), Ok(error)) = (degrees("lon"), degrees("lat"), error) else {
                continue;
            };
            let metres = metres(
                (
                    position["lon"].as_f64().unwrap(),
                    position["lat"].as_f64().unwrap(),
                ),
                (lon, lat),
            );
            if kind != "kilometres" && kind != "site_principal" {
                placed.push(error <= uncertainty);
                // The truth is a point inside the main building, the published one may be at its door.
                within.push(metres <= uncertainty + 60.0);
            }
        }
    }
    let placed = Share::of(
        "positions nearer to a building of theirs than their uncertainty",
        placed,
    );
    let within = Share::of(
        "positions within their uncertainty of the main building",
        within,
    );
    insta::assert_snapshot!(shown(&[&placed, &within]));
    placed.at_least(92);
    within.at_least(97);
}

/// Metres between two points of degrees, near enough for an island.
fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let degree = 111_195.0;
    let east = (a.0 - b.0) * degree * a.1.to_radians().cos();
    let north = (a.1 - b.1) * degree;
    east.hypot(north)
}

#[test]
fn territories_are_those_of_the_truth_and_straddling_schools_are_found() {
    let (project, _) = Project::published();
    let located: BTreeMap<String, Value> = project
        .query(
            "select uai, commune_situee, academie_situee, academie_concorde, academie_voisines, position_qualite \
             from etablissements where geometry is not null",
            None,
        )
        .into_iter()
        .map(|row| (text(&row, "uai").to_owned(), row))
        .collect();
    let kinds: BTreeMap<String, String> = truth("positions")
        .iter()
        .filter(|row| row["site"] == "1")
        .map(|row| (row["uai"].clone(), row["nature_erreur"].clone()))
        .collect();
    let (mut communes, mut academies) = (Vec::new(), Vec::new());
    let (mut declared_elsewhere, mut near) = (BTreeSet::new(), BTreeSet::new());
    for row in truth("territoires") {
        let uai = &row["uai"];
        // Some are published kilometres away: the position is wrong, not the location.
        let Some(found) = located.get(uai).filter(|_| kinds[uai] != "kilometres") else {
            continue;
        };
        let commune = match row["arrondissement"].as_str() {
            "" => row["commune"].as_str(),
            arrondissement => arrondissement,
        };
        communes.push(text(found, "commune_situee") == commune);
        academies.push(text(found, "academie_situee") == row["academie"]);
        if row["academie"] != row["academie_declaree"] {
            declared_elsewhere.insert(uai.clone());
        }
        if row["limite_m"].parse::<f64>().unwrap() < 150.0 {
            near.insert(uai.clone());
        }
    }
    let communes = Share::of(
        "schools located in their commune or arrondissement",
        communes,
    );
    let academies = Share::of("schools located in their académie", academies);
    insta::assert_snapshot!(shown(&[&communes, &academies]));
    communes.at_least(97);
    academies.at_least(99);

    let disagree: BTreeSet<String> = located
        .iter()
        .filter(|(uai, row)| row["academie_concorde"] == false && kinds[*uai] != "kilometres")
        .map(|(uai, _)| uai.clone())
        .collect();
    assert!(declared_elsewhere.len() >= 3);
    assert_eq!(disagree, declared_elsewhere);
    assert!(near.len() >= 3);
    for uai in near {
        assert!(
            located[&uai]["academie_voisines"].is_string(),
            "{uai} straddles: {}",
            located[&uai]
        );
    }
}
