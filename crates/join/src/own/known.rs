//! The codes that the lake knows: what tells a column of communes from one of other numbers.

use std::collections::HashSet;

use edulac_engine::Released;

use crate::error::Result;

/// Codes of territories; none where no table of the release lists them.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(super) communes: Option<HashSet<String>>,
    pub(super) departements: Option<HashSet<String>>,
    pub(super) academies: Option<HashSet<String>>,
}

/// Tables and columns that list codes of communes, of all vintages.
const COMMUNES: [(&str, &str); 4] = [
    ("communes_territoires", "code"),
    ("communes", "code"),
    ("passages_communes", "ancien"),
    ("passages_communes", "nouveau"),
];
const DEPARTEMENTS: [(&str, &str); 3] = [
    ("departements", "code"),
    ("communes_territoires", "code_departement"),
    ("etablissements", "code_departement"),
];
const ACADEMIES: [(&str, &str); 4] = [
    ("academies", "code"),
    ("academies_dissoutes", "code"),
    ("departements", "code_academie"),
    ("etablissements", "code_academie"),
];

impl Known {
    /// What a release lists.
    pub(crate) async fn of(released: &Released) -> Result<Self> {
        Ok(Self {
            communes: codes(released, &COMMUNES).await?,
            departements: codes(released, &DEPARTEMENTS).await?,
            academies: codes(released, &ACADEMIES).await?,
        })
    }
}

async fn codes(released: &Released, lists: &[(&str, &str)]) -> Result<Option<HashSet<String>>> {
    let mut all = HashSet::new();
    for (table, column) in lists
        .iter()
        .filter(|(table, column)| released.has_column(table, column))
    {
        let rows = released
            .rows(&format!(
                "select distinct \"{column}\" as code from \"{table}\""
            ))
            .await?;
        all.extend(
            rows.iter()
                .filter_map(|row| row["code"].as_str().map(str::to_owned)),
        );
    }
    Ok((!all.is_empty()).then_some(all))
}
