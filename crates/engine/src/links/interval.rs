//! A share that was seen on some cases, and what it may be on all.

use serde::{Deserialize, Serialize};

/// Standard deviations of a normal law that 95 % lie within.
const Z: f64 = 1.959_963_984_540_054;

/// A share with its 95 % interval of Wilson, which stays within 0 and 1 and means something even for 5 of 5.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Cases that are as asked.
    pub good: u64,
    /// All cases.
    pub of: u64,
    /// The share, weighted where cases stand for different numbers of others; null: no case.
    pub share: Option<f64>,
    /// Lower end of the interval; null: no case.
    pub low: Option<f64>,
    /// Upper end of the interval; null: no case.
    pub high: Option<f64>,
}

impl Share {
    /// Of cases that count alike.
    #[must_use]
    pub fn of(good: u64, of: u64) -> Self {
        let cases = std::iter::repeat_n((true, 1.0), usize::try_from(good).unwrap_or(usize::MAX));
        let others = usize::try_from(of.saturating_sub(good)).unwrap_or(usize::MAX);
        Self::weighted(cases.chain(std::iter::repeat_n((false, 1.0), others)))
    }

    /// Of cases that each stand for `weight` others. The interval is that of as many equal cases as would tell as
    /// much: (sum of the weights)² / sum of their squares (Kish 1965, *Survey Sampling*).
    #[must_use]
    pub fn weighted(cases: impl IntoIterator<Item = (bool, f64)>) -> Self {
        let (mut good, mut of) = (0, 0);
        let (mut good_weight, mut weight, mut squares) = (0.0, 0.0, 0.0);
        for (is_good, of_case) in cases {
            of += 1;
            weight += of_case;
            squares += of_case * of_case;
            if is_good {
                good += 1;
                good_weight += of_case;
            }
        }
        if of == 0 || weight <= 0.0 {
            return Self {
                good,
                of,
                share: None,
                low: None,
                high: None,
            };
        }
        let share: f64 = good_weight / weight;
        let (low, high) = wilson(share, weight * weight / squares);
        Self {
            good,
            of,
            share: Some(rounded(share)),
            low: Some(rounded(low)),
            high: Some(rounded(high)),
        }
    }
}

/// Wilson 1927, *Probable inference, the law of succession, and statistical inference*.
fn wilson(share: f64, cases: f64) -> (f64, f64) {
    let z2 = Z * Z / cases;
    let middle = share + z2 / 2.0;
    let margin = Z * (share * (1.0 - share) / cases + z2 / (4.0 * cases)).sqrt();
    let (low, high) = (
        (middle - margin) / (1.0 + z2),
        (middle + margin) / (1.0 + z2),
    );
    (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0))
}

/// To four decimals: more would be noise.
fn rounded(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn the_interval_is_that_of_the_books() {
        // 81 of 263: Agresti & Coull 1998 and every table since: 0.2553 to 0.3662.
        let share = Share::of(81, 263);
        assert_eq!((share.low, share.high), (Some(0.2553), Some(0.3662)));
    }

    #[test]
    fn all_of_a_few_is_no_certainty_and_none_of_none_is_nothing() {
        let all = Share::of(5, 5);
        assert_eq!(
            (all.share, all.low, all.high),
            (Some(1.0), Some(0.5655), Some(1.0))
        );
        assert_eq!(Share::of(0, 0).share, None);
    }

    #[test]
    fn cases_that_stand_for_many_weigh_more_and_tell_less() {
        let equal = Share::weighted([(true, 3.0), (false, 3.0)]);
        assert_eq!(
            (equal.share, equal.low),
            (Share::of(1, 2).share, Share::of(1, 2).low)
        );
        let uneven = Share::weighted([(true, 9.0), (false, 1.0)]);
        assert_eq!(uneven.share, Some(0.9));
        assert!(
            uneven.high.unwrap() - uneven.low.unwrap()
                > equal.high.unwrap() - equal.low.unwrap() - 0.2
        );
    }
}
