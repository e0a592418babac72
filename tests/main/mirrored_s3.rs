//! Mirrors from and to a real S3 server.

use std::thread;

use crate::edulac::{Ended, edulac_with};
use crate::mirrored::Mirrored;
use crate::outside::{assert_agreement, reads};
use crate::s3_server::{S3Server, s3_server};

/// `edulac` with the key of the server in the environment alone, as who has no project would run it.
fn with_key(both: &Mirrored, server: &S3Server, arguments: &[&str]) -> Ended {
    let environment = [
        ("AWS_ENDPOINT", server.endpoint.as_str()),
        ("AWS_REGION", server.region.as_str()),
        ("AWS_ACCESS_KEY_ID", server.access_key_id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", server.secret_access_key.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
    ];
    let ended = edulac_with(&both.project.path("."), &environment, arguments);
    assert!(
        !ended.picture().contains(&server.secret_access_key),
        "{}",
        ended.picture()
    );
    ended
}

/// Requests for data files below a prefix of the bucket.
fn fetched(server: &S3Server, prefix: &str) -> usize {
    let get = format!("GET /{}/{prefix}/", server.bucket);
    let log = server.log();
    log.lines()
        .filter(|line| line.contains(&get) && line.contains(".parquet"))
        .count()
}

#[test]
fn a_lake_goes_to_a_bucket_on_to_another_one_and_back_to_a_folder() {
    let Some(server) = s3_server() else { return };
    let both = Mirrored::new();
    let first = both.project.lake().releases().remove(0);
    let place = |name: &str| format!("s3://{}/mirrors/{name}", server.bucket);
    let (one, two) = (place("one"), place("two"));
    let copy = |from: &str, to: &str, more: &[&str]| {
        let all = [&["mirror", from, to, "--format", "json"], more].concat();
        with_key(&both, server, &all).with_code(0).json()
    };
    copy("lake", &one, &[]);
    let told = copy(&one, &two, &["--academies", "98"]);
    assert_eq!(told["mirror_of"]["lake"], one.as_str());
    copy(&one, "miroir", &[]);
    both.assert_holds(&[&first]);
    assert_eq!(both.lake().files(&first), both.project.lake().files(&first));

    let second = both.second_edition();
    for (from, to, more) in [
        ("lake", one.as_str(), &[][..]),
        (&one, &two, &["--academies", "98"]),
        (&one, "miroir", &[]),
    ] {
        let told = copy(from, to, more);
        assert_eq!(told["release"], second.as_str());
        let before = fetched(server, "mirrors/one");
        assert_eq!(copy(from, to, more)["published"], false);
        assert_eq!(fetched(server, "mirrors/one"), before);
    }
    both.assert_holds(&[&first, &second]);

    for (name, lake) in [("one", &one), ("two", &two)] {
        let profile = both.project.read("config/miroir.yaml");
        let profile = profile.replace("lake: ./miroir", &format!("lake: {lake}"));
        both.project.write(
            &format!("config/{name}.yaml"),
            profile.replace("profile: miroir", &format!("profile: {name}")),
        );
        let environment = [
            ("AWS_ENDPOINT_URL", server.endpoint.as_str()),
            ("AWS_REGION", server.region.as_str()),
            ("AWS_ACCESS_KEY_ID", server.access_key_id.as_str()),
            ("AWS_SECRET_ACCESS_KEY", server.secret_access_key.as_str()),
        ];
        let found = reads("check.py", lake, &environment).unwrap();
        let ask = |arguments: &[&str]| {
            with_key(&both, server, &[&["--profile", name], arguments].concat())
        };
        assert_agreement(&ask, &found);
    }
}

#[test]
fn a_bucket_that_is_not_there_or_not_open_is_told() {
    let Some(server) = s3_server() else { return };
    let both = Mirrored::new();
    let absent =
        with_key(&both, server, &["mirror", "s3://seau-absent/lac", "miroir"]).with_code(3);
    assert!(
        absent.stderr.contains("no release is there to copy"),
        "{}",
        absent.picture()
    );
    let absent = with_key(&both, server, &["mirror", "lake", "s3://seau-absent/lac"]).with_code(3);
    assert!(
        absent.stderr.contains("NoSuchBucket"),
        "{}",
        absent.picture()
    );
    let bucket = format!("s3://{}/mirrors/one", server.bucket);
    let environment = [
        ("AWS_ENDPOINT", server.endpoint.as_str()),
        ("AWS_REGION", server.region.as_str()),
        ("AWS_ACCESS_KEY_ID", server.access_key_id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", "unAutreSecret"),
        ("AWS_ALLOW_HTTP", "true"),
    ];
    let refused = edulac_with(
        &both.project.path("."),
        &environment,
        &["mirror", &bucket, "miroir"],
    )
    .with_code(3);
    assert!(
        refused.stderr.contains("SignatureDoesNotMatch"),
        "{}",
        refused.picture()
    );
    assert!(!both.project.path("miroir/releases/latest.json").exists());
}

#[test]
fn of_two_mirrors_to_a_bucket_at_once_one_publishes_and_the_other_says_so() {
    let Some(server) = s3_server() else { return };
    let both = Mirrored::new();
    let place = format!("s3://{}/mirrors/race", server.bucket);
    let all = ["mirror", "lake", &place, "--format", "json"];
    let ended = thread::scope(|scope| {
        let calls = [(); 2].map(|()| scope.spawn(|| with_key(&both, server, &all)));
        calls.map(|call| call.join().unwrap())
    });
    let mut codes = ended.each_ref().map(|ended| ended.code);
    codes.sort_unstable();
    // Where the second starts after the first has ended there is no race, and nothing to do.
    assert!(matches!(codes, [0, 4] | [0, 0]), "{ended:?}");
    if let Some(lost) = ended.iter().find(|ended| ended.code == 4) {
        assert!(
            lost.stderr.contains("was written by another run meanwhile"),
            "{}",
            lost.picture()
        );
    }
    // Whoever lost finds it done, and what is there is the release, once.
    let again = with_key(&both, server, &all).with_code(0).json();
    assert_eq!(again["published"], false, "{again}");
    with_key(&both, server, &["mirror", &place, "miroir"]).with_code(0);
    let first = both.project.lake().releases().remove(0);
    both.assert_holds(&[&first]);
}
