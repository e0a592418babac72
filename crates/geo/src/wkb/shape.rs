//! The types of geometries, and the box around one.

/// The seven types of simple features, by their WKB code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One position.
    Point = 1,
    /// A line.
    LineString,
    /// An area with holes.
    Polygon,
    /// Several positions.
    MultiPoint,
    /// Several lines.
    MultiLineString,
    /// Several areas.
    MultiPolygon,
    /// Several geometries of any type.
    GeometryCollection,
}

impl Kind {
    /// Its name as in GeoJSON and GeoParquet, as `MultiPolygon`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::LineString => "LineString",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
            Self::GeometryCollection => "GeometryCollection",
        }
    }

    pub(super) fn from_code(code: u32) -> Option<Self> {
        Some(match code {
            1 => Self::Point,
            2 => Self::LineString,
            3 => Self::Polygon,
            4 => Self::MultiPoint,
            5 => Self::MultiLineString,
            6 => Self::MultiPolygon,
            7 => Self::GeometryCollection,
            _ => return None,
        })
    }

    /// Whether a member of this kind may stand in a geometry of kind `parent`.
    pub(super) fn fits_in(self, parent: Self) -> bool {
        match parent {
            Self::MultiPoint => self == Self::Point,
            Self::MultiLineString => self == Self::LineString,
            Self::MultiPolygon => self == Self::Polygon,
            Self::GeometryCollection => true,
            Self::Point | Self::LineString | Self::Polygon => false,
        }
    }
}

/// A box in the units of the coordinates (degrees in CRS84); a point has one of size zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BBox {
    /// West.
    pub xmin: f64,
    /// South.
    pub ymin: f64,
    /// East.
    pub xmax: f64,
    /// North.
    pub ymax: f64,
}

impl BBox {
    /// Grows to whatever is added.
    pub(super) const NOTHING: Self = Self {
        xmin: f64::INFINITY,
        ymin: f64::INFINITY,
        xmax: f64::NEG_INFINITY,
        ymax: f64::NEG_INFINITY,
    };

    pub(super) fn add(&mut self, x: f64, y: f64) {
        self.xmin = self.xmin.min(x);
        self.ymin = self.ymin.min(y);
        self.xmax = self.xmax.max(x);
        self.ymax = self.ymax.max(y);
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            xmin: self.xmin.min(other.xmin),
            ymin: self.ymin.min(other.ymin),
            xmax: self.xmax.max(other.xmax),
            ymax: self.ymax.max(other.ymax),
        }
    }

    /// Its centre, x then y.
    #[must_use]
    pub fn center(self) -> (f64, f64) {
        (
            f64::midpoint(self.xmin, self.xmax),
            f64::midpoint(self.ymin, self.ymax),
        )
    }

    /// Whether the point is in it or on its edge.
    #[must_use]
    pub fn contains(self, x: f64, y: f64) -> bool {
        (self.xmin..=self.xmax).contains(&x) && (self.ymin..=self.ymax).contains(&y)
    }
}
