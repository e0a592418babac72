use edulac_spec::pipeline::SourceKind;
use edulac_spec::{Scalar, Variable};
use edulac_yaml::Source;
use insta::assert_snapshot;

use crate::{findings, load, loaded, profile, profile_with, shown};

fn text(text: &str) -> Variable {
    Variable::Scalar(Scalar::Text(text.to_owned()))
}

#[test]
fn variables_use_earlier_ones_and_set_replaces_them_with_the_same_kind() {
    let profile = profile_with(&["edition=2", "departements=022, 2A"]).unwrap();
    assert_eq!(
        profile.variables["edition"],
        Variable::Scalar(Scalar::Integer(2))
    );
    assert_eq!(
        profile.variables["academies_url"],
        text("config/sample/edition-2/academies.geojson")
    );
    assert_eq!(
        profile.endpoints["https://data.education.gouv.fr"],
        "config/sample/edition-2/education"
    );
    let list = ["022", "2A"].map(|code| Scalar::Text(code.to_owned()));
    assert_eq!(
        profile.variables["departements"],
        Variable::List(list.to_vec())
    );
}

#[test]
fn a_set_of_another_kind_or_without_value_is_refused() {
    let found = profile_with(&["edition=two", "departements"]).expect_err("wrong kinds");
    assert_snapshot!(shown(&found));
}

#[test]
fn a_variable_may_come_from_set_alone_and_is_reported_when_unused() {
    let pipeline = Source::new(
        "p.yaml",
        "version: 1\npipeline: p\nsources: {a: {type: file, url: '${file}', format: {type: csv}}}\ntables: {t: {from: a, contract: t}}\n",
    );
    let profile = profile_with(&["file=$${x}.csv", "editon=2"]).unwrap();
    let project = loaded(std::slice::from_ref(&pipeline), &profile);
    assert_snapshot!(shown(&project.warnings));
    let SourceKind::File { url, .. } = &project.pipelines[0].sources["a"].kind else {
        panic!("not a file");
    };
    assert_eq!(url, "$${x}.csv", "a value is not read again");
    assert!(load(&[pipeline], &crate::profile()).is_err(), "not set");
}

#[test]
fn two_dollars_stand_for_the_characters_themselves() {
    let pipeline = Source::new(
        "p.yaml",
        "version: 1\npipeline: p\nsources: {a: {type: file, url: 'a$${b}-${edition}', format: {type: csv}}}\ntables: {t: {from: a, contract: t}}\n",
    );
    let project = loaded(&[pipeline], &profile());
    let SourceKind::File { url, .. } = &project.pipelines[0].sources["a"].kind else {
        panic!("not a file");
    };
    assert_eq!(url, "a${b}-1");
}

#[test]
fn an_unknown_variable_does_not_hide_other_findings() {
    let message = findings(&[Source::new(
        "p.yaml",
        "version: 1\npipeline: p\nsources: {a: {type: rnb, departements: '${x}'}}\ntables: {t: {from: b}}\n",
    )]);
    for code in ["unknown_variable", "missing_key", "unknown_reference"] {
        assert!(message.contains(code), "{code} in {message}");
    }
    assert!(!message.contains("wrong_type"), "{message}");
}
