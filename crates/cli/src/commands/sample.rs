//! `edulac sample DIR`: the fictional territory, of any size.

use edulac_sample::{Mix, Options, Summary, generate};
use serde_json::{Value, json};

use crate::args::{Format, Sample};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};

pub(super) async fn run(args: &Sample, printer: &Printer) -> Result<Status, Error> {
    let options = Options {
        edition: args.edition,
        establishments: args.establishments,
        buildings: args.buildings,
        seed: args.seed,
        mix: match args.trial {
            true => Mix::Trial,
            false => Mix::Island,
        },
    };
    let folder = args.folder.clone();
    // Minutes at the largest sizes, and Ctrl-C is heard meanwhile.
    let made = tokio::task::spawn_blocking(move || generate(&options, &folder)).await;
    let made = made.map_err(|panic| Error::Panicked(panic.to_string()))??;
    match printer.format() {
        Format::Json => printer.json(&json(&made))?,
        Format::Text | Format::Csv => {
            let mut text = table(&made).render();
            text += &format!(
                "\nedition {} of the fictional sample in {}\n",
                args.edition,
                args.folder.display()
            );
            printer.result(&text)?;
        }
    }
    Ok(Status::Done)
}

/// What was made, each with the number of its rows.
fn rows(made: &Summary) -> [(&'static str, &'static str, u64); 9] {
    let [school_counts, college_counts] = made.enrolment_rows;
    let [school_indices, college_indices] = made.index_rows;
    [
        ("establishments", "open establishments", made.establishments),
        (
            "directory_rows",
            "rows of the directory",
            made.directory_rows,
        ),
        ("buildings", "buildings", made.buildings),
        ("commune_areas", "areas of communes", made.commune_areas),
        ("school_counts", "counts of pupils, schools", school_counts),
        (
            "college_counts",
            "counts of pupils, colleges",
            college_counts,
        ),
        ("school_indices", "social indices, schools", school_indices),
        (
            "college_indices",
            "social indices, colleges",
            college_indices,
        ),
        ("links", "true links to buildings", made.links),
    ]
}

fn json(made: &Summary) -> Value {
    let pairs = rows(made).map(|(key, _, rows)| (key.to_owned(), json!(rows)));
    Value::Object(pairs.into_iter().collect())
}

fn table(made: &Summary) -> Table {
    let mut table = Table::new([("what", Align::Left), ("rows", Align::Right)]);
    for (_, what, rows) in rows(made) {
        table.row([what.to_owned(), rows.to_string()]);
    }
    table
}
