//! Passages between vintages on the real *code officiel géographique*: movements since 1943 (ending on 2024-01-01), the
//! communes of 2024, and those of 2026.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use edulac_model::{Arrival, Movement, MovementKind, Movements, Passage, Vintage};

use crate::real_data::real_data;

type Codes = BTreeSet<String>;

type Read<T> = Result<T, Box<dyn std::error::Error>>;

fn vintage(year: i16) -> Read<Vintage> {
    Ok(Vintage::parse(&year.to_string())?)
}

fn records(file: &Path) -> Read<Vec<BTreeMap<String, String>>> {
    let mut reader = csv::Reader::from_path(file)?;
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

fn movements(folder: &Path) -> Read<Movements> {
    let all = records(&folder.join("codes/cog_2024/mouvements-communes.csv"))?;
    let of_communes = all
        .into_iter()
        .filter(|row| row["TYPECOM_AP"] == "COM" && ["COM", ""].contains(&&*row["TYPECOM_AV"]));
    let movement = |row: BTreeMap<String, String>| -> Read<Movement> {
        Ok(Movement {
            day: row["DATE_EFF"].parse()?,
            kind: MovementKind::of(row["MOD"].parse()?).ok_or("an unknown MOD")?,
            before: Some(row["COM_AV"].clone()).filter(|code| !code.is_empty()),
            after: Some(row["COM_AP"].clone()),
        })
    };
    of_communes.map(movement).collect()
}

fn communes_2024(folder: &Path) -> Read<Codes> {
    let communes = records(&folder.join("codes/cog_2024/communes.csv"))?;
    let communes = communes.iter().filter(|row| row["TYPECOM"] == "COM");
    let overseas = records(&folder.join("codes/cog_2024/collectivites-outremer.csv"))?;
    let overseas = overseas.iter().map(|row| row["code_commune"].clone());
    Ok(communes
        .map(|row| row["COM"].clone())
        .chain(overseas)
        .collect())
}

fn communes_2026(folder: &Path) -> Read<Codes> {
    let file = folder.join("codes/decoupage-administratif_6.0.0/communes.json");
    let all: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(file)?)?;
    let now = all.iter().filter(|one| one["type"] == "commune-actuelle");
    Ok(now
        .filter_map(|commune| Some(commune["code"].as_str()?.to_owned()))
        .collect())
}

/// All targets of a list.
fn arrive(passage: &Passage, codes: &Codes) -> Codes {
    let target = |code: &String| match passage.of(code) {
        Arrival::Same => vec![code.clone()],
        Arrival::One(other) => vec![other],
        Arrival::Several(all) => all,
        Arrival::Nothing => Vec::new(),
    };
    codes.iter().flat_map(target).collect()
}

/// Movements go from the list of any year to that of 2024 and back, without a code that does not fit: the numbers of
/// communes are those that INSEE published each year.
#[test]
fn the_communes_of_every_year_follow_from_those_of_2024() {
    let Some(folder) = real_data() else { return };
    let (movements, now) = (movements(&folder).unwrap(), communes_2024(&folder).unwrap());
    let overseas = now
        .iter()
        .filter(|code| {
            code.starts_with("975")
                || code.starts_with("977")
                || code.starts_with("978")
                || code.starts_with("98")
        })
        .count();
    let mut counts = BTreeMap::new();
    for year in [
        1950, 1968, 1999, 2010, 2015, 2016, 2019, 2020, 2021, 2022, 2023, 2024,
    ] {
        let (here, there) = (vintage(2024).unwrap(), vintage(year).unwrap());
        let then = arrive(&movements.passage(here, there), &now);
        assert_eq!(
            arrive(&movements.passage(there, here), &then),
            now,
            "{year}"
        );
        counts.insert(year, then.len() - overseas);
    }
    println!("{counts:?}");
    for (year, published) in [
        (2015, 36_658),
        (2016, 35_885),
        (2019, 34_970),
        (2020, 34_968),
        (2021, 34_965),
        (2022, 34_955),
        (2023, 34_945),
        (2024, 34_935),
    ] {
        assert_eq!(counts[&year], published, "{year}");
    }
}

/// From 2020 to 2026 with movements that end in 2024: each code of 2020 arrives at a code of 2026, or is told apart.
#[test]
fn every_commune_of_2020_arrives_in_2026_or_is_named() {
    let Some(folder) = real_data() else { return };
    let movements = movements(&folder).unwrap();
    let now = communes_2024(&folder).unwrap();
    let later = communes_2026(&folder).unwrap();
    let then = arrive(
        &movements.passage(vintage(2024).unwrap(), vintage(2020).unwrap()),
        &now,
    );
    let passage = movements.passage(vintage(2020).unwrap(), vintage(2026).unwrap());
    // Each commune weighs what its place in the list says, so that no two sums are equal by chance.
    let (mut arrived, mut split, mut gone) = (BTreeMap::new(), Codes::new(), Codes::new());
    let (mut total, mut lost) = (0, 0);
    for (weight, code) in (1..).zip(&then) {
        total += weight;
        let arrival = match passage.of(code) {
            Arrival::Same => Some(code.clone()),
            Arrival::One(other) => Some(other),
            Arrival::Several(_) => {
                split.insert(code.clone());
                None
            }
            Arrival::Nothing => None,
        };
        match arrival.filter(|arrival| later.contains(arrival)) {
            Some(arrival) => *arrived.entry(arrival).or_insert(0) += weight,
            None => {
                gone.insert(code.clone());
                lost += weight;
            }
        }
    }
    gone.retain(|code| !split.contains(code));
    println!(
        "{} of {} arrive at {} communes; {} split {split:?}; {} not in the list of 2026: {gone:?}",
        then.len() - split.len() - gone.len(),
        then.len(),
        arrived.len(),
        split.len(),
        gone.len()
    );
    assert_eq!(arrived.values().sum::<i64>() + lost, total);
    assert_eq!((split.len(), gone.len()), (2, 68));
    for known in ["14623", "49069", "93059"] {
        assert!(gone.contains(known), "{known}");
    }
    assert!(split.contains("60054"));
    // What is in the list of 2026 and comes from no commune of 2020: re-created by splits after the last movement.
    let reached = arrive(&passage, &then);
    let orphans: Codes = later.difference(&reached).cloned().collect();
    println!("{} without antecedent: {orphans:?}", orphans.len());
    for known in ["15031", "15035", "15047", "15171"] {
        assert!(orphans.contains(known), "{known}");
    }
}
