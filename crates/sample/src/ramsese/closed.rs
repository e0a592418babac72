//! `fr-en-etablissements-fermes` (DOMAIN B3): what became of the establishments that are in the directory no more.
//!
//! The source gives no motive; each row here is one of the stories that have to be guessed from it: a UAI replaced at
//! the same place, a nursery taken over by the primary school next to it, a move within the commune, an end.

use super::{Placed, daily, describe, locate};
use crate::annuaire::{Entry, described};
use crate::geometry::{Point, Projection};
use crate::kind::Kind;
use crate::names;
use crate::output::Output;
use crate::plan::{Establishment, Life, Plan};
use crate::{Error, Options};

const TEXT: &str = "text";
const FIELDS: [(&str, &str); 36] = [
    ("numero_uai", TEXT),
    ("appellation_officielle", TEXT),
    ("denomination_principale", TEXT),
    ("patronyme_uai", TEXT),
    ("secteur_public_prive_libe", TEXT),
    ("date_ouverture", "date"),
    ("date_fermeture", "date"),
    ("adresse_uai", TEXT),
    ("lieu_dit_uai", TEXT),
    ("boite_postale_uai", TEXT),
    ("code_postal_uai", TEXT),
    ("localite_acheminement_uai", TEXT),
    ("libelle_commune", TEXT),
    ("coordonnee_x", "double"),
    ("coordonnee_y", "double"),
    ("EPSG", TEXT),
    ("latitude", "double"),
    ("longitude", "double"),
    ("position", "geo_point_2d"),
    ("appariement", TEXT),
    ("localisation", TEXT),
    ("nature_uai", "int"),
    ("nature_uai_libe", TEXT),
    ("code_departement", TEXT),
    ("code_region", TEXT),
    ("code_academie", TEXT),
    ("code_commune", TEXT),
    ("libelle_departement", TEXT),
    ("libelle_region", TEXT),
    ("libelle_academie", TEXT),
    ("Restauration", "int"),
    ("Herbergement", "int"),
    ("Ecole_maternelle", "int"),
    ("Ecole_elementaire", "int"),
    ("ULIS", "int"),
    ("GRETA", TEXT),
];
/// One open establishment in so many has a closed one in its past.
const EVERY: usize = 9;

/// How an establishment ended.
#[derive(Clone, Copy, PartialEq)]
enum Story {
    /// Another UAI at the same place the same day.
    Replaced,
    /// Into the older establishment of the same ground.
    TakenOver,
    /// To another address of the commune, with another UAI.
    Moved,
    /// No one came after it.
    Ended,
}

struct Closed<'a> {
    uai: String,
    /// The open establishment beside which it was, or itself.
    model: &'a Establishment,
    kind: Kind,
    story: Story,
    /// None: the day the model opened.
    day: Option<&'static str>,
}

pub(super) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<(), Error> {
    let dataset = daily(
        options,
        "fr-en-etablissements-fermes",
        "Etablissements fermés",
        Some("Point"),
        FIELDS.to_vec(),
    );
    let mut export = dataset.csv(out)?;
    for closed in closed(options, plan) {
        let entry = Entry {
            establishment: closed.model,
            site: closed.model.sites(options.edition)[0],
            ordinal: 0,
        };
        let mut directory = described(options, plan, entry);
        let model_opened = directory.get("date_ouverture").to_owned();
        let name = names::school(
            closed.model.name + if closed.story == Story::Ended { 13 } else { 0 },
            closed.model.private,
        );
        let sector = match (closed.kind.is_school(), closed.model.private) {
            (true, true) => " privée",
            (true, false) => " publique",
            _ => "",
        };
        let title = format!("{}{sector} {name}", closed.kind.title());
        let (nature, label) = closed.kind.nature();
        directory.set("nom_etablissement", title);
        directory.set("code_nature", nature);
        directory.set("libelle_nature", label);
        if matches!(closed.story, Story::Moved | Story::Ended) {
            directory.set("adresse_1", "ancien bourg");
        }
        if closed.uai != closed.model.uai() {
            // Older than whatever came after it.
            directory.set("date_ouverture", "1958-10-01");
        }
        let mut row = export.row();
        describe(&mut row, &directory, closed.kind, name);
        row.set("numero_uai", &closed.uai);
        row.set("date_fermeture", closed.day.unwrap_or(&model_opened));
        if closed.kind.is_school() {
            row.set("Ecole_maternelle", 1);
            row.set("Ecole_elementaire", u8::from(closed.kind == Kind::Primary));
        }
        if let Some(at) = place(options, plan, &closed, entry) {
            let placed = Placed {
                at,
                matched: "Parfaite",
                precision: "Numéro de rue",
            };
            locate(&mut row, "EPSG", projection, placed)?;
        }
        export.write(&row)?;
    }
    let records = export.finish()?;
    dataset.describe(out, records)
}

/// All that is closed in an edition.
fn closed<'a>(options: &Options, plan: &'a Plan) -> Vec<Closed<'a>> {
    let mut all = Vec::new();
    let nursery = plan.establishments.iter().find(|e| e.kind == Kind::Nursery);
    // Still in the counts of the autumn after.
    all.extend(nursery.map(|model| Closed {
        uai: names::forgotten_uai(),
        model,
        kind: Kind::Nursery,
        story: Story::Ended,
        day: Some("2024-07-05"),
    }));
    let stay = plan
        .establishments
        .iter()
        .filter(|e| matches!(e.kind, Kind::Primary | Kind::College) && e.life == Life::Unchanged);
    for (n, model) in (1..).zip(stay.step_by(EVERY)) {
        let (kind, story, day) = match n % 4 {
            1 => (model.kind, Story::Replaced, None),
            2 if model.kind == Kind::Primary => {
                (Kind::Nursery, Story::TakenOver, Some("2018-08-31"))
            }
            3 => (model.kind, Story::Moved, None),
            _ => (model.kind, Story::Ended, Some("2012-07-05")),
        };
        all.push(Closed {
            uai: names::closed_uai(n),
            model,
            kind,
            story,
            day,
        });
    }
    let gone = plan
        .establishments
        .iter()
        .filter(|e| e.life == Life::Closes && !e.exists(options.edition));
    all.extend(gone.map(|model| Closed {
        uai: model.uai(),
        model,
        kind: model.kind,
        story: Story::Replaced,
        day: Some("2026-08-31"),
    }));
    all
}

/// Where it was: as the directory places its model, most of a kilometre away, or nowhere known.
fn place(options: &Options, plan: &Plan, closed: &Closed<'_>, entry: Entry<'_>) -> Option<Point> {
    match closed.story {
        Story::Replaced | Story::TakenOver => entry.published(plan, options.seed, options.edition),
        Story::Moved => {
            let [x, y] = plan.place_of(closed.model, options.edition);
            Some([x + 800.0, y + 300.0])
        }
        Story::Ended => None,
    }
}
