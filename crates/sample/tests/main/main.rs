//! The sample, read back as a pipeline would read it.

#[cfg(test)]
mod census;
mod cog;
#[cfg(test)]
mod editions;
#[cfg(test)]
mod files;
#[cfg(test)]
mod geometry;
#[cfg(test)]
mod indicators;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod register;
#[cfg(test)]
mod truth;

use edulac_sample::{Error, Options, generate};

#[test]
fn messages_of_refused_options() {
    let folder = tempfile::tempdir().unwrap();
    let small = Options::default();
    let refused = [
        Options {
            establishments: 10,
            ..small
        },
        Options {
            establishments: 100_000,
            buildings: 90_000_000,
            ..small
        },
        Options {
            buildings: 500,
            ..small
        },
        Options {
            buildings: 5_000_000_000,
            ..small
        },
        Options {
            edition: 3,
            ..small
        },
    ];
    let messages: Vec<String> = refused
        .iter()
        .map(|options| generate(options, folder.path()).unwrap_err().to_string())
        .collect();
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn a_folder_that_cannot_be_made_is_named_in_the_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = generate(&Options::default(), &file.path().join("below-a-file")).unwrap_err();
    assert!(matches!(error, Error::Write { .. }), "{error}");
    assert!(error.to_string().contains("below-a-file"), "{error}");
}
