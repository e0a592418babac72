//! The kinds of establishments: nature codes, labels, shares (DOMAIN B1, B9).

/// What an establishment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nursery,
    Primary,
    College,
    Segpa,
    GeneralLycee,
    MixedLycee,
    VocationalLycee,
    Sep,
    Erea,
    Medical,
    HigherClasses,
    Guidance,
    Inspection,
}

/// Kinds other than [`Kind::Primary`], which takes the rest, and their share of all establishments.
pub(crate) const SHARES: [(Kind, f64); 12] = [
    (Kind::Nursery, 0.11),
    (Kind::College, 0.12),
    (Kind::Segpa, 0.03),
    (Kind::GeneralLycee, 0.025),
    (Kind::MixedLycee, 0.015),
    (Kind::VocationalLycee, 0.025),
    (Kind::Sep, 0.012),
    (Kind::Erea, 0.004),
    (Kind::Medical, 0.04),
    (Kind::HigherClasses, 0.008),
    (Kind::Guidance, 0.006),
    (Kind::Inspection, 0.03),
];

impl Kind {
    /// `code_nature`, `libelle_nature`.
    pub(crate) fn nature(self) -> (u32, &'static str) {
        match self {
            Self::Nursery => (101, "ECOLE MATERNELLE"),
            Self::Primary => (151, "ECOLE DE NIVEAU ELEMENTAIRE"),
            Self::College => (340, "COLLEGE"),
            Self::Segpa => (390, "SECTION ENSEIGT GEN. ET PROF. ADAPTE"),
            Self::GeneralLycee => (300, "LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE"),
            Self::MixedLycee => (306, "LYCEE POLYVALENT"),
            Self::VocationalLycee => (320, "LYCEE PROFESSIONNEL"),
            Self::Sep => (334, "SECTION D ENSEIGNEMENT PROFESSIONNEL"),
            Self::Erea => (370, "ETAB REGIONAL/LYCEE ENSEIGNEMENT ADAPTE"),
            Self::Medical => (240, "INSTITUT MEDICO-EDUCATIF"),
            Self::HigherClasses => (400, "ECOLES COMPOSEES UNIQT DE STS ET OU CPGE"),
            Self::Guidance => (841, "CENTRE D INFORMATION ET D ORIENTATION"),
            Self::Inspection => (809, "CIRCONSCRIPTIONS INSPECTION EDUC NAT"),
        }
    }

    /// `type_etablissement`; the source leaves it empty for higher classes.
    pub(crate) fn type_label(self) -> &'static str {
        match self {
            Self::Nursery | Self::Primary => "Ecole",
            Self::College | Self::Segpa => "Collège",
            Self::GeneralLycee | Self::MixedLycee | Self::VocationalLycee | Self::Sep => "Lycée",
            Self::Erea => "EREA",
            Self::Medical => "Médico-social",
            Self::HigherClasses => "",
            Self::Guidance => "Information et orientation",
            Self::Inspection => "Service Administratif",
        }
    }

    /// The words before its name in the directory.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Nursery => "Ecole maternelle",
            Self::Primary => "Ecole primaire",
            Self::College => "Collège",
            Self::Segpa => "Section d'enseignement général et professionnel adapté du collège",
            Self::GeneralLycee => "Lycée général et technologique",
            Self::MixedLycee => "Lycée polyvalent",
            Self::VocationalLycee => "Lycée professionnel",
            Self::Sep => "Section d'enseignement professionnel du lycée",
            Self::Erea => "Etablissement régional d'enseignement adapté",
            Self::Medical => "Institut médico-éducatif",
            Self::HigherClasses => "Ecole supérieure",
            Self::Guidance => "Centre d'information et d'orientation",
            Self::Inspection => "Circonscription d'inspection du 1er degré de",
        }
    }

    /// `sigle`, the administration's abbreviation; empty where there is none in use.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Self::Nursery => "E.M.",
            Self::Primary => "E.PRIM.",
            Self::College => "CLG",
            Self::Segpa => "SEGPA",
            Self::GeneralLycee => "LGT",
            Self::MixedLycee => "LPO",
            Self::VocationalLycee => "LP",
            Self::Sep => "SEP",
            Self::Erea => "EREA",
            _ => "",
        }
    }

    pub(crate) fn is_school(self) -> bool {
        matches!(self, Self::Nursery | Self::Primary)
    }

    pub(crate) fn is_lycee(self) -> bool {
        matches!(
            self,
            Self::GeneralLycee | Self::MixedLycee | Self::VocationalLycee | Self::Sep
        )
    }

    /// Second-degree establishment with a ground of its own.
    pub(crate) fn is_second_degree(self) -> bool {
        self.is_lycee() || matches!(self, Self::College | Self::Segpa | Self::Erea)
    }

    /// Hosted by another establishment: same buildings, same position.
    pub(crate) fn is_section(self) -> bool {
        matches!(self, Self::Segpa | Self::Sep)
    }
}
