//! Establishments to buildings: who is in which building, with the evidence.
//!
//! An establishment is not a point and a building is not an address: the result is n:m. Buildings stream
//! past an index of the establishments; only the nearest of each establishment are kept, then decided.
//!
//! The rules, for each establishment and each source of buildings apart:
//!
//! 1. every building that **contains** the position is accepted;
//! 2. else the **nearest** is accepted when it stands alone by the rule of the RNB's own matching
//!    (`guess_bdg_new.py`, `closest_from_point`): at most 8 m away, and no other within 30 m or the second
//!    at 10 m and three times the first distance at least;
//! 3. else those that rule 2 could not tell apart, up to 30 m, are ambiguous;
//! 4. the others of the five nearest are rejected, kept as evidence.
//!
//! A position of quality `commune`, `inconnue` or not known, or one that lies more than 100 m outside of the commune that
//! the directory gives (`commune_concorde`), accepts nothing: a building that contains
//! it is ambiguous, others are rejected. One whose uncertainty is over 30 m, the radius of rule 2, leaves rule 2
//! out: the nearest is then only ambiguous.

mod candidates;
mod decide;
mod establishments;
mod function;
mod output;
mod score;
mod unlinked;

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::prelude::{DataFrame, SessionContext};

use crate::Result;

pub use unlinked::unlinked;

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkOptions {
    /// Buildings farther than this from an establishment are not candidates, in metres.
    pub max_distance_m: f64,
}

/// Candidate pairs between establishments and buildings, decided.
///
/// `establishments`: `uai` Utf8, `geometry` (point, WKB CRS84), `position_qualite` Utf8, and where they
/// exist `position_incertitude_m` Float64, `site_id` Utf8, `code_academie` Utf8, `commune_concorde` Boolean,
/// `commune_distance_limite_m` Float64; held in memory. A UAI
/// with several rows (several sites) is linked from each of its positions.
/// `buildings`: `source` Utf8, `id_source` Utf8, `geometry` (WKB CRS84: polygons or points; a point has no
/// inside), and where it exists `rnb_id` Utf8; streamed once. Rows without identifier or geometry are left out.
///
/// The result has one row per (uai, source, id_source), sorted by uai, source, rang: `uai`, `source`,
/// `id_source`, `rnb_id` (null: not known), `methode` (`contient` | `plus_proche`), `distance_m` (to the
/// centimetre, 0 inside), `dedans`, `position_qualite`, `score` (0 to 1: proximity × isolation ×
/// quality of the position, each from 0 to 1; a score and not a probability), `statut` (`accepte` | `ambigu` | `rejete`), `rang` (from 1 within uai and source),
/// `part_batiment` (share of the building, which sums to 1 over its accepted links; null otherwise),
/// `site_id`, `code_academie`.
///
/// # Errors
/// A missing column, an unreadable geometry, an engine failure.
pub async fn link_step(
    ctx: &SessionContext,
    establishments: DataFrame,
    buildings: DataFrame,
    options: &LinkOptions,
) -> Result<DataFrame> {
    let establishments = Arc::new(establishments::read(&establishments).await?);
    let candidates =
        candidates::gather(&establishments, &buildings, options.max_distance_m).await?;
    let links = decide::decide(&establishments, candidates, options.max_distance_m);
    Ok(ctx.read_batch(output::batch(&establishments, &links)?)?)
}

/// The columns of [`link_step`]'s result, which do not depend on its inputs.
///
/// # Errors
/// None that a user can cause.
pub fn link_schema() -> Result<SchemaRef> {
    let nobody = establishments::Establishments::new(Vec::new());
    Ok(output::batch(&nobody, &[])?.schema())
}
