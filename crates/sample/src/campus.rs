//! What stands on a school's ground: a few buildings around a yard.

use crate::draw::Draw;
use crate::geometry::Point;

/// Who uses a building of a site that two establishments share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// Both (canteen, hall), or the only one there is.
    Both,
    /// The first establishment of the site alone.
    First,
    /// The second one alone.
    Second,
}

/// The kind of ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Campus {
    /// One school on half a block.
    Small,
    /// Two schools on half a block: nursery and primary.
    SmallPair,
    /// A college or lycée on a whole block.
    Large,
    /// A college and a lycée on a whole block.
    LargePair,
}

/// A building of the ground, in the axes of its block.
pub(crate) struct Part {
    pub(crate) outline: Vec<Point>,
    pub(crate) inside: Point,
    pub(crate) share: Share,
    pub(crate) on_street: bool,
}

impl Campus {
    /// Metres of the block's long side.
    pub(crate) fn width(self) -> f64 {
        match self {
            Self::Small | Self::SmallPair => 46.0,
            Self::Large | Self::LargePair => 96.0,
        }
    }

    /// The buildings, the main one first. No two of them touch.
    pub(crate) fn parts(self, draw: &mut Draw) -> Vec<Part> {
        match self {
            Self::Small => Self::small(draw, Share::Both),
            Self::SmallPair => Self::small(draw, Share::First),
            Self::Large => Self::large(draw, Share::Both),
            Self::LargePair => Self::large(draw, Share::First),
        }
    }

    fn small(draw: &mut Draw, main: Share) -> Vec<Part> {
        let depth = draw.between(8.0, 11.0);
        let length = draw.between(28.0, 40.0);
        let wing = draw.between(18.0, 28.0);
        let mut parts = vec![if draw.chance(0.6) {
            ell(
                [1.0, 0.5],
                [length, depth],
                [draw.between(7.5, 9.5), wing],
                main,
            )
        } else {
            bar([1.0, 0.5], [length, depth], main, true)
        }];
        if main == Share::First {
            parts.push(bar(
                [3.0, 44.0],
                [draw.between(16.0, 22.0), 9.5],
                Share::Second,
                true,
            ));
        }
        if main == Share::First || draw.chance(0.5) {
            parts.push(bar(
                [30.0, 40.0],
                [draw.between(9.0, 14.0), draw.between(8.0, 13.0)],
                Share::Both,
                false,
            ));
        }
        if draw.chance(0.6) {
            parts.push(bar(
                [24.0, 15.0],
                [draw.between(6.0, 12.0), 5.0],
                main,
                false,
            ));
        }
        parts
    }

    fn large(draw: &mut Draw, main: Share) -> Vec<Part> {
        let second = if main == Share::First {
            Share::Second
        } else {
            Share::Both
        };
        let mut parts = vec![
            bar(
                [3.0, 2.0],
                [draw.between(44.0, 58.0), draw.between(11.0, 14.0)],
                main,
                true,
            ),
            east_wing(draw, second),
        ];
        parts.push(bar(
            [4.0, 32.0],
            [draw.between(22.0, 28.0), draw.between(16.0, 20.0)],
            Share::Both,
            false,
        ));
        parts.push(bar(
            [38.0, 38.0],
            [draw.between(14.0, 20.0), draw.between(10.0, 13.0)],
            Share::Both,
            false,
        ));
        if draw.chance(0.7) {
            parts.push(bar(
                [40.0, 21.0],
                [draw.between(10.0, 16.0), 6.0],
                main,
                false,
            ));
        }
        if draw.chance(0.4) {
            parts.push(bar([66.0, 2.0], [9.0, 8.0], Share::Both, true));
        }
        parts
    }
}

fn bar([u, v]: Point, [length, depth]: [f64; 2], share: Share, on_street: bool) -> Part {
    Part {
        outline: vec![
            [u, v],
            [u + length, v],
            [u + length, v + depth],
            [u, v + depth],
        ],
        inside: [u + length / 2.0, v + depth / 2.0],
        share,
        on_street,
    }
}

/// A bar along the street with a wing behind its west end.
fn ell([u, v]: Point, [length, depth]: [f64; 2], [width, wing]: [f64; 2], share: Share) -> Part {
    let outline = vec![
        [u, v],
        [u + length, v],
        [u + length, v + depth],
        [u + width, v + depth],
        [u + width, v + wing],
        [u, v + wing],
    ];
    Part {
        outline,
        inside: [u + length / 2.0, v + depth / 2.0],
        share,
        on_street: true,
    }
}

/// A bar along the east side down to the street, with a return along the north side.
fn east_wing(draw: &mut Draw, share: Share) -> Part {
    let (west, back) = (94.0 - draw.between(10.0, 13.0), draw.between(64.0, 72.0));
    let outline = vec![
        [west, 3.0],
        [94.0, 3.0],
        [94.0, 53.0],
        [back, 53.0],
        [back, 41.0],
        [west, 41.0],
    ];
    Part {
        outline,
        inside: [89.0, 20.0],
        share,
        on_street: true,
    }
}
