//! What a lake says of itself to people and to catalogues.

use std::fs;

use crate::outside::reads;
use crate::project::Project;

#[test]
fn each_release_writes_a_catalogue_that_outside_judges_accept() {
    let (project, _) = Project::whole_published();
    let dictionary = project.path("lake/catalogue/dictionnaire.md");
    let first = fs::read_to_string(&dictionary).unwrap();
    let page = fs::read_to_string(dictionary.with_extension("html")).unwrap();
    let notice = "> **À savoir**";
    assert!(first.contains(notice) && page.contains("class=\"notice\""));
    // How columns add up, and what a warning refuses.
    for said in [
        "S'additionne.",
        "Moyenne pondérée par effectif.",
        "Refusé par edulac join : plusieurs valeurs de niveau.",
        "Refusé par edulac join : rentree d'avant et d'après 2022-2023.",
    ] {
        assert!(first.contains(said), "{said}");
    }
    let without_links = page.replace("<a href=\"https://", "");
    assert!(
        !without_links.contains("http"),
        "the page asks for nothing outside"
    );
    let tables = project.lake().manifest(&project.lake().releases()[0])["tables"].clone();
    for table in tables.as_object().unwrap().keys() {
        assert!(first.contains(&format!("\n## {table}\n")), "{table}");
        assert!(
            page.contains(&format!("<section id=\"{table}\"")),
            "{table}"
        );
    }

    project
        .edulac(&["run", "--quiet", "--set", "edition=2"])
        .with_code(0);
    let [_, second] = &project.lake().releases()[..] else {
        panic!("two releases");
    };
    let items = fs::read_dir(project.path("lake/catalogue/stac/ips")).unwrap();
    assert_eq!(
        items.count(),
        3,
        "a collection and an item for each release"
    );
    assert!(fs::read_to_string(&dictionary).unwrap().contains(second));

    // What is there already is not written, what is lost or strange is put right.
    let again = project.edulac(&["catalogue"]).with_code(0).stdout;
    assert!(again.contains(" 0 of them written"), "{again}");
    fs::remove_file(&dictionary).unwrap();
    let stray = project.path("lake/catalogue/stac/gone.json");
    fs::write(&stray, "{}").unwrap();
    let again = project.edulac(&["catalogue"]).with_code(0).stdout;
    assert!(again.contains(" 1 of them written"), "{again}");
    assert!(dictionary.exists() && !stray.exists());

    let lake = project.path("lake");
    let Some(found) = reads("catalogue.py", lake.to_str().unwrap(), &[]) else {
        return;
    };
    judged_by_others(&project);
    let tables = tables.as_object().unwrap().len();
    let stac = 1 + 3 * tables;
    assert_eq!(
        found,
        format!("stac: {stac} documents\npackage: {tables} resources\ndcat: {tables} datasets\n")
    );
}

/// Contracts and files, by those who have nothing of ours.
fn judged_by_others(project: &Project) {
    let manifest = project.lake().manifest(&project.lake().releases()[1]);
    let tables = manifest["tables"].as_object().unwrap().values();
    let spatial = tables.filter(|table| table["geometry"].is_string());
    let files: usize = spatial
        .map(|table| table["files"].as_array().unwrap().len() + 1)
        .sum();
    let contracts = fs::read_dir(project.path("data-contracts")).unwrap();
    let contracts = contracts
        .filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_file())
        .count();
    let lake = project.path("lake");
    let judged = reads("judges.py", lake.to_str().unwrap(), &[]).unwrap();
    assert_eq!(
        judged,
        format!(
            "datacontract lint: {contracts} contracts\ngeoparquet-validator: {files} files, 20 rules\n\
             they refuse what is wrong\n"
        )
    );
}
