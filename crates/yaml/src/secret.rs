//! What may be a secret in a text, so that no message and no picture shows it.
//!
//! Files hold references to secrets (`env:NAME`, `file:/path`), and the schema refuses the secrets themselves. A text
//! that is refused is shown, though, and so are the lines around another mistake, even in a file that is no YAML yet:
//! so secrets are looked for in the text, by the names of their keys. Rather a line too many is hidden than one too few.

use std::sync::LazyLock;

use regex::Regex;

use crate::{Span, did_you_mean};

/// What stands for a secret inside a sentence.
const MASK: &str = "***";
/// What stands for each byte of a secret in a picture of its line: places stay where they are.
const MASK_BYTE: &str = "*";
/// Shorter texts are too common to be looked for in sentences.
const SHORTEST: usize = 4;

/// Keys that hold secrets, for those who mistype them.
const KEYS: [&str; 3] = ["api_key", "access_key_id", "secret_access_key"];

static NAMED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"([A-Za-z0-9_.-]+)["']?[ \t]*([:=])"#).ok());
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // User and password up to the last `@` of the host; or of the path, after what cannot be a port.
    Regex::new(
        r#"[A-Za-z0-9+]://([^\s"'/?#@]*(?:@[^\s"'/?#@]*)*@|[^\s"'/?#@:]*:[^\s"'/?#@]*[^\s"'/?#@0-9][^\s"'@]*@)"#,
    )
    .ok()
});
static PARAMETER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"[?&]([A-Za-z0-9_.-]+)=([^\s&#"'`]+)"#).ok());
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r##"^["']?(?:env:[A-Za-z_][A-Za-z0-9_]*|file:/[^\s,}"']+|\$\{[a-z0-9_]*\})["']?[ \t]*(?:$|#|,|\})"##,
    )
    .ok()
});

/// The places that must not be shown, sorted, none inside another.
pub(crate) fn places(text: &str) -> Vec<Span> {
    let mut found = of_addresses(text);
    for named in NAMED.iter().flat_map(|regex| regex.captures_iter(text)) {
        let (Some(name), Some(sign)) = (named.get(1), named.get(2)) else {
            continue;
        };
        if sign.as_str() == "=" && is_secret_parameter(name.as_str()) {
            found.push(parameter(text, name.start(), sign.end()));
        } else if sign.as_str() == ":" && is_secret_key(name.as_str()) {
            found.extend(value(text, name.start(), sign.end()));
        }
    }
    merged(found)
}

/// The text with its places hidden, as long as before and with the same lines.
pub(crate) fn hide(text: &str, places: &[Span]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for place in places {
        out.push_str(&text[at..place.start]);
        for c in text[place.start..place.end].chars() {
            match c.is_whitespace() {
                true => out.push(c),
                false => out.push_str(&MASK_BYTE.repeat(c.len_utf8())),
            }
        }
        at = place.end;
    }
    out.push_str(&text[at..]);
    out
}

/// A sentence about a text, without what its places hold, and without the users and passwords of addresses.
pub(crate) fn without(sentence: &str, text: &str, places: &[Span]) -> String {
    let mut out = sentence.to_owned();
    let lines = places
        .iter()
        .filter_map(|place| text.get(place.start..place.end))
        .flat_map(str::lines);
    for line in lines {
        let around = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '}' | ']');
        let secret = line.trim_matches(around);
        if secret.len() >= SHORTEST {
            out = out.replace(secret, MASK);
        }
    }
    for place in merged(of_addresses(&out)).into_iter().rev() {
        out.replace_range(place.start..place.end, MASK);
    }
    out
}

/// User and password of addresses, and the parameters that name a secret.
fn of_addresses(text: &str) -> Vec<Span> {
    let users = ADDRESS.iter().flat_map(|regex| regex.captures_iter(text));
    let users = users.filter_map(|address| {
        let user = address.get(1)?;
        Some(Span::new(user.start(), user.end().saturating_sub(1)))
    });
    let parameters = PARAMETER.iter().flat_map(|regex| regex.captures_iter(text));
    let parameters = parameters.filter_map(|parameter| {
        let (name, value) = (parameter.get(1)?, parameter.get(2)?);
        is_secret_parameter(name.as_str()).then(|| Span::new(value.start(), value.end()))
    });
    users.chain(parameters).collect()
}

fn is_secret_key(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let words = [
        "apikey",
        "accesskey",
        "secret",
        "passw",
        "motdepasse",
        "credential",
    ];
    words.iter().any(|word| plain.contains(word))
        || plain.ends_with("token")
        || did_you_mean(name, KEYS).is_some()
}

/// Parameters of addresses, and `--set`.
fn is_secret_parameter(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = ["key", "token", "secret", "signature", "credential", "passw"];
    words.iter().any(|word| name.contains(word)) || name == "sig"
}

/// The value after `name=`: to the end of the text when it starts with it, as an argument does.
fn parameter(text: &str, name: usize, start: usize) -> Span {
    let rest = &text[start..];
    let end = match name {
        0 => rest.find('\n'),
        _ => rest.find(|c: char| c.is_whitespace() || matches!(c, '&' | '#' | '"' | '\'')),
    };
    Span::new(start, start + end.unwrap_or(rest.len()))
}

/// The value after `name:`, unless it is a reference: the rest of the line, and the lines below that are part of it
/// since they are further in. Inside `{…}`, the value alone.
fn value(text: &str, name: usize, start: usize) -> Option<Span> {
    let rest = text[start..].lines().next().unwrap_or_default();
    let written = rest.trim_start();
    if REFERENCE.iter().any(|regex| regex.is_match(written)) {
        return None;
    }
    let line = text[..name].rfind('\n').map_or(0, |at| at + 1);
    let from = start + rest.len() - written.len();
    if text[line..name].contains('{')
        && let Some(length) = inside_braces(written)
    {
        return Some(Span::new(from, from + length));
    }
    let before = text[line..name].trim_end_matches(['"', '\'']);
    let depth = match before.trim_matches([' ', '-', '?']).is_empty() {
        true => before.len(),
        // Inside `{…}`, the rest is further in than the line.
        false => before.len() - before.trim_start().len(),
    };
    let mut end = start + rest.trim_end().len();
    let mut at = start + rest.len();
    for (index, line) in text[at..].split_inclusive('\n').enumerate() {
        let inner = line.len() - line.trim_start().len();
        // The first is the end of the line itself.
        if index > 0 && !line.trim().is_empty() {
            if inner <= depth {
                break;
            }
            end = at + line.trim_end().len();
        }
        at += line.len();
    }
    (from < end).then(|| Span::new(from, end))
}

/// How long a scalar is inside `{…}`, when it ends on its line.
fn inside_braces(written: &str) -> Option<usize> {
    let quote = written.chars().next()?;
    match quote {
        '"' | '\'' => {
            let inner = written[1..].find(quote)?;
            let after = written[inner + 2..].trim_start();
            // A quote inside the text is not its end.
            let is_end = after.starts_with([',', '}']) && !written[..=inner].contains('\\');
            is_end.then_some(inner + 2)
        }
        '[' | '{' | '|' | '>' | '&' | '!' | '*' | '}' | ',' => None,
        _ => written.find([',', '}']),
    }
}

fn merged(mut places: Vec<Span>) -> Vec<Span> {
    places.sort_by_key(|place| (place.start, place.end));
    let mut out: Vec<Span> = Vec::new();
    for place in places {
        match out.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => out.push(place),
        }
    }
    out
}
