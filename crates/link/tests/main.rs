//! The steps through their public door, on small cases, on real data and at size.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests may fail as loudly as tests"
)]

#[path = "main/support.rs"]
mod support;

#[path = "main/at_size.rs"]
mod at_size;
#[path = "main/buildings.rs"]
mod buildings;
#[path = "main/evidence.rs"]
mod evidence;
#[path = "main/locate.rs"]
mod locate;
#[path = "main/real_dissolve.rs"]
mod real_dissolve;
#[path = "main/real_locate.rs"]
mod real_locate;
#[path = "main/real_nantes.rs"]
mod real_nantes;
#[path = "main/real_redon.rs"]
mod real_redon;
#[path = "main/real_repair.rs"]
mod real_repair;
