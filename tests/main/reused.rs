//! Those who reuse the lake: named where they are, warned of when what they use changes or goes.

use crate::project::Project;
use crate::run::picture;

const REUSES: &str = "config/reuses.yaml";

#[test]
fn what_a_reuse_uses_and_nobody_has_is_a_warning_with_its_place() {
    let project = Project::new();
    project.edit(REUSES, "[uai, rentree, ips]", "[uai, rentré, ips]");
    project.edit(
        REUSES,
        "      etablissements_batiments:\n",
        "      etablissement_batiments:\n",
    );
    picture(
        "reuse_lost",
        &project.edulac(&["validate"]).with_code(0).picture(),
    );

    project.edit(
        REUSES,
        "author: Région Exemple (fictive)",
        "auteur: Région Exemple (fictive)",
    );
    project.edit(
        REUSES,
        "address: https://bati.exemple.invalid",
        "address: bati.exemple.invalid",
    );
    picture(
        "reuse_wrong",
        &project.edulac(&["validate"]).with_code(2).picture(),
    );
    std::fs::remove_file(project.path(REUSES)).unwrap();
    picture(
        "reuse_no_file",
        &project.edulac(&["validate"]).with_code(2).picture(),
    );
}

#[test]
fn a_contract_that_changes_names_the_reuses_that_it_breaks() {
    let (project, _) = Project::published();
    let same = project.edulac(&["contract", "diff"]).with_code(0).stdout;
    assert!(
        same.starts_with("the contracts are those of release "),
        "{same}"
    );
    let dictionary = project.read("lake/catalogue/dictionnaire.md");
    assert!(
        dictionary.contains("- La fiche d'un lycée en cours de géographie, Lycée du Phare, classe de seconde (fictif) : uai, rentree, ips\n"),
        "{dictionary}"
    );
    let page = project.read("lake/catalogue/dictionnaire.html");
    assert!(page.contains("La fiche d'un lycée en cours de géographie, Lycée du Phare"));

    let contract = "data-contracts/ips.yaml";
    let text = project.read(contract);
    let (before, rest) = text.split_once("      - name: ips\n").unwrap();
    let (_, after) = rest.split_once("      - name: ips_statut\n").unwrap();
    project.write(
        contract,
        format!("{before}      - name: ips_statut\n{after}"),
    );
    project.edit(contract, "version: 2.0.0", "version: 2.1.0");
    let ended = project.edulac(&["contract", "diff"]).with_code(1);
    for said in [
        "ips: version 2.0.0, then 2.1.0; removed ips\n",
        "  breaks: column `ips` goes\n",
        "  the version goes from 2.0.0 to 2.1.0: what breaks readers needs a new major version\n",
        "  reuse: La fiche d'un lycée en cours de géographie (Lycée du Phare, classe de seconde (fictif)) uses `ips`: column `ips` goes\n",
    ] {
        assert!(ended.stdout.contains(said), "{}", ended.picture());
    }
    let plan = project.edulac(&["plan", "ips"]).with_code(0);
    assert!(
        plan.stdout.contains("reuse: La fiche d'un lycée en cours de géographie (Lycée du Phare, classe de seconde (fictif)) uses `ips`: column `ips` goes\n"),
        "{}",
        plan.picture()
    );
    assert!(
        plan.stderr.contains("uses the column `ips` of `ips`"),
        "{}",
        plan.picture()
    );
    project.edit(contract, "version: 2.1.0", "version: 3.0.0");
    let ended = project
        .edulac(&["contract", "diff", "--format", "json"])
        .with_code(0)
        .json();
    assert_eq!(ended["contracts"][0]["needs_major"], false);
    assert_eq!(
        ended["contracts"][0]["reuses"][0]["reuse"],
        "fiche_de_lycee"
    );
}
