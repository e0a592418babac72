//! Which establishments have the address of a building.

use std::collections::HashMap;

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::prelude::DataFrame;
use futures::TryStreamExt;
use memchr::memmem;
use serde::Deserialize;

use super::address::{Address, SAME_STREET};
use super::establishments::Establishments;
use crate::Result;
use crate::columns::{self, Input};

/// A postal code covers several communes, each with its own `rue de l'Église`.
const OTHER_COMMUNE: f64 = 0.9;

/// Establishments by commune or postal code (in lower case), then by number.
type Places = HashMap<String, HashMap<u32, Vec<usize>>>;

/// The addresses of the establishments, looked up by those of buildings.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    by_commune: Places,
    by_postal_code: Places,
    /// Keys of the Base adresse nationale, with how well they agree.
    by_key: HashMap<String, Vec<(usize, f64)>>,
    lines: HashMap<usize, Address>,
}

/// An address in the cell of a building of the RNB.
#[derive(Deserialize)]
struct OfBuilding {
    cle_interop_ban: Option<String>,
    street_rep: Option<String>,
    street: Option<String>,
    city_zipcode: Option<String>,
}

/// What the addresses of a building say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Agreement {
    /// It has one at least.
    pub(super) has_address: bool,
    /// Establishments (their rows, sorted) and how well the best of its addresses agrees.
    pub(super) rows: Vec<(usize, f64)>,
}

impl Addresses {
    pub(super) fn of(establishments: &Establishments) -> Self {
        let mut found = Self::default();
        for (row, establishment) in establishments.rows.iter().enumerate() {
            let Some(address) = &establishment.address else {
                continue;
            };
            for &number in &address.numbers {
                for commune in &establishment.communes {
                    add(&mut found.by_commune, commune, number, row);
                }
                if let Some(code) = &establishment.postal_code {
                    add(&mut found.by_postal_code, code, number, row);
                }
            }
            found.lines.insert(row, address.clone());
        }
        found
    }

    /// Looks the addresses up in the Base adresse nationale: columns `cle_interop`, `voie`, and where it exists `repetition`.
    pub(super) async fn with_register(mut self, register: &DataFrame) -> Result<Self> {
        let input = Input {
            name: "addresses",
            frame: register,
        };
        let selected = vec![
            input.required("cle_interop", DataType::Utf8)?,
            input.required("voie", DataType::Utf8)?,
            input.optional("repetition", DataType::Utf8)?,
        ];
        let mut stream = register.clone().select(selected)?.execute_stream().await?;
        while let Some(batch) = stream.try_next().await? {
            let (keys, streets, suffixes) = (
                columns::text(&batch, 0)?,
                columns::text(&batch, 1)?,
                columns::text(&batch, 2)?,
            );
            for row in 0..batch.num_rows() {
                if keys.is_null(row) || streets.is_null(row) {
                    continue;
                }
                let key = keys.value(row);
                let suffix = columns::known(suffixes, row);
                let agreeing: Vec<(usize, f64)> = self
                    .in_commune(key)
                    .iter()
                    .filter_map(|&place| {
                        let line = self.lines.get(&place)?;
                        let likeness = line.likeness(streets.value(row), suffix.as_deref());
                        (likeness >= SAME_STREET).then_some((place, likeness))
                    })
                    .collect();
                if !agreeing.is_empty() {
                    self.by_key
                        .entry(key.to_owned())
                        .or_default()
                        .extend(agreeing);
                }
            }
        }
        Ok(self)
    }

    /// What a cell of addresses of the RNB says. The keys are looked at first: a cell is only read whole when one of its
    /// numbers is that of an establishment.
    pub(super) fn agreement(&self, cell: &str) -> Agreement {
        const KEY: &str = "\"cle_interop_ban\"";
        const POSTAL: &str = "\"city_zipcode\"";
        let mut agreement = Agreement::default();
        let mut wanted = false;
        for at in memmem::find_iter(cell.as_bytes(), KEY) {
            let rest = &cell[at + KEY.len()..];
            let Some(key) = quoted(rest) else { continue };
            agreement.has_address = true;
            wanted = wanted || !self.in_commune(key).is_empty() || self.by_key.contains_key(key);
            if let (false, Some(postal)) =
                (wanted, memmem::find(rest.as_bytes(), POSTAL.as_bytes()))
            {
                let code = quoted(&rest[postal + POSTAL.len()..]);
                wanted = code.is_some_and(|code| !self.under_postal_code(code, key).is_empty());
            }
        }
        if wanted {
            let read: Vec<OfBuilding> = serde_json::from_str(cell).unwrap_or_default();
            let mut best: std::collections::BTreeMap<usize, f64> = Default::default();
            for address in &read {
                for (row, likeness) in self.likenesses(address) {
                    let known = best.entry(row).or_insert(likeness);
                    *known = known.max(likeness);
                }
            }
            agreement.rows = best.into_iter().collect();
        }
        agreement
    }

    fn likenesses(&self, address: &OfBuilding) -> Vec<(usize, f64)> {
        let Some(key) = &address.cle_interop_ban else {
            return Vec::new();
        };
        let street = address.street.as_deref().unwrap_or_default();
        let of_line = |&row: &usize, trust: f64| {
            let line = self.lines.get(&row)?;
            let likeness = trust * line.likeness(street, address.street_rep.as_deref());
            (likeness > 0.0).then_some((row, likeness))
        };
        let here = self.in_commune(key);
        let mut found: Vec<(usize, f64)> =
            here.iter().filter_map(|row| of_line(row, 1.0)).collect();
        found.extend(self.by_key.get(key).into_iter().flatten());
        if let Some(code) = &address.city_zipcode {
            let around = self.under_postal_code(code, key).iter();
            found.extend(
                around
                    .filter(|row| !here.contains(row))
                    .filter_map(|row| of_line(row, OTHER_COMMUNE)),
            );
        }
        found
    }

    fn in_commune(&self, key: &str) -> &[usize] {
        at(&self.by_commune, key.split('_').next(), number(key))
    }

    fn under_postal_code(&self, code: &str, key: &str) -> &[usize] {
        at(&self.by_postal_code, Some(code), number(key))
    }
}

fn add(places: &mut Places, code: &str, number: u32, row: usize) {
    let numbers = places.entry(code.to_ascii_lowercase()).or_default();
    numbers.entry(number).or_default().push(row);
}

fn at<'a>(places: &'a Places, code: Option<&str>, number: Option<u32>) -> &'a [usize] {
    let found = code.zip(number).and_then(|(code, number)| {
        // Most codes are digits: they are looked up as they are.
        let numbers = match code.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => places.get(&code.to_ascii_lowercase()),
            false => places.get(code),
        };
        numbers?.get(&number)
    });
    found.map_or(&[], Vec::as_slice)
}

/// The number in a key of the Base adresse nationale: `35238_1234_00012_bis`.
fn number(key: &str) -> Option<u32> {
    key.split('_').nth(2)?.parse().ok()
}

/// The first text between quotes.
fn quoted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('"')?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::super::establishments::Establishment;
    use super::*;

    fn establishment(uai: &str, line: &str, commune: &str) -> Establishment {
        Establishment {
            address: Address::parse(line),
            communes: vec![commune.to_owned()],
            postal_code: Some("35000".to_owned()),
            ..Establishment::unplaced(uai)
        }
    }

    fn cell(key: &str, street: &str) -> String {
        format!(
            r#"[{{"cle_interop_ban" : "{key}", "street_number" : "12", "street_rep" : null, "street" : "{street}", "city_zipcode" : "35000", "city_name" : "Rennes"}}]"#
        )
    }

    #[test]
    fn the_address_of_a_building_names_its_establishments() {
        let places = Establishments::new(vec![
            establishment("0350001A", "12 rue Pasteur", "35238"),
            establishment("0350002B", "12 rue de Brest", "35238"),
            establishment("0350003C", "rue Pasteur", "35238"),
        ]);
        let addresses = Addresses::of(&places);
        let agreement = addresses.agreement(&cell("35238_1234_00012", "Rue Pasteur"));
        assert_eq!(agreement.rows, [(0, 1.0)]);
        let beside = addresses.agreement(&cell("35240_1234_00012", "Rue Pasteur"));
        assert_eq!(beside.rows, [(0, OTHER_COMMUNE)]);
        for (nothing, has_address) in [
            ("", false),
            ("[]", false),
            (cell("35238_1234_00013", "Rue Pasteur").as_str(), true),
            (cell("35238_1234_00012", "Rue de Nantes").as_str(), true),
            (r#"["cle_interop_ban" : "35238_1_00012"#, false),
        ] {
            let agreement = addresses.agreement(nothing);
            assert_eq!(
                agreement,
                Agreement {
                    has_address,
                    rows: vec![]
                },
                "{nothing}"
            );
        }
    }
}
