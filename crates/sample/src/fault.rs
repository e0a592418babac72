//! How well each establishment's published position agrees with its buildings.

use crate::draw::{Draw, Topic};
use crate::geometry::{Point, distance_to};
use crate::plan::Establishment;
use crate::territory::Commune;
use crate::town::Building;
use crate::{Mix, Options};

/// What is wrong with a published position, or how good it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// In the main building.
    Inside,
    /// At its door, within 2 m.
    Door,
    /// 2 to 60 m away.
    Near,
    /// X, Y and EPSG are empty; latitude and longitude are good.
    NoXy,
    /// Nothing at all.
    Missing,
    /// Somewhere else, kilometres away.
    Kilometres,
    /// X and Y exchanged, latitude and longitude too.
    Swapped,
    /// Zero everywhere.
    Zero,
    /// The centroid of the commune, said to be `Ville`.
    CommuneCentroid,
    /// The centroid of the commune, said to be a locality.
    Locality,
    /// The second site of a UAI, published at the position of the first.
    MainSite,
}

/// Shares of the faults; at least one establishment has each.
const SHARES: [(Fault, f64); 9] = [
    (Fault::Door, 0.30),
    (Fault::Near, 0.25),
    (Fault::NoXy, 0.02),
    (Fault::Missing, 0.03),
    (Fault::Kilometres, 0.022),
    (Fault::Swapped, 0.011),
    (Fault::Zero, 0.011),
    (Fault::CommuneCentroid, 0.025),
    (Fault::Locality, 0.011),
];

impl Fault {
    /// As the truth files name it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Inside => "dans_le_batiment",
            Self::Door => "a_la_porte",
            Self::Near => "proche",
            Self::NoXy => "sans_xy",
            Self::Missing => "absente",
            Self::Kilometres => "kilometres",
            Self::Swapped => "axes_inverses",
            Self::Zero => "zero",
            Self::CommuneCentroid => "centre_commune",
            Self::Locality => "lieu_dit",
            Self::MainSite => "site_principal",
        }
    }

    /// Whether a link can be found from the position.
    pub(crate) fn linkable(self) -> bool {
        matches!(self, Self::Inside | Self::Door | Self::Near | Self::NoXy)
    }

    /// `precision_localisation`; for a gross error it is as assured as for a good position, as in life. In a trial it tells
    /// nothing.
    pub(crate) fn precision(self, mix: Mix, draw: &mut Draw) -> &'static str {
        match self {
            Self::Missing => "",
            _ if mix == Mix::Trial => "Numéro de rue",
            Self::CommuneCentroid => "Ville",
            Self::Locality => "Lieu-dit",
            Self::Near => draw.pick(&["Numéro de rue", "Rue", "Rue", "Correcte"]),
            Self::Inside => draw.pick(&["Numéro de rue", "BATIMENT", "Parfaite", "Numéro de rue"]),
            _ => "Numéro de rue",
        }
    }

    /// The position published for a main building, EPSG:2154; none when there is none.
    pub(crate) fn published(
        self,
        buildings: &[Building],
        commune: &Commune,
        draw: &mut Draw,
    ) -> Option<Point> {
        let main = buildings.first()?;
        Some(match self {
            Self::Missing => return None,
            Self::Zero => [0.0, 0.0],
            Self::CommuneCentroid | Self::Locality => commune.centroid(),
            Self::Inside | Self::Swapped | Self::MainSite => around(main.inside, 2.0, draw),
            Self::Door | Self::NoXy => door(main, draw),
            Self::Near => near(buildings, draw),
            Self::Kilometres => around(main.inside, 9_000.0, draw),
        })
    }
}

/// Shares of the faults in a trial. What is left is inside.
const TRIAL: [(Fault, f64); 6] = [
    (Fault::Door, 0.276),
    (Fault::Near, 0.368),
    (Fault::Missing, 0.03),
    (Fault::Kilometres, 0.025),
    (Fault::Swapped, 0.0125),
    (Fault::Zero, 0.0125),
];

/// Up to `most` metres away along each axis, and more than half of it along one for long ways.
fn around(p: Point, most: f64, draw: &mut Draw) -> Point {
    let east = if most > 100.0 {
        draw.between(most / 2.0, most)
    } else {
        draw.between(-most, most)
    };
    [p[0] + east, p[1] + draw.between(-most, most)]
}

/// In front of the first side of a building, 0.2 to 2 m outside.
fn door(main: &Building, draw: &mut Draw) -> Point {
    let (a, b) = (main.ring[0], main.ring[1]);
    let (along, out) = (draw.between(0.2, 0.8), draw.between(0.2, 2.0));
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = (dx * dx + dy * dy).sqrt();
    [
        a[0] + along * dx + out * dy / length,
        a[1] + along * dy - out * dx / length,
    ]
}

/// Between 2 and 60 m from the nearest of the buildings.
fn near(buildings: &[Building], draw: &mut Draw) -> Point {
    let centre = buildings[0].inside;
    loop {
        let p = around(centre, 75.0, draw);
        if (2.0..60.0).contains(&metres_off(buildings, p)) {
            return p;
        }
    }
}

/// Metres from a position to the nearest of the buildings; 0 inside.
pub(crate) fn metres_off(buildings: &[Building], p: Point) -> f64 {
    buildings
        .iter()
        .map(|building| distance_to(&building.ring, p))
        .fold(f64::INFINITY, f64::min)
}

/// Gives each establishment its fault; a section has its host's.
pub(crate) fn deal(options: &Options, establishments: &mut [Establishment]) {
    let count = establishments.len();
    let shares: &[(Fault, f64)] = match options.mix {
        Mix::Island => &SHARES,
        Mix::Trial => &TRIAL,
    };
    let mut faults: Vec<Fault> = shares
        .iter()
        .flat_map(|(fault, share)| {
            std::iter::repeat_n(*fault, ((count as f64 * share).round() as usize).max(1))
        })
        .collect();
    faults.resize(count, Fault::Inside);
    Draw::new(options.seed, Topic::Faults, 0, 0).shuffle(&mut faults);
    for (i, fault) in faults.into_iter().enumerate() {
        let host = establishments[i].host.filter(|host| *host != i);
        establishments[i].fault = host.map_or(fault, |host| establishments[host].fault);
    }
}
