//! Makes an edition of the sample: `generate DIR EDITION [ESTABLISHMENTS BUILDINGS]`.
//!
//! The committed editions are refreshed with
//! `cargo run -p edulac-sample --example generate -- config/sample/edition-1 1`, then `edition-2 2`.

use std::path::Path;

use edulac_sample::{Options, generate};

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, edition, sizes @ ..] = arguments.as_slice() else {
        return Err("usage: generate DIR EDITION [ESTABLISHMENTS BUILDINGS]".into());
    };
    let mut options = Options {
        edition: edition.parse()?,
        ..Options::default()
    };
    if let [establishments, buildings] = sizes {
        options.establishments = establishments.parse()?;
        options.buildings = buildings.parse()?;
    }
    println!("{:#?}", generate(&options, Path::new(folder))?);
    Ok(())
}
