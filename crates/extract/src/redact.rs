//! Addresses as they may be shown: no user, no password, no key.

use url::Url;

const MASK: &str = "***";

/// The address without its secrets: user information goes, and the value of every query parameter whose
/// name speaks of a key, a token, a signature or a password becomes `***`.
pub fn redacted(url: &Url) -> String {
    let mut shown = url.clone();
    // Both only fail on addresses that cannot carry user information at all.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    if url.query().is_some() {
        shown.query_pairs_mut().clear();
        for (name, value) in url.query_pairs() {
            let value = if is_secret(&name) { MASK } else { &value };
            shown.query_pairs_mut().append_pair(&name, value);
        }
    }
    shown.into()
}

/// The secrets that an address holds, as they are written out.
pub(crate) fn secrets(url: &Url) -> Vec<String> {
    let values = url.query_pairs().filter(|(name, _)| is_secret(name));
    let values = values.map(|(_, value)| value.into_owned());
    let secrets = values.chain(url.password().map(str::to_owned));
    secrets.filter(|secret| !secret.is_empty()).collect()
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["key", "token", "secret", "signature", "credential", "passw"]
        .iter()
        .any(|word| name.contains(word))
        || ["sig", "cle", "clef", "jeton", "mdp"].contains(&name.as_str())
}
