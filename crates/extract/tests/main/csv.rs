//! CSV and its quirks.

use edulac_extract::{Error, Limits};
use rstest::rstest;
use serde_json::json;

use crate::support::{Project, counts, csv, file, lines, schema, unreadable, with};

#[tokio::test]
async fn records_come_with_their_source_extract_and_number() {
    let project = Project::with("a.csv", "uai;nom\n0350001A;Un\n0350002B;\n");
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(
        schema(&extract),
        [
            "uai:Utf8",
            "nom:Utf8",
            "_source:Utf8",
            "_extrait:Utf8",
            "_partie:Utf8",
            "_ligne:Int64"
        ]
    );
    assert_eq!(lines(&extract), ["1| 0350001A | Un", "2| 0350002B | -"]);
    let batch = &crate::support::batches(&extract)[0];
    let text = |name| arrow::util::display::array_value_to_string(&batch[name], 0).unwrap();
    assert_eq!(text("_source"), "essai.source");
    assert_eq!(text("_extrait"), extract.receipt.extract.as_str());
    assert_eq!(extract.receipt.columns, ["uai", "nom"]);
}

#[rstest]
#[case::semicolons("a;b;c,d\n1;2;3,4\n", "1| 1 | 2 | 3,4")]
#[case::commas("a,b,c\n1,2,3;4\n", "1| 1 | 2 | 3;4")]
#[case::tabulations("a\tb c\n1\t2;3,4\n", "1| 1 | 2;3,4")]
#[case::pipes("a|b\n1|2\n", "1| 1 | 2")]
#[case::equally_many("a;b,c\n1;2,3\n", "1| 1 | 2,3")]
#[case::not_in_quotes("\"a;b;c\",d\n1,2\n", "1| 1 | 2")]
#[case::a_single_column("a\n1,2\n", "1| 1,2")]
#[tokio::test]
async fn the_delimiter_is_the_one_most_frequent_in_the_header(
    #[case] content: &str,
    #[case] expected: &str,
) {
    let project = Project::with("a.csv", content);
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(lines(&extract), [expected]);
}

#[tokio::test]
async fn a_declared_delimiter_is_not_guessed() {
    let project = Project::with("a.csv", "a,b;c,d\n1,2;3,4\n");
    let format = json!({"type": "csv", "delimiter": ";"});
    let extract = project.extract(&file("a.csv", &format)).await;
    assert_eq!(extract.receipt.columns, ["a,b", "c,d"]);
}

#[tokio::test]
async fn byte_order_marks_line_ends_and_blanks_of_headers_are_not_data() {
    let project = Project::with("a.csv", "\u{feff} uai ;\u{a0}nom\r\n1; deux \r\n3;4");
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(extract.receipt.columns, ["uai", "nom"]);
    assert_eq!(lines(&extract), ["1| 1 |  deux ", "2| 3 | 4"]);
}

#[tokio::test]
async fn a_cell_in_quotes_may_hold_anything() {
    let project = Project::with(
        "a.csv",
        "a;b\r\n\"x;\"\"y\"\"\r\nz\";1\r\n\"\";2\r\nd'été \"vif\";3\r\n",
    );
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(
        lines(&extract),
        ["1| x;\"y\"\r\nz | 1", "2| - | 2", "3| d'été \"vif\" | 3"]
    );
}

#[tokio::test]
async fn single_quotes_and_no_quotes_are_as_declared() {
    let project = Project::with("a.csv", "a;b\n'x;y';\"z\n\"1;2\n");
    let single = json!({"type": "csv", "delimiter": ";", "quote": "single"});
    let extract = project.extract(&file("a.csv", &single)).await;
    assert_eq!(lines(&extract), ["1| x;y | \"z", "2| \"1 | 2"]);
    let none = json!({"type": "csv", "delimiter": ";", "quote": "none"});
    let extract = project.extract(&file("a.csv", &none)).await;
    assert_eq!(lines(&extract), ["2| \"1 | 2"]);
    assert_eq!(
        unreadable(&extract),
        ["1 at 2: 3 cells under a header of 2: 'x;y';\"z"]
    );
}

#[tokio::test]
async fn windows_1252_is_read_as_declared() {
    let project = Project::with("a.csv", b"libell\xe9;prix\nC\x9cur;3 \x80\n");
    let format = json!({"type": "csv", "encoding": "windows-1252"});
    let extract = project.extract(&file("a.csv", &format)).await;
    assert_eq!(extract.receipt.columns, ["libellé", "prix"]);
    assert_eq!(lines(&extract), ["1| Cœur | 3 €"]);
}

#[tokio::test]
async fn declared_nulls_are_null_beside_the_empty_cell() {
    let project = Project::with("a.csv", "a;b;c\n\\N;NA;NS\n;x;NA \n");
    let format = json!({"type": "csv", "nulls": ["\\N", "NA"]});
    let extract = project.extract(&file("a.csv", &format)).await;
    assert_eq!(lines(&extract), ["1| - | - | NS", "2| - | x | NA "]);
}

#[tokio::test]
async fn records_without_any_value_are_counted_apart_and_keep_their_numbers() {
    let project = Project::with(
        "a.csv",
        "\n\na;b;c\n1;2;3\n;;\n\n;;;;;\n\r\n\"\";;\n4;5;6\n\n",
    );
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(lines(&extract), ["1| 1 | 2 | 3", "7| 4 | 5 | 6"]);
    assert_eq!(counts(&extract), (2, 0, 6));
}

#[tokio::test]
async fn a_ragged_record_is_never_shifted_into_the_columns_of_another() {
    let project = Project::with(
        "a.csv",
        "a;b;c\n1;2;3\n4;5\n\"six\nseven\";8;9;10\n11;12;13\n",
    );
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(lines(&extract), ["1| 1 | 2 | 3", "4| 11 | 12 | 13"]);
    assert_eq!(
        unreadable(&extract),
        [
            "2 at 3: 2 cells under a header of 3: 4;5",
            "3 at 4: 4 cells under a header of 3: \"six\nseven\";8;9;10",
        ]
    );
    assert_eq!(counts(&extract), (2, 2, 0));
}

#[tokio::test]
async fn a_record_that_is_no_text_is_unreadable_and_the_others_are_not() {
    let project = Project::with("a.csv", b"a;b\n1;\xe9t\xe9\n2;x\n\xc3;\xa9\n");
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(lines(&extract), ["2| 2 | x"]);
    assert_eq!(
        unreadable(&extract),
        [
            "1 at 2: column `b` is not UTF-8 text: 1;\u{fffd}t\u{fffd}",
            "3 at 4: column `a` is not UTF-8 text: \u{fffd};\u{fffd}",
        ]
    );
}

#[tokio::test]
async fn only_the_beginning_of_an_unreadable_record_is_shown() {
    let project = Project::with("a.csv", format!("a;b\n{}\n", "x".repeat(5_000)));
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(
        unreadable(&extract),
        [format!(
            "1 at 2: 1 cells under a header of 2: {}",
            "x".repeat(200)
        )]
    );
}

#[tokio::test]
async fn blank_and_repeated_headers_get_names_of_their_own() {
    let project = Project::with("a.csv", ";nom;nom;nom_2;_ligne; \n1;2;3;4;5;6\n");
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(
        extract.receipt.columns,
        [
            "colonne_1",
            "nom",
            "nom_3",
            "nom_2",
            "_ligne_2",
            "colonne_6"
        ]
    );
    assert_eq!(lines(&extract), ["1| 1 | 2 | 3 | 4 | 5 | 6"]);
}

#[tokio::test]
async fn older_names_become_the_name_of_today_and_volatile_columns_go() {
    let project = Project::with("a.csv", "Code postal;maj;nom\n35000;hier;x\n");
    let options = json!({
        "renames": {"code_postal": ["Code_postal", "Code postal"], "absent": ["Absent"]},
        "volatile": ["maj"],
    });
    let extract = project.extract(&with("a.csv", &csv(), options)).await;
    assert_eq!(extract.receipt.columns, ["code_postal", "nom"]);
    assert_eq!(lines(&extract), ["1| 35000 | x"]);
}

#[tokio::test]
async fn a_quote_that_never_closes_is_an_error_and_not_one_long_cell() {
    let project = Project::with("a.csv", "a;b\n1;2\n3;\"4\n5;6\n");
    let error = project.refusal(&file("a.csv", &csv())).await;
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
    assert!(error.to_string().contains("at line 3"), "{error}");
}

#[tokio::test]
async fn a_record_longer_than_the_limit_is_refused_with_its_line() {
    let limits = Limits {
        max_record_bytes: 8 << 10,
        ..Limits::default()
    };
    let content = format!("a;b\n1;2\n3;{}\n", "x".repeat(10 << 10));
    let project = Project::with("a.csv", content).limited(limits);
    let error = project.refusal(&file("a.csv", &csv())).await;
    assert!(
        matches!(
            error,
            Error::RecordTooLong {
                line: 3,
                limit: 8_192,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_header_alone_gives_no_record() {
    let project = Project::with("a.csv", "a;b\n");
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(counts(&extract), (0, 0, 0));
    assert_eq!(extract.receipt.columns, ["a", "b"]);
    assert_eq!(extract.records.len(), 1);
    assert_eq!(lines(&extract), [""; 0]);
}

#[tokio::test]
async fn more_records_than_a_batch_keep_their_numbers() {
    let mut content = "n\n".to_owned();
    for number in 1..=20_000 {
        content += &format!("{number}\n");
    }
    let project = Project::with("a.csv", content);
    let extract = project.extract(&file("a.csv", &csv())).await;
    let lines = lines(&extract);
    assert_eq!(lines.len(), 20_000);
    assert!(lines.iter().enumerate().all(|(index, line)| {
        let number = index + 1;
        *line == format!("{number}| {number}")
    }));
}
