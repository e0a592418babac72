//! Names of bodies in the folder of an extract. They begin with `body`, so that no address can make one that is
//! the receipt's or a derived file's, or that leads out of the folder.

/// `body`, the part, and what can be kept of the extensions of the original name: `body-035.csv.zip`.
pub(super) fn body_name(part: Option<&str>, original: &str) -> String {
    let part = part.map(|part| format!("-{part}")).unwrap_or_default();
    let extensions = extensions(original);
    format!("body{part}{extensions}")
}

/// The last extension, and the one before it when the last is a compression; lower case, with the points.
fn extensions(original: &str) -> String {
    let plain = |extension: &&str| {
        (1..=8).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let mut kept = Vec::new();
    for extension in original
        .split('.')
        .skip(1)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
    {
        if !plain(&extension) {
            break;
        }
        let extension = extension.to_ascii_lowercase();
        let compression = ["gz", "xz", "lzma", "bz2", "zip", "7z"].contains(&extension.as_str())
            && kept.is_empty();
        kept.insert(0, extension);
        if !compression {
            break;
        }
    }
    kept.iter()
        .map(|extension| format!(".{extension}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_keeps_its_extensions_and_nothing_else_of_its_name() {
        for (part, original, name) in [
            (None, "communes-100m.geojson.gz", "body.geojson.gz"),
            (Some("02A"), "RNB_2A.csv.zip", "body-02A.csv.zip"),
            (None, "COG.2024.CSV", "body.csv"),
            (None, "receipt.json", "body.json"),
            (None, "archive.zip", "body.zip"),
            (None, "téléchargement", "body"),
            (None, "a.b/../../etc", "body"),
            (None, "", "body"),
        ] {
            assert_eq!(body_name(part, original), name, "{original}");
        }
    }
}
