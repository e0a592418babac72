//! Establishments to buildings: who is in which building, with the evidence.
//!
//! An establishment is not a point and a building is not an address: the result is n:m. Buildings stream
//! past an index of all that is known of the establishments; what something ties to one is kept, then decided.
//!
//! What can tie a building to an establishment, from the strongest on:
//!
//! 1. a **correction** from a file, which wins;
//! 2. the ministry **declares** its RNB identifier;
//! 3. it stands mostly on the **ground** that the BD TOPO draws with the key of the establishment (a small square there is a pin:
//!    the building that holds it);
//! 4. it bears the **address** of the establishment, word for word or through the key of the Base adresse nationale;
//! 5. the **position** is in it, or nearest to it, and it stands out from its neighbours by nearness, size and address;
//! 6. it stands on the **parcel** of an accepted building, and has no address of its own.
//!
//! Evidence that is not given is not missed: links rest on what is there. A position of quality `commune`, or one that
//! lies more than 100 m outside of the commune that the directory gives (`commune_concorde`), accepts nothing by itself.

mod address;
mod addresses;
mod by_address;
mod by_ground;
mod candidates;
mod decide;
mod establishments;
mod evidence;
mod function;
mod ground;
mod named;
mod output;
mod plots;
mod position;
mod reason;
mod score;
mod unlinked;
mod zones;

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::prelude::{DataFrame, SessionContext};

use crate::Result;
use addresses::Addresses;
use evidence::Evidence;
use named::Named;
use position::AROUND_M;
use zones::Zones;

pub use unlinked::unlinked;

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkOptions {
    /// Buildings farther than this from an establishment are not candidates by its position, in metres.
    pub max_distance_m: f64,
}

/// What is linked, and by what.
///
/// - `establishments`: one row per place of an establishment: `uai` Utf8, `geometry` (point, WKB CRS84), `position_qualite` Utf8, and
///   where they exist `rang` (1: principal), `position_incertitude_m`, `adresse`, `code_postal`, `code_commune`, `commune_situee`,
///   `commune_concorde`, `commune_distance_limite_m`, `lieu_id`, `code_academie`; held in memory.
/// - `buildings`: `source` Utf8, `id_source` Utf8, `geometry` (WKB CRS84: polygons or points; a point has no inside), and where
///   they exist `rnb_id` Utf8, `adresses` and `parcelles` (JSON as the RNB writes it); streamed once. Rows without identifier or
///   geometry are left out.
/// - `declared`: `uai`, `rnb_id`. `perimeters`: `id_source`, `uai`, `geometry`, perhaps `surface_conventionnelle`. `addresses`:
///   `cle_interop`, `voie`, perhaps `repetition`. `corrections`: `uai`, `id_source`, `decision`, perhaps `auteur` and `motif`.
#[derive(Debug, Clone)]
pub struct LinkInputs {
    /// The places of the establishments.
    pub establishments: DataFrame,
    /// The buildings.
    pub buildings: DataFrame,
    /// Buildings that the ministry declares.
    pub declared: Option<DataFrame>,
    /// Grounds of establishments.
    pub perimeters: Option<DataFrame>,
    /// The Base adresse nationale.
    pub addresses: Option<DataFrame>,
    /// Decisions of people, with author and motive.
    pub corrections: Option<DataFrame>,
}

impl LinkInputs {
    /// Positions alone.
    #[must_use]
    pub fn new(establishments: DataFrame, buildings: DataFrame) -> Self {
        Self {
            establishments,
            buildings,
            declared: None,
            perimeters: None,
            addresses: None,
            corrections: None,
        }
    }
}

/// Candidate pairs between establishments and buildings, decided.
///
/// The result has one row per (uai, source, id_source), sorted by uai, source, rang: `uai`, `source`,
/// `id_source`, `rnb_id` (null: not known), `methode` (the strongest of `preuves`), `preuves` (`correction`, `declare`, `perimetre`,
/// `adresse`, `contient`, `parcelle`, else `plus_proche`; separated by a space), `distance_m` (from the position, to the
/// centimetre, 0 inside; null without position), `dedans`, `recouvrement_perimetre` (share of the building on the ground; null
/// without ground), `score_adresse` (null: no address agrees), `position_qualite`, `score` (0 to 1; a score and not a probability),
/// `statut` (`accepte` | `ambigu` | `rejete`), `statut_calcule` (the same without corrections), `rang` (from 1 within uai and
/// source), `part_batiment` (share of the building, which sums to 1 over its accepted links; null otherwise), `explication` (a
/// sentence), `lieu_id`, `code_academie`, `surface_batiment_m2` (0 for a point), `parcelles` (JSON of the RNB), `geometry` (of the building, WKB CRS84).
///
/// # Errors
/// A missing column, an unreadable geometry, an engine failure.
pub async fn link_step(
    ctx: &SessionContext,
    inputs: &LinkInputs,
    options: &LinkOptions,
) -> Result<DataFrame> {
    let establishments = establishments::read(&inputs.establishments).await?;
    let mut addresses = Addresses::of(&establishments);
    if let Some(register) = &inputs.addresses {
        addresses = addresses.with_register(register).await?;
    }
    let zones = match &inputs.perimeters {
        Some(frame) => Zones::read(frame, &establishments).await?,
        None => Zones::none(),
    };
    let mut named = Named::default();
    if let Some(frame) = &inputs.declared {
        named.declare(frame, &establishments).await?;
    }
    if let Some(frame) = &inputs.corrections {
        named.correct(frame, &establishments).await?;
    }
    let evidence = Arc::new(Evidence {
        establishments,
        zones,
        addresses,
        named,
        // The chance of a building needs all its rivals.
        radius_m: options.max_distance_m.max(AROUND_M),
    });
    let gathered = candidates::gather(&evidence, &inputs.buildings).await?;
    let links = decide::decide(&evidence.establishments, gathered);
    let batch = output::batch(&evidence.establishments, &evidence.named, &links)?;
    Ok(ctx.read_batch(batch)?)
}

/// The columns of [`link_step`]'s result, which do not depend on its inputs.
///
/// # Errors
/// None that a user can cause.
pub fn link_schema() -> Result<SchemaRef> {
    let nobody = establishments::Establishments::new(Vec::new());
    Ok(output::batch(&nobody, &Named::default(), &[])?.schema())
}
