//! "Did you mean".

/// The candidate a typing mistake away from `word`: another case, `-` for `_`, or about one wrong letter in three.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = fold(word);
    let length = word.chars().count();
    let longest_distance = (length / 3).max(1).min(length.saturating_sub(1));
    candidates
        .into_iter()
        .map(|candidate| {
            let folded = fold(candidate);
            let distance = strsim::damerau_levenshtein(&word, &folded);
            // The first letter is seldom the wrong one.
            let other_start = folded.chars().next() != word.chars().next();
            (distance, other_start, candidate)
        })
        .filter(|(distance, ..)| *distance <= longest_distance)
        .min_by_key(|(distance, other_start, _)| (*distance, *other_start))
        .map(|(.., candidate)| candidate)
}

/// Names between backticks, separated by commas: `` `a`, `b` ``.
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn fold(word: &str) -> String {
    word.to_lowercase().replace(['-', ' '], "_")
}
