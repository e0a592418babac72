//! Nothing a pipeline or profile may hold makes the loader panic, and every finding has a remedy.

use std::sync::LazyLock;

use edulac_spec::{Profile, load_profile};
use edulac_yaml::{Diagnostic, Source};
use proptest::prelude::*;

use crate::{load, profile, read, shown};

static PROFILE: LazyLock<Profile> = LazyLock::new(profile);
static PIPELINES: LazyLock<[String; 2]> = LazyLock::new(|| {
    ["etablissements.yaml", "territoires.yaml"].map(|name| read("fixtures", name).text.to_string())
});
static PROFILE_TEXT: LazyLock<String> =
    LazyLock::new(|| read("fixtures", "profile.yaml").text.to_string());

/// What people and editors put into files by mistake.
const SLIP: &str = "([-?:,&*!|>'\"{}\\[\\]<~$ \n\t]|\n  |: |- |null|true|1e9|-1|é|\\$\\{edition\\}|type|from|sql|[a-z]{1,3}){0,3}";

fn edited(text: &str, at: f64, removed: usize, added: &str) -> String {
    let mut start = (text.len() as f64 * at) as usize;
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (start + removed).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    format!("{}{added}{}", &text[..start], &text[end..])
}

fn assert_readable(found: &[Diagnostic]) {
    for one in found {
        assert!(one.help.is_some(), "no remedy: {}", one.message);
    }
    assert_eq!(shown(found).is_empty(), found.is_empty());
}

#[test]
fn a_very_long_chain_of_steps_is_read_or_refused() {
    use std::fmt::Write;
    let mut text =
        "version: 1\npipeline: p\nsources: {a: {type: rnb, departements: ['035']}}\nsteps:\n"
            .to_owned();
    for step in 0..5_000 {
        let from = step + 1;
        writeln!(text, "  s{step}: {{type: normalise, from: s{from}}}").unwrap();
    }
    for steps in [2_000, 5_000] {
        let text: Vec<&str> = text.lines().take(4 + steps).collect();
        let found = load(&[Source::new("a.yaml", text.join("\n"))], &PROFILE);
        assert_readable(&found.expect_err("the last step reads nothing that exists"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn any_edits_of_pipelines_are_read_or_refused(
        which in 0usize..2,
        edits in prop::collection::vec((0.0..1.0, 0usize..25, SLIP), 1..4),
    ) {
        let mut text = PIPELINES[which].clone();
        for (at, removed, added) in edits {
            text = edited(&text, at, removed, &added);
        }
        let other = PIPELINES[1 - which].clone();
        match load(&[Source::new("a.yaml", text), Source::new("b.yaml", other)], &PROFILE) {
            Ok(project) => assert_readable(&project.warnings),
            Err(found) => {
                prop_assert!(found.iter().any(Diagnostic::is_error));
                assert_readable(&found);
            }
        }
    }

    #[test]
    fn any_edits_of_a_profile_are_read_or_refused(
        at in 0.0..1.0,
        removed in 0usize..25,
        added in SLIP,
        set in "\\PC{0,12}|edition=\\PC{0,4}|departements=[0-9,]{0,9}",
    ) {
        let text = edited(&PROFILE_TEXT, at, removed, &added);
        if let Err(found) = load_profile(&Source::new("a.yaml", text), &[set]) {
            assert_readable(&found);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}|([-:{}\\[\\]&*'\"|>\n ]|a|\\$\\{|\\}){0,40}") {
        let found = load(&[Source::new("a.yaml", text.as_str())], &PROFILE);
        assert_readable(&found.expect_err("not a pipeline"));
        prop_assert!(load_profile(&Source::new("a.yaml", text), &[]).is_err());
    }
}
