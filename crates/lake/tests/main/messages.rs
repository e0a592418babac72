//! What people read when something is wrong.

use edulac_lake::{Contested, Error, LayoutProblem, Location, StorageOptions};

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("\n  {error}"));
        cause = error.source();
    }
    text
}

#[test]
fn each_message_names_the_thing_and_the_remedy() {
    let location = |text: &str| Location::parse(text, &StorageOptions::default()).unwrap_err();
    let errors = [
        location("ftp://bucket/lake"),
        location("s3://"),
        Error::Layout {
            table: "t".into(),
            problem: LayoutProblem::Type {
                column: "c".into(),
                data_type: "UInt8".into(),
            },
        },
        Error::Layout {
            table: "t".into(),
            problem: LayoutProblem::Unknown {
                column: "rne".into(),
                role: "key",
            },
        },
        Error::MissingColumn {
            table: "t".into(),
            column: "uai".into(),
            available: vec!["rne".into(), "nom".into()],
        },
        Error::PartitionValue {
            table: "t".into(),
            column: "ville".into(),
            value: "Saint-Malo / Dinard".into(),
        },
        Error::Conflict {
            what: Contested::Table("t".into()),
        },
        Error::Conflict {
            what: Contested::Release { serial: 42 },
        },
        Error::Conflict {
            what: Contested::Lake,
        },
        Error::Locked {
            lake: "/data/lake".into(),
        },
        Error::Gone {
            id: "2026-01-01.0".into(),
            since: crate::support::noon(23),
        },
        Error::NotHeld {
            id: "2026-01-01.0".into(),
        },
        Error::UnknownRelease {
            id: "2026-01-01.0".into(),
            latest: None,
        },
        Error::UnknownTable {
            table: "ipss".into(),
            tables: vec!["ips".into(), "effectifs".into()],
        },
        Error::Damaged {
            path: "releases/x/manifest.json".into(),
            expected: "aa".into(),
            found: "bb".into(),
        },
    ];
    let text: Vec<_> = errors
        .iter()
        .map(|e| format!("[{:?}] {}", e.class(), with_causes(e)))
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn options_never_show_a_key() {
    let options = StorageOptions {
        endpoint: Some("http://127.0.0.1:9000".into()),
        access_key_id: Some("AKIAEXAMPLE".into()),
        secret_access_key: Some("secret-value".into()),
        ..StorageOptions::default()
    };
    let shown = format!("{options:?}");
    assert!(
        shown.contains("127.0.0.1")
            && !shown.contains("AKIAEXAMPLE")
            && !shown.contains("secret-value")
    );
}

#[test]
fn a_folder_is_the_same_lake_however_it_is_named() {
    let parse = |text: &str| Location::parse(text, &StorageOptions::default()).unwrap();
    let here = std::env::current_dir().unwrap();
    let plain = parse("./lake");
    assert_eq!(plain.url(), parse("lake/").url());
    assert_eq!(plain.url(), parse("other/../lake").url());
    assert_eq!(
        plain.url(),
        parse(here.join("lake").to_str().unwrap()).url()
    );
    assert_eq!(plain.url(), parse(plain.url().as_str()).url());
    assert_eq!(plain.to_string(), here.join("lake").display().to_string());
    assert_eq!(
        parse("s3://bucket/a/lake/").to_string(),
        "s3://bucket/a/lake"
    );
}

#[test]
fn each_cloud_has_its_scheme_and_plain_files_are_sources_only() {
    let options = StorageOptions {
        account: Some("lac".into()),
        account_key: Some("c2VjcmV0".into()),
        service_account_key: Some(
            r#"{"gcs_base_url":"http://127.0.0.1:1","disable_oauth":true,"client_email":"","private_key":"","private_key_id":""}"#
                .into(),
        ),
        ..StorageOptions::default()
    };
    for text in [
        "s3://bucket/a/lake",
        "az://container/a/lake",
        "gs://bucket/a/lake",
    ] {
        for location in [
            Location::parse(text, &options),
            Location::parse_source(text, &options),
        ] {
            let location = location.unwrap();
            assert_eq!(location.to_string(), text);
            assert_eq!(location.url().as_str(), format!("{text}/"));
            assert_eq!(location.local_path(), None);
        }
    }
    let shown = format!("{options:?}");
    assert!(
        !shown.contains("c2VjcmV0") && !shown.contains("private_key"),
        "{shown}"
    );
    let plain = "https://lac.example.fr/a%20b/lake";
    let location = Location::parse_source(plain, &options).unwrap();
    assert_eq!(location.to_string(), plain);
    assert!(Location::parse(plain, &options).is_err());
    for keyed in [
        "https://u:p@lac.example.fr/lake",
        "https://lac.example.fr/lake?sig=abc",
    ] {
        let refused = with_causes(&Location::parse_source(keyed, &options).unwrap_err());
        assert!(
            !refused.contains("abc") && !refused.contains("u:p"),
            "{refused}"
        );
    }
}
