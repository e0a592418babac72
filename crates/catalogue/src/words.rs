//! Words as they are searched: without case, accents, apostrophes and plurals.

use edulac_model::fold;

/// The words of a text, each as it is compared. `L'École d'été` is `l`, `ecole`, `d`, `ete`; `REP+` stays `rep+`, which is not
/// `rep`.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in fold(text).chars() {
        match words.last_mut() {
            Some(word) if letter.is_alphanumeric() => word.push(letter),
            Some(word) if letter == '+' && !word.is_empty() => word.push(letter),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words.iter().map(|word| singular(word).to_owned()).collect()
}

/// French plurals of more than three letters, regular ones: `écoles`, `réseaux`, `locaux`.
fn singular(word: &str) -> &str {
    let is_long = word.len() > 3;
    match word.strip_suffix(['s', 'x']) {
        Some(one) if is_long && !one.ends_with(['s', 'i']) => one,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_compared_without_case_accents_or_plural() {
        assert_eq!(words("L'École d'ÉTÉ"), ["l", "ecole", "d", "ete"]);
        assert_eq!(
            words("écoles, réseaux ; cœur"),
            ["ecole", "reseau", "coeur"]
        );
        assert_eq!(words("REP+ et REP"), ["rep+", "et", "rep"]);
        assert_eq!(words("code_academie"), ["code", "academie"]);
        // Not plurals.
        assert_eq!(
            words("bus, ips, accès, avis"),
            ["bus", "ips", "acce", "avis"]
        );
        assert_eq!(words(" + "), Vec::<String>::new());
    }
}
