//! Mistakes that are only seen with several files.

use edulac_yaml::Source;
use insta::assert_snapshot;

use crate::findings;

fn file(name: &str, text: &str) -> Source {
    Source::new(name, format!("version: 1\n{text}"))
}

#[test]
fn findings_of_all_files_come_at_once_in_the_order_of_files_and_lines() {
    let message = findings(&[
        file("b.yaml", "pipeline: b\nsources: {}\ntable: {}\n"),
        file(
            "a.yaml",
            "pipeline: a\nsources: {s: {type: rnb}}\nsteps: {}\ntables: {t: {from: x, contract: t}}\n",
        ),
        file("c.yaml", "pipeline: [\n"),
    ]);
    let places: Vec<&str> = message
        .lines()
        .filter(|line| line.contains("╭─["))
        .map(str::trim)
        .collect();
    assert_eq!(
        places,
        [
            "╭─[a.yaml:3:11]",
            "╭─[a.yaml:5:20]",
            "╭─[b.yaml:4:1]",
            "╭─[c.yaml:2:11]"
        ]
    );
}

#[test]
fn the_same_name_twice_shows_both_files() {
    let source = "sources: {a: {type: file, url: a.csv, format: {type: csv}, producer: x}}";
    let other = "sources: {a: {type: file, url: b.csv, format: {type: csv}, producer: y}}";
    assert_snapshot!(findings(&[
        file(
            "one.yaml",
            &format!("pipeline: p\n{source}\ntables: {{t: {{from: a, contract: t}}}}\n")
        ),
        file(
            "two.yaml",
            &format!("pipeline: p\n{other}\ntables: {{t: {{from: a, contract: t}}}}\n")
        ),
    ]));
}

#[test]
fn a_source_shared_by_two_pipelines_is_fine() {
    let source = "sources: {a: {type: file, url: a.csv, format: {type: csv}}}";
    let message = findings(&[
        file(
            "one.yaml",
            &format!("pipeline: p\n{source}\ntables: {{t: {{from: a, contract: t}}}}\n"),
        ),
        file(
            "two.yaml",
            &format!("pipeline: q\n{source}\ntables: {{u: {{from: a, contract: t}}}}\n"),
        ),
    ]);
    assert_eq!(message, "");
}

#[test]
fn pipelines_that_read_each_other_are_a_circle() {
    let pipeline = |name: &str, reads: &str, makes: &str| {
        file(
            &format!("{name}.yaml"),
            &format!(
                "pipeline: {name}\nsources: {{a: {{type: lake, table: {reads}}}}}\ntables: {{{makes}: {{from: a, contract: t}}}}\n"
            ),
        )
    };
    assert_snapshot!(findings(&[
        pipeline("un", "t3", "t1"),
        pipeline("deux", "t1", "t2"),
        pipeline("trois", "t2", "t3"),
    ]));
}

#[test]
fn a_table_that_nobody_makes_must_be_in_the_lake() {
    assert_snapshot!(findings(&[
        file(
            "one.yaml",
            "pipeline: p\nsources: {a: {type: lake, table: comunes}}\ntables: {t: {from: a, contract: t}}\n"
        ),
        file(
            "two.yaml",
            "pipeline: q\nsources: {b: {type: rnb, departements: ['035']}}\ntables: {communes: {from: b, contract: t}}\n"
        ),
    ]));
}

#[test]
fn a_restricted_table_needs_a_place() {
    let mut profile = crate::profile();
    profile.restricted = None;
    let pipeline = file(
        "one.yaml",
        "pipeline: p\nsources: {b: {type: rnb, departements: ['035']}}\ntables: {t: {from: b, contract: t, zone: restricted}}\n",
    );
    let found = crate::load(&[pipeline], &profile).expect_err("no place");
    assert_snapshot!(crate::shown(&found));
}
