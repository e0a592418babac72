//! A first confidence in a link.

use super::candidates::Candidate;
use super::decide::ISOLATION_RADIUS_M;
use super::establishments::Quality;

/// The score of the candidate at `at` among those of one establishment in one source, from 0 to 1. It is
/// the product of three factors, and not a probability: it has not been measured on labelled cases.
///
/// - **proximity**: 1 inside, else 0.9 × (1 − distance / 30 m), 0 beyond 30 m;
/// - **isolation**: inside, 1 / number of buildings that contain the position; else
///   o / (o + distance), where o is the distance of the nearest other building, 30 m at most;
/// - **position**: precise 1, rue 0.5, commune and inconnue 0.1.
pub(super) fn score(candidates: &[Candidate], at: usize, quality: Quality) -> f64 {
    let Some(candidate) = candidates.get(at) else {
        return 0.0;
    };
    let position = match quality {
        Quality::Precise => 1.0,
        Quality::Rue => 0.5,
        Quality::Commune | Quality::Inconnue => 0.1,
    };
    position * proximity(candidate) * isolation(candidates, at, candidate)
}

fn proximity(candidate: &Candidate) -> f64 {
    if candidate.inside {
        1.0
    } else {
        0.9 * (1.0 - candidate.distance_m / ISOLATION_RADIUS_M).max(0.0)
    }
}

fn isolation(candidates: &[Candidate], at: usize, candidate: &Candidate) -> f64 {
    if candidate.inside {
        let containing = candidates.iter().filter(|other| other.inside).count();
        return 1.0 / containing.max(1) as f64;
    }
    let others = candidates
        .iter()
        .enumerate()
        .filter(|&(other, _)| other != at);
    let nearest_other = others
        .map(|(_, other)| other.distance_m)
        .fold(ISOLATION_RADIUS_M, f64::min);
    let sum = nearest_other + candidate.distance_m;
    if sum > 0.0 { nearest_other / sum } else { 0.5 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(distances: &[f64]) -> Vec<Candidate> {
        let candidate = |&distance_m: &f64| Candidate {
            id_source: String::new(),
            rnb_id: None,
            distance_m,
            inside: false,
        };
        distances.iter().map(candidate).collect()
    }

    #[test]
    fn inside_beats_near_and_alone_beats_crowded() {
        let mut inside = near(&[0.0]);
        inside[0].inside = true;
        assert!((score(&inside, 0, Quality::Precise) - 1.0).abs() < 1e-12);
        let alone = score(&near(&[2.0]), 0, Quality::Precise);
        let crowded = score(&near(&[2.0, 3.0]), 0, Quality::Precise);
        assert!(alone < 1.0 && crowded < alone);
        assert!(score(&near(&[2.0, 3.0]), 1, Quality::Precise) < crowded);
        assert!(score(&near(&[2.0]), 0, Quality::Rue) < alone);
        assert!((score(&near(&[0.0, 0.0]), 0, Quality::Precise) - 0.45).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_score_is_between_0_and_1(distances in proptest::collection::vec(0.0..500.0f64, 1..7), inside in 0usize..7) {
            let mut candidates = near(&distances);
            if let Some(candidate) = candidates.get_mut(inside) { *candidate = Candidate { inside: true, distance_m: 0.0, ..candidate.clone() } }
            for at in 0..candidates.len() {
                for quality in [Quality::Precise, Quality::Rue, Quality::Commune, Quality::Inconnue] {
                    prop_assert!((0.0..=1.0).contains(&score(&candidates, at, quality)));
                }
            }
        }
    }
}
