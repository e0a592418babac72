use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn vintage(year: i16) -> Vintage {
    Vintage::parse(&year.to_string()).unwrap()
}

/// `MOD day before after`, a line a pair; `-` for no commune.
fn movements(lines: &str) -> Movements {
    let code = |text: &str| (text != "-").then(|| text.to_owned());
    let pairs = lines.trim().lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        Movement {
            kind: MovementKind::of(words[0].parse().unwrap()).unwrap(),
            day: day(words[1]),
            before: code(words[2]),
            after: code(words[3]),
        }
    });
    pairs.collect()
}

fn several(codes: &[&str]) -> Arrival {
    Arrival::Several(codes.iter().map(|&code| code.to_owned()).collect())
}

#[test]
fn codes_without_movement_stay_and_so_do_renamed_communes() {
    let passage = movements("10 2022-06-01 99001 99001").passage(vintage(2020), vintage(2026));
    assert_eq!(passage.of("99001"), Arrival::Same);
    assert_eq!(passage.of("99002"), Arrival::Same);
}

#[test]
fn merged_communes_arrive_at_the_new_one_and_come_back_as_several() {
    let all = movements(
        "32 2023-01-01 99001 99001
         32 2023-01-01 99002 99001",
    );
    let forward = all.passage(vintage(2020), vintage(2026));
    assert_eq!(forward.of("99001"), Arrival::Same);
    assert_eq!(forward.of("99002"), Arrival::One("99001".into()));
    let back = all.passage(vintage(2026), vintage(2020));
    assert_eq!(back.of("99001"), several(&["99001", "99002"]));
    assert_eq!(back.of("99002"), Arrival::Nothing);
}

#[test]
fn a_split_has_several_targets_and_its_new_commune_did_not_exist_before() {
    let all = movements(
        "21 2024-01-01 60054 60054
         21 2024-01-01 60054 60694",
    );
    let forward = all.passage(vintage(2023), vintage(2024));
    assert_eq!(forward.of("60054"), several(&["60054", "60694"]));
    assert_eq!(forward.of("60694"), Arrival::Nothing);
    let back = all.passage(vintage(2024), vintage(2023));
    assert_eq!(back.of("60694"), Arrival::One("60054".into()));
    assert_eq!(back.of("60054"), Arrival::Same);
}

#[test]
fn the_first_of_january_is_in_the_vintage_of_its_year_and_the_second_in_the_next() {
    let all = movements(
        "31 2023-01-01 99002 99001
         31 2023-01-01 99001 99001
         31 2023-01-02 99004 99003
         31 2023-01-02 99003 99003",
    );
    let to_2023 = all.passage(vintage(2022), vintage(2023));
    assert_eq!(to_2023.of("99002"), Arrival::One("99001".into()));
    assert_eq!(to_2023.of("99004"), Arrival::Same);
    let to_2024 = all.passage(vintage(2023), vintage(2024));
    assert_eq!(to_2024.of("99002"), Arrival::Same);
    assert_eq!(to_2024.of("99004"), Arrival::One("99003".into()));
}

/// Freigné left Maine-et-Loire and joined a commune nouvelle of Loire-Atlantique on one day.
#[test]
fn a_change_of_code_comes_before_the_other_movements_of_its_day() {
    let all = movements(
        "32 2018-01-01 44225 44180
         32 2018-01-01 44180 44180
         41 2018-01-01 49144 44225",
    );
    let forward = all.passage(vintage(2017), vintage(2018));
    assert_eq!(forward.of("49144"), Arrival::One("44180".into()));
    let back = all.passage(vintage(2018), vintage(2017));
    assert_eq!(back.of("44180"), several(&["44180", "49144"]));
}

#[test]
fn a_code_that_is_given_up_and_taken_up_again_is_the_same_commune() {
    let all = movements(
        "50 2021-01-01 27676 27058
         50 2023-01-01 27058 27676",
    );
    let there = all.passage(vintage(2020), vintage(2021));
    assert_eq!(there.of("27676"), Arrival::One("27058".into()));
    let and_back = all.passage(vintage(2020), vintage(2023));
    assert_eq!(and_back.of("27676"), Arrival::Same);
}

#[test]
fn a_suppressed_commune_is_shared_or_disappears_and_land_without_commune_becomes_one() {
    let all = movements(
        "30 1968-03-02 08227 08203
         30 1968-03-02 08227 08454
         30 1968-03-02 08203 08203
         30 1968-03-02 08454 08454
         30 1968-03-02 08999 -
         20 1968-03-02 - 97311",
    );
    let forward = all.passage(vintage(1960), vintage(1970));
    assert_eq!(forward.of("08227"), several(&["08203", "08454"]));
    assert_eq!(forward.of("08999"), Arrival::Nothing);
    let back = all.passage(vintage(1970), vintage(1960));
    assert_eq!(back.of("97311"), Arrival::Nothing);
}

/// Any movements between few communes, where chains, splits and mergers meet.
fn any_movements() -> impl Strategy<Value = Vec<Movement>> {
    let code = || proptest::option::weighted(0.95, (0u8..8).prop_map(|n| format!("9900{n}")));
    let kind = proptest::sample::select(MovementKind::ALL.to_vec());
    let movement = (2010i32..=2022, 1u32..=2, 1u32..=2, kind, code(), code());
    let movement = movement.prop_map(|(year, month, of_month, kind, before, after)| Movement {
        day: NaiveDate::from_ymd_opt(year, month, of_month).unwrap(),
        kind,
        before,
        after,
    });
    proptest::collection::vec(movement, 0..30)
}

proptest! {
    #[test]
    fn the_order_of_movements_does_not_matter(
        (ordered, shuffled) in any_movements().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        (from, to) in (2008i16..=2024, 2008i16..=2024),
    ) {
        let passage = |all: Vec<Movement>| Movements::from_iter(all).passage(vintage(from), vintage(to));
        prop_assert_eq!(passage(ordered), passage(shuffled));
    }

    #[test]
    fn passages_compose(all in any_movements(), mut years in proptest::array::uniform3(2008i16..=2024), back: bool) {
        years.sort_unstable();
        if back {
            years.reverse();
        }
        let [from, over, to] = years.map(vintage);
        let all = Movements::from_iter(all);
        let in_two = all.passage(from, over).then(&all.passage(over, to));
        prop_assert_eq!(in_two, all.passage(from, to));
    }

    #[test]
    fn no_movement_no_change(all in any_movements(), year in 2008i16..=2024) {
        let all = Movements::from_iter(all);
        prop_assert_eq!(all.passage(vintage(year), vintage(year)), Passage::default());
        prop_assert_eq!(all.passage(vintage(2024), vintage(2030)), Passage::default());
    }

    /// Forwards and backwards are one relation read from its two sides.
    #[test]
    fn who_goes_there_comes_from_here(all in any_movements(), (from, to) in (2008i16..=2024, 2008i16..=2024)) {
        let all = Movements::from_iter(all);
        let (there, back) = (all.passage(vintage(from), vintage(to)), all.passage(vintage(to), vintage(from)));
        let codes: Vec<String> = (0..8).map(|n| format!("9900{n}")).collect();
        for a in &codes {
            for b in &codes {
                prop_assert_eq!(there.targets(a).contains(b), back.targets(b).contains(a), "{} {}", a, b);
            }
        }
    }

    /// A code arrives somewhere, or is one of those that are told apart: several targets, or none.
    #[test]
    fn every_code_arrives_or_is_told(all in any_movements(), (from, to) in (2008i16..=2024, 2008i16..=2024)) {
        let passage = Movements::from_iter(all).passage(vintage(from), vintage(to));
        for (code, arrival) in passage.touched() {
            let targets = passage.targets(code);
            match arrival {
                Arrival::Same => prop_assert!(targets.len() == 1 && targets.contains(code)),
                Arrival::One(only) => prop_assert!(targets.len() == 1 && targets.contains(&only) && only != code),
                Arrival::Several(all) => prop_assert!(all.len() > 1 && all.len() == targets.len()),
                Arrival::Nothing => prop_assert!(targets.is_empty()),
            }
        }
    }
}
