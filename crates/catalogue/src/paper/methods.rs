//! How the tables are made, from the pipelines: what they say of themselves, and their steps in the order of the data.

use std::fmt::Write as _;

use edulac_spec::Pipeline;
use edulac_spec::pipeline::Step;

use super::to_write;

pub(super) fn write(text: &mut String, pipelines: &[&Pipeline]) {
    text.push_str("## Méthodes\n\n");
    to_write(
        text,
        "en un paragraphe, la méthode d'ensemble et ses choix ; ce qui suit est tiré des traitements.",
    );
    for pipeline in pipelines {
        let _ = writeln!(text, "### {}\n", pipeline.name);
        if let Some(description) = &pipeline.description {
            let _ = writeln!(text, "{description}\n");
        }
        let tables: Vec<&str> = pipeline.tables.keys().map(String::as_str).collect();
        let _ = writeln!(text, "Tables : {}.\n", tables.join(", "));
        for step in &pipeline.steps {
            let motive = match &step.step {
                Step::Sql(sql) => sql.motive.as_deref(),
                _ => None,
            };
            let motive = motive
                .map(|motive| format!(" ({motive})"))
                .unwrap_or_default();
            let _ = writeln!(
                text,
                "1. `{}`, de {} : {}{motive}.",
                step.name,
                step.inputs.join(", "),
                what(&step.step)
            );
        }
        text.push('\n');
    }
}

/// What a step does, in words.
fn what(step: &Step) -> String {
    match step {
        Step::Normalise(normalise) => {
            let mut parts = Vec::new();
            let codes: Vec<&str> = normalise.codes.keys().map(String::as_str).collect();
            if !codes.is_empty() {
                parts.push(format!("codes ramenés à leur forme ({})", codes.join(", ")));
            }
            let values: Vec<&str> = normalise.values.keys().map(String::as_str).collect();
            if !values.is_empty() {
                parts.push(format!("valeurs lues ({})", values.join(", ")));
            }
            if normalise.geometry.is_some() {
                parts.push("positions ou formes ramenées à WGS 84".to_owned());
            }
            match parts.is_empty() {
                true => "lecture".to_owned(),
                false => parts.join(" ; "),
            }
        }
        Step::Sql(sql) => match &sql.query_file {
            Some(file) => format!("requête `{file}`"),
            None => "requête".to_owned(),
        },
        Step::Locate(locate) => {
            let areas: Vec<&str> = locate.within.keys().map(String::as_str).collect();
            let near = locate.report_straddling_within_m;
            let near = near.map(|metres| format!(", avec celles à moins de {metres} m"));
            format!(
                "points situés par aires : {}{}",
                areas.join(", "),
                near.unwrap_or_default()
            )
        }
        Step::LinkBuildings(link) => {
            let given = [
                ("identifiants déclarés", &link.declared),
                ("terrains", &link.perimeters),
                ("adresses", &link.addresses),
                ("corrections", &link.corrections),
            ];
            let given = given.iter().filter(|(_, input)| input.is_some());
            let mut evidence: Vec<&str> = given.map(|(name, _)| *name).collect();
            evidence.push("positions");
            format!(
                "liens entre établissements et bâtiments à {} m au plus, d'après : {}",
                link.max_distance_m,
                evidence.join(", ")
            )
        }
        Step::Passage(passage) => format!(
            "codes de commune de `{}` menés de {} à {} par les mouvements de communes",
            passage.column, passage.from_vintage, passage.to_vintage
        ),
        Step::Sites(_) => {
            "lieux réunis en sites, dont l'identifiant se garde d'une version à l'autre".to_owned()
        }
    }
}
