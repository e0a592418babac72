//! Decisions in words. They stand in a published table: French.

use super::decide::{Link, Status};
use super::establishments::{Establishment, Quality};

/// What decided of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Corrected,
    Declared,
    DeclaredFar,
    OnGround,
    PartlyOnGround,
    OtherAddressOnGround,
    OtherPlotOnGround,
    OfAnother,
    SharedGround,
    Address,
    BetterAddress,
    AddressOffGround,
    ManyAtAddress,
    AddressFar,
    AddressAlone,
    AddressAgainstPosition,
    SideBuilding,
    Holds,
    Nearest,
    Uncertain,
    Untrusted,
    BetterElsewhere,
    SamePlot,
    Far,
}

impl Reason {
    fn words(self) -> &'static str {
        match self {
            Self::Corrected => "décision d'un relecteur",
            Self::Declared => "le ministère déclare ce bâtiment",
            Self::DeclaredFar => "déclaré par le ministère, mais loin de la position",
            Self::OnGround => "le bâtiment est sur le terrain de l'établissement",
            Self::PartlyOnGround => "le bâtiment déborde du terrain de l'établissement",
            Self::OfAnother => {
                "sur le terrain partagé, mais un autre établissement l'occupe et celui-ci en occupe d'autres"
            }
            Self::SharedGround => {
                "sur un terrain partagé, sans indice du bâtiment que cet établissement y occupe"
            }
            Self::OtherAddressOnGround => {
                "sur le terrain de l'établissement, mais il porte une autre adresse"
            }
            Self::OtherPlotOnGround => {
                "sur le terrain de l'établissement, mais petit et sur une autre parcelle"
            }
            Self::Address => "le bâtiment porte l'adresse de l'établissement",
            Self::BetterAddress => "un autre bâtiment porte mieux l'adresse",
            Self::AddressOffGround => "porte l'adresse, mais hors du terrain de l'établissement",
            Self::ManyAtAddress => "trop de bâtiments portent cette adresse",
            Self::AddressFar => "porte l'adresse, mais à plus de 100 m de la position",
            Self::AddressAlone => {
                "porte une adresse ressemblante, sans position fiable qui le confirme"
            }
            Self::AddressAgainstPosition => {
                "porte l'adresse, mais la position désigne un autre bâtiment, sans adresse"
            }
            Self::SideBuilding => "porte l'adresse, mais bien plus petit que le bâtiment principal",
            Self::Holds => "la position est dans le bâtiment",
            Self::Nearest => "le bâtiment le plus proche se détache de ses voisins",
            Self::Uncertain => "plusieurs bâtiments possibles autour de la position",
            Self::Untrusted => "la position ne désigne pas un bâtiment",
            Self::BetterElsewhere => "d'autres indices désignent un autre bâtiment",
            Self::SamePlot => "sur la parcelle d'un bâtiment accepté",
            Self::Far => "trop loin, ou bien moins probable que ses voisins",
        }
    }
}

/// The strongest evidence of a link, and all of it from the strongest on.
pub(super) fn evidence(link: &Link) -> Vec<&'static str> {
    let tie = &link.candidate.tie;
    let found = [
        (tie.correction.is_some(), "correction"),
        (tie.declared, "declare"),
        (tie.on_ground.is_some(), "perimetre"),
        (tie.address.is_some(), "adresse"),
        (tie.inside, "contient"),
        (link.same_plot, "parcelle"),
    ];
    let mut names: Vec<&str> = found
        .into_iter()
        .filter_map(|(holds, name)| holds.then_some(name))
        .collect();
    if names.is_empty() {
        names.push("plus_proche");
    }
    names
}

/// One sentence for one link; `said` is who corrected it, and why.
pub(super) fn explain(link: &Link, establishment: &Establishment, said: &str) -> String {
    let verdict = match link.status {
        Status::Accepted => "Accepté",
        Status::Ambiguous => "Ambigu",
        Status::Rejected => "Rejeté",
    };
    let mut text = format!("{verdict} : {}", link.reason.words());
    if link.reason == Reason::Corrected && !said.is_empty() {
        text.push_str(&format!(" ({said})"));
    }
    let facts = facts(link, establishment);
    if !facts.is_empty() {
        text.push_str(&format!(" ; {}", facts.join(", ")));
    }
    text.push('.');
    text
}

fn facts(link: &Link, establishment: &Establishment) -> Vec<String> {
    let tie = &link.candidate.tie;
    let mut facts = Vec::new();
    match tie.distance_m {
        Some(_) if tie.inside => facts.push("position dedans".to_owned()),
        Some(metres) => facts.push(format!("à {} m de la position", tenths(metres))),
        None => facts.push("sans position".to_owned()),
    }
    if establishment.misplaced {
        facts.push("position hors de la commune déclarée".to_owned());
    } else if establishment.position.is_some() && establishment.quality != Quality::Precise {
        let quality = match establishment.quality {
            Quality::Rue => "à la rue",
            Quality::Commune => "au centre de la commune",
            _ => "de précision inconnue",
        };
        facts.push(format!("position {quality}"));
    }
    if let Some(share) = tie.on_ground {
        facts.push(format!("{:.0} % sur le terrain", share * 100.0));
    }
    if let Some(likeness) = tie.address {
        facts.push(format!("adresse à {:.0} %", likeness * 100.0));
    } else if link.candidate.has_address && establishment.address.is_some() {
        facts.push("adresse différente".to_owned());
    }
    if link.chance > 0.0 {
        facts.push(format!(
            "{:.0} % par la position seule",
            link.chance * 100.0
        ));
    }
    if link.candidate.area_m2 > 0.0 {
        facts.push(format!("{:.0} m²", link.candidate.area_m2));
    }
    facts
}

/// French decimals.
fn tenths(metres: f64) -> String {
    format!("{metres:.1}").replace('.', ",")
}
