//! Movements of communes: what happens to their codes between two days.

use std::fmt;

use chrono::NaiveDate;

/// The kind of a movement of communes: the column `MOD` of INSEE's file of movements (*code officiel géographique*,
/// « événements survenus aux communes »). A movement is written there as pairs of a commune before and a commune after;
/// a commune that goes on under its code has a pair with itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MovementKind {
    /// 10: another name, the same code.
    Renaming,
    /// 20: a commune is created from parts of others, each of which has a pair with itself too; without a commune before
    /// when the land was in no commune.
    Creation,
    /// 21: a commune that had been merged is one again. The merged commune has a pair with each that comes out of it: a split.
    Reestablishment,
    /// 30: a commune is suppressed, and its land shared between one or several others.
    Suppression,
    /// 31: communes become one, nothing is left of the others (*fusion simple*).
    SimpleMerger,
    /// 32: communes become a *commune nouvelle*; those before may go on as *communes déléguées*, which are no communes.
    NewCommune,
    /// 33: communes become one, the others go on as *communes associées*, which are no communes (*fusion-association*).
    AssociationMerger,
    /// 34: the *communes associées* of a merger are suppressed.
    AssociationToSimple,
    /// 35: *communes déléguées* are suppressed.
    DelegatedSuppression,
    /// 41: another code, since the commune is now in another département (Seine et Seine-et-Oise 1968, Corse 1976).
    DepartementChange,
    /// 50: another code, since the seat of the commune moved.
    SeatTransfer,
    /// 70: *communes associées* become *communes déléguées*.
    AssociatedToDelegated,
    /// 71: a *commune déléguée* is one again.
    DelegatedReestablishment,
}

impl MovementKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 13] = [
        Self::Renaming,
        Self::Creation,
        Self::Reestablishment,
        Self::Suppression,
        Self::SimpleMerger,
        Self::NewCommune,
        Self::AssociationMerger,
        Self::AssociationToSimple,
        Self::DelegatedSuppression,
        Self::DepartementChange,
        Self::SeatTransfer,
        Self::AssociatedToDelegated,
        Self::DelegatedReestablishment,
    ];

    /// The kind of a number of INSEE; `None` for a number that is not known.
    #[must_use]
    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The number of INSEE.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Renaming => 10,
            Self::Creation => 20,
            Self::Reestablishment => 21,
            Self::Suppression => 30,
            Self::SimpleMerger => 31,
            Self::NewCommune => 32,
            Self::AssociationMerger => 33,
            Self::AssociationToSimple => 34,
            Self::DelegatedSuppression => 35,
            Self::DepartementChange => 41,
            Self::SeatTransfer => 50,
            Self::AssociatedToDelegated => 70,
            Self::DelegatedReestablishment => 71,
        }
    }

    /// In French, as published.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Renaming => "changement de nom",
            Self::Creation => "création",
            Self::Reestablishment => "rétablissement",
            Self::Suppression => "suppression",
            Self::SimpleMerger => "fusion simple",
            Self::NewCommune => "commune nouvelle",
            Self::AssociationMerger => "fusion-association",
            Self::AssociationToSimple => "fusion-association devenue fusion simple",
            Self::DelegatedSuppression => "suppression de commune déléguée",
            Self::DepartementChange => "changement de département",
            Self::SeatTransfer => "transfert de chef-lieu",
            Self::AssociatedToDelegated => "commune associée devenue déléguée",
            Self::DelegatedReestablishment => "rétablissement de commune déléguée",
        }
    }

    /// Whether communes only change their codes. On one day these come before all else: the commune that leaves its
    /// département and joins a *commune nouvelle* there on the same day does it under its new code (Freigné, 2018-01-01:
    /// 49144 → 44225 → 44180).
    #[must_use]
    pub fn comes_first(self) -> bool {
        matches!(self, Self::DepartementChange | Self::SeatTransfer)
    }
}

impl fmt::Display for MovementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One pair of a movement: a commune before, and one after. Only communes of full right are meant (`COM` in INSEE's
/// files): what becomes of *communes déléguées* and *associées* changes no commune code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Movement {
    /// The first day of the new state.
    pub day: NaiveDate,
    /// What happens.
    pub kind: MovementKind,
    /// The code before; `None` when there was no commune.
    pub before: Option<String>,
    /// The code after; `None` when there is no commune any more.
    pub after: Option<String>,
}
