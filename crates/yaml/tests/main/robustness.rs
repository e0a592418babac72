//! Nothing a file may hold makes the reader panic.

use edulac_yaml::{Source, check, decode, parse};
use proptest::prelude::*;

use crate::check::{Garden, VALID, schema};
use crate::shown;

/// Reads a text the whole way; whatever is found must be printable.
fn read(text: &str) {
    let source = Source::new("exemple.yaml", text);
    let found = match parse(&source) {
        Ok(tree) => {
            let found = check(&source, &tree, schema());
            if found.is_empty() {
                let garden = decode::<Garden>(&source, &tree);
                assert!(garden.is_ok(), "checked but refused: {text}");
            }
            found
        }
        Err(found) => found,
    };
    for one in &found {
        let (line, column) = one.line_column();
        assert!(line >= 1 && column >= 1);
        assert!(one.help.is_some(), "no remedy: {}", one.message);
    }
    assert_eq!(shown(&found).is_empty(), found.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        read(&text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_pile_of_yaml_signs_is_read_or_refused(
        text in "([-?:,&*!|>'\"%@#{}\\[\\]<~. \n\t]|a|: |- |é|0|\\$\\{a\\}|name|beds|type|\r\n){0,60}"
    ) {
        read(&text);
    }

    #[test]
    fn any_edit_of_a_valid_file_is_read_or_refused(
        at in 0..VALID.len(),
        removed in 0usize..12,
        added in "([-?:,&*!|>'\"{}\\[\\]<~ \n\t]|null|true|1e9|-1|é|colour|[a-z]{1,3}){0,3}",
    ) {
        let end = (at + removed).min(VALID.len());
        read(&format!("{}{added}{}", &VALID[..at], &VALID[end..]));
    }
}
