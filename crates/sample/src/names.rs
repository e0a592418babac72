//! Invented names of places, streets and schools, and their capital unaccented forms.

/// The two académies: code, name.
pub(crate) const ACADEMIES: [(&str, &str); 2] = [("98", "Exemple-Nord"), ("99", "Exemple-Sud")];
/// The code of the académie whose establishments name their basin; the others leave it empty, as most real ones do.
pub(crate) const ACADEMIE_WITH_BASINS: &str = "98";
/// The département's three-character code, as the ministry writes it.
pub(crate) const DEPARTEMENT: &str = "099";
/// The département's two-character code, as INSEE writes it.
pub(crate) const DEPARTEMENT_INSEE: &str = "99";
pub(crate) const DEPARTEMENT_NAME: &str = "Île d'Exemple";
pub(crate) const REGION: &str = "99";
pub(crate) const REGION_NAME: &str = "Exemple (territoire fictif)";

const STEMS: [&str; 30] = [
    "Port-Exemple",
    "Sainte-Fiction",
    "Modèle",
    "Esquisse",
    "Brouillon",
    "Maquette",
    "Saint-Témoin",
    "Prototype",
    "Échantillon",
    "Les Données",
    "Spécimen",
    "La Fable",
    "Conte-Bleu",
    "Gabarit",
    "Simulacre",
    "L'Épure",
    "Canevas",
    "Ébauche",
    "Mirage",
    "Chimère",
    "Utopie",
    "Songe",
    "Parabole",
    "Saint-Gabarit",
    "Patron",
    "Nulle-Part",
    "Hypothèse",
    "Postulat",
    "Axiome",
    "Lemme",
];
const SUFFIXES: [&str; 30] = [
    "",
    "-sur-Mer",
    "-le-Vieux",
    "-les-Bains",
    "-en-Exemple",
    "-la-Grève",
    "-les-Dunes",
    "-du-Large",
    "-le-Phare",
    "-aux-Goélands",
    "-la-Lande",
    "-les-Ajoncs",
    "-sous-Vent",
    "-au-Vent",
    "-la-Jetée",
    "-les-Salines",
    "-le-Rocher",
    "-la-Crique",
    "-du-Cap",
    "-les-Marais",
    "-la-Digue",
    "-le-Moulin",
    "-des-Embruns",
    "-la-Baie",
    "-les-Pins",
    "-le-Neuf",
    "-la-Pointe",
    "-les-Iris",
    "-du-Vallon",
    "-le-Haut",
];
const WAYS: [&str; 8] = [
    "rue",
    "avenue",
    "chemin",
    "impasse",
    "boulevard",
    "allée",
    "place",
    "quai",
];
const WAY_NAMES: [&str; 36] = [
    "du Phare",
    "des Embruns",
    "de la Fable",
    "des Goélands",
    "du Brouillon",
    "de l'Esquisse",
    "des Salines",
    "de la Boussole",
    "du Vieux Moulin",
    "des Ajoncs",
    "de la Grande Grève",
    "du Sémaphore",
    "des Tamaris",
    "de l'Exemple",
    "des Cordiers",
    "de la Voilerie",
    "du Four à Pain",
    "des Écoles",
    "du Lavoir",
    "de la Mairie",
    "des Genêts",
    "du Puits",
    "de la Falaise",
    "des Mouettes",
    "du Calvaire",
    "de l'Estran",
    "des Pêcheurs",
    "de la Criée",
    "du Cap Modèle",
    "des Iris",
    "de la Corderie",
    "du Port",
    "des Dunes",
    "de la Source",
    "du Vent d'Ouest",
    "des Alizés",
];
const SCHOOLS: [&str; 32] = [
    "les Goélands",
    "la Boussole",
    "le Petit Phare",
    "les Embruns",
    "la Marelle",
    "les Quatre Vents",
    "le Sémaphore",
    "les Ajoncs",
    "l'Estran",
    "la Grande Ourse",
    "les Alizés",
    "le Cerf-Volant",
    "la Farandole",
    "les Tamaris",
    "l'Arc-en-Ciel",
    "le Grand Large",
    "les Coquillages",
    "la Passerelle",
    "les Genêts",
    "l'Étoile de Mer",
    "le Moulin Bleu",
    "les Cordiers",
    "la Clairière",
    "les Iris",
    "le Vieux Port",
    "la Marée",
    "les Salines",
    "le Rocher",
    "la Corderie",
    "les Mouettes",
    "l'Alphabet",
    "la Fable",
];
const SAINTS: [&str; 8] = [
    "Sainte-Fiction",
    "Saint-Témoin",
    "Notre-Dame-de-la-Fable",
    "Saint-Gabarit",
    "Sainte-Maquette",
    "Saint-Canevas",
    "Sainte-Esquisse",
    "Saint-Postulat",
];

/// The name of the `n`-th commune; different for each `n` below 900.
pub(crate) fn commune(n: usize) -> String {
    let suffix = SUFFIXES[(n / STEMS.len() + n) % SUFFIXES.len()];
    format!("{}{suffix}", STEMS[n % STEMS.len()])
}

/// The name of a street of a town; different for each street below 288.
pub(crate) fn street(town: usize, street: usize) -> String {
    let n = town * 7 + street * 5;
    format!(
        "{} {}",
        WAYS[(n / WAY_NAMES.len() + n) % WAYS.len()],
        WAY_NAMES[n % WAY_NAMES.len()]
    )
}

/// The name given to a school: a saint's when it is private.
pub(crate) fn school(n: usize, private: bool) -> &'static str {
    if private {
        SAINTS[n % SAINTS.len()]
    } else {
        SCHOOLS[n % SCHOOLS.len()]
    }
}

/// Capitals without accents, hyphens or apostrophes, as the statistics files write names.
pub(crate) fn capitals(text: &str) -> String {
    let mut capitals = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_uppercase) {
        capitals.push(match letter {
            'À' | 'Â' => 'A',
            'É' | 'È' | 'Ê' | 'Ë' => 'E',
            'Î' | 'Ï' => 'I',
            'Ô' => 'O',
            'Ù' | 'Û' => 'U',
            'Ç' => 'C',
            '-' | '\'' => ' ',
            other => other,
        });
    }
    capitals
}

/// The UAI of a serial number: fictional prefix, four digits, check letter (DOMAIN B9).
///
/// The first serials bear the prefix 099; the next ones 991 to 999, which no territory uses either.
pub(crate) fn uai(serial: u32) -> String {
    let (block, number) = ((serial - 1) / PER_PREFIX, (serial - 1) % PER_PREFIX + 1);
    let prefix = if block == 0 { 99 } else { 990 + block };
    lettered(prefix * 10_000 + number, 0)
}

/// A UAI that no establishment of any edition bears.
pub(crate) fn forgotten_uai() -> String {
    lettered(99 * 10_000 + PER_PREFIX + 1, 0)
}

/// The UAI of the `n`-th establishment that closed before edition 1; no open one bears its prefix.
pub(crate) fn closed_uai(n: u32) -> String {
    lettered(98 * 10_000 + n, 0)
}

/// The same number with the letter that follows the right one: a UAI that its check letter refuses.
pub(crate) fn wrong_uai(serial: u32) -> String {
    lettered(uai(serial)[..7].parse().unwrap_or_default(), 1)
}

/// UAI in use under one prefix; the last number is kept for [`forgotten_uai`].
const PER_PREFIX: u32 = 9_998;

fn lettered(digits: u32, shift: u32) -> String {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
    let letter = LETTERS[((digits + shift) % 23) as usize];
    format!("{digits:07}{}", char::from(letter))
}
