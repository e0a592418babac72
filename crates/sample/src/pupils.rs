//! How many pupils an establishment has, and in which level.

use crate::draw::{Draw, Topic};
use crate::kind::Kind;
use crate::plan::Establishment;

/// Pupils of a primary or nursery school in one autumn.
pub(crate) struct SchoolPupils {
    pub(crate) nursery: u32,
    /// CP, CE1, CE2, CM1, CM2.
    pub(crate) levels: [u32; 5],
    pub(crate) ulis: u32,
}

impl SchoolPupils {
    pub(crate) fn elementary(&self) -> u32 {
        self.levels.iter().sum()
    }

    pub(crate) fn total(&self) -> u32 {
        self.nursery + self.elementary() + self.ulis
    }
}

/// Pupils of the school at an autumn. A member of a dispersed group has only its own levels.
pub(crate) fn of_school(seed: u64, school: &Establishment, autumn: u16) -> SchoolPupils {
    let mut usual = Draw::new(seed, Topic::Pupils, school.serial.into(), 0);
    let per_level = usual.between(4.0, 42.0);
    let ulis = if usual.chance(0.12) {
        usual.whole(6, 12)
    } else {
        0
    };
    let mut year = Draw::new(seed, Topic::Pupils, school.serial.into(), autumn.into());
    let mut level = |taught: bool| {
        let pupils = (per_level * year.between(0.85, 1.15)).round() as u32;
        if taught { pupils } else { 0 }
    };
    let elder = school.rpi.is_some_and(|(_, elder)| elder);
    let younger = school.rpi.is_some_and(|(_, elder)| !elder);
    let nursery = (0..3).map(|_| level(!elder)).sum();
    let primary = school.kind == Kind::Primary;
    let levels = [0, 1, 2, 3, 4].map(|i| level(primary && if i < 2 { !elder } else { !younger }));
    SchoolPupils {
        nursery,
        levels,
        ulis: if primary { ulis } else { 0 },
    }
}

/// Pupils of the four levels of a college (6e, 5e, 4e, 3e) outside SEGPA and ULIS, and in ULIS.
pub(crate) fn of_college(seed: u64, college: &Establishment, autumn: u16) -> ([u32; 4], u32) {
    let mut usual = Draw::new(seed, Topic::Pupils, college.serial.into(), 0);
    let per_level = usual.between(45.0, 180.0);
    let ulis = if usual.chance(0.4) {
        usual.whole(8, 14)
    } else {
        0
    };
    let mut year = Draw::new(seed, Topic::Pupils, college.serial.into(), autumn.into());
    (
        [0; 4].map(|_: u32| (per_level * year.between(0.9, 1.1)).round() as u32),
        ulis,
    )
}

/// Social index of an establishment at an autumn and its standard deviation: around 103, private ones higher.
pub(crate) fn social_index(seed: u64, establishment: &Establishment, autumn: u16) -> (f64, f64) {
    let mut usual = Draw::new(seed, Topic::Pupils, establishment.serial.into(), 1);
    let sum: f64 = (0..4).map(|_| usual.between(-15.0, 15.0)).sum();
    let sector = if establishment.private { 9.0 } else { -2.0 };
    let priority = -14.0 * f64::from(establishment.priority);
    let spread = usual.between(22.0, 38.0);
    let mut year = Draw::new(
        seed,
        Topic::Pupils,
        establishment.serial.into(),
        u64::from(autumn) + 10_000,
    );
    let index = 103.0 + sum + sector + priority + year.between(-2.5, 2.5);
    (index.clamp(55.0, 160.0), spread + year.between(-1.0, 1.0))
}

/// Pupils of a lycée by voie (those that it does not have are 0), and after the baccalauréat.
pub(crate) struct LyceePupils {
    pub(crate) gt: u32,
    pub(crate) pro: u32,
    pub(crate) post_bac: u32,
}

/// Pupils of the lycée at an autumn. A SEP has those of the voie pro of its own.
pub(crate) fn of_lycee(seed: u64, lycee: &Establishment, autumn: u16) -> LyceePupils {
    let mut usual = Draw::new(seed, Topic::Lycee, lycee.serial.into(), 1);
    let size = usual.between(0.7, 1.5);
    let after = if usual.chance(0.5) { 0.12 } else { 0.0 };
    let mut year = Draw::new(seed, Topic::Lycee, lycee.serial.into(), autumn.into());
    let size = size * year.between(0.95, 1.05);
    let (gt, pro) = match lycee.kind {
        Kind::GeneralLycee => (900.0, 0.0),
        Kind::MixedLycee => (600.0, 350.0),
        Kind::VocationalLycee => (0.0, 420.0),
        Kind::Sep => (0.0, 160.0),
        _ => (0.0, 0.0),
    };
    LyceePupils {
        gt: (gt * size).round() as u32,
        pro: (pro * size).round() as u32,
        post_bac: (gt * size * after).round() as u32,
    }
}
