//! Coordinates between the systems of the sources and CRS84.
//!
//! Axis order is always x then y: easting and northing in metres, or longitude and latitude in
//! degrees. The system is the one the row names; nothing is guessed from the territory.

mod known;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use edulac_model::ErrorClass;
use geo::{Coord, Geometry, MapCoords};
use proj4rs::Proj;

use known::{KNOWN, Known};

/// A coordinate system by its EPSG code: `EPSG:2154`, `epsg:2154` or `2154` in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epsg(pub u32);

/// Longitude and latitude in degrees, WGS 84; here a synonym of CRS84, since x always comes first.
pub const WGS84: Epsg = Epsg(4326);

impl fmt::Display for Epsg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EPSG:{}", self.0)
    }
}

impl FromStr for Epsg {
    type Err = CrsError;

    fn from_str(text: &str) -> Result<Self, CrsError> {
        let trimmed = text.trim();
        let digits = match trimmed.split_once(':') {
            Some((authority, code)) if authority.trim().eq_ignore_ascii_case("epsg") => code.trim(),
            Some(_) => "",
            None => trimmed,
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CrsError::Unreadable {
                text: text.to_owned(),
            });
        }
        digits.parse().map(Epsg).map_err(|_| CrsError::Unreadable {
            text: text.to_owned(),
        })
    }
}

impl Epsg {
    /// The system's name, as `RGF93 / Lambert-93`.
    ///
    /// # Errors
    /// [`CrsError::Unknown`].
    pub fn name(self) -> Result<&'static str, CrsError> {
        system(self).map(|system| system.known.name)
    }

    /// Every code that can be read, in order.
    pub fn known() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|known| Self(known.epsg))
    }
}

/// Why coordinates could not be brought from one system to another.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CrsError {
    /// Not a code at all.
    #[error("`{text}` is not an EPSG code: write it as `EPSG:2154`")]
    Unreadable {
        /// The text.
        text: String,
    },
    /// A code without a definition here.
    #[error("{epsg} is not a known coordinate system; known: {}", listed())]
    Unknown {
        /// The code.
        epsg: Epsg,
    },
    /// The coordinates fall outside the territory that the system serves: wrong system, x and y
    /// swapped, or zeros.
    #[error("x = {x}, y = {y} is outside the area of {epsg} ({})", epsg.name().unwrap_or_default())]
    OutOfArea {
        /// The system.
        epsg: Epsg,
        /// The first coordinate as given: easting in metres or longitude in degrees.
        x: f64,
        /// The second coordinate as given.
        y: f64,
    },
    /// A definition of ours that the projection library refuses.
    #[error("the definition of {epsg} cannot be used; please report it")]
    Definition {
        /// The code.
        epsg: Epsg,
    },
}

impl CrsError {
    /// What the error is about.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Definition { .. } => ErrorClass::Bug,
            Self::Unreadable { .. } | Self::Unknown { .. } | Self::OutOfArea { .. } => {
                ErrorClass::Data
            }
        }
    }
}

fn listed() -> String {
    let codes: Vec<_> = Epsg::known().map(|epsg| epsg.0.to_string()).collect();
    codes.join(", ")
}

struct System {
    known: &'static Known,
    proj: Option<Proj>,
    degrees: bool,
}

/// All systems, built once (microseconds each) and shared between threads.
static SYSTEMS: LazyLock<BTreeMap<u32, System>> = LazyLock::new(|| {
    let build = |known: &'static Known| {
        let text = known.proj.or_else(|| {
            let code = u16::try_from(known.epsg).ok()?;
            crs_definitions::from_code(code).map(|definition| definition.proj4)
        });
        let proj = text.and_then(|text| Proj::from_proj_string(text).ok());
        let degrees = proj.as_ref().is_some_and(Proj::is_latlong);
        (
            known.epsg,
            System {
                known,
                proj,
                degrees,
            },
        )
    };
    KNOWN.iter().map(build).collect()
});

fn system(epsg: Epsg) -> Result<&'static System, CrsError> {
    SYSTEMS.get(&epsg.0).ok_or(CrsError::Unknown { epsg })
}

fn projection(epsg: Epsg) -> Result<(&'static System, &'static Proj), CrsError> {
    let system = system(epsg)?;
    let proj = system.proj.as_ref().ok_or(CrsError::Definition { epsg })?;
    Ok((system, proj))
}

/// Longitude and latitude in degrees of a point given in `epsg`.
///
/// # Errors
/// [`CrsError::Unknown`]; [`CrsError::OutOfArea`] when the result lies outside the territory that the
/// system serves, or the coordinates are not finite.
pub fn to_crs84(epsg: Epsg, x: f64, y: f64) -> Result<(f64, f64), CrsError> {
    let out_of_area = CrsError::OutOfArea { epsg, x, y };
    let (system, proj) = projection(epsg)?;
    let (_, wgs84) = projection(WGS84)?;
    let (lon, lat) = if epsg == WGS84 {
        (x, y)
    } else {
        let mut point = if system.degrees {
            (x.to_radians(), y.to_radians(), 0.0)
        } else {
            (x, y, 0.0)
        };
        if !(x.is_finite() && y.is_finite())
            || proj4rs::transform::transform(proj, wgs84, &mut point).is_err()
        {
            return Err(out_of_area);
        }
        (point.0.to_degrees(), point.1.to_degrees())
    };
    if inside(system, lon, lat) {
        Ok((lon, lat))
    } else {
        Err(out_of_area)
    }
}

/// The coordinates in `epsg` of a point given by longitude and latitude in degrees.
///
/// # Errors
/// [`CrsError::Unknown`]; [`CrsError::OutOfArea`] when the point lies outside the territory that the
/// system serves.
pub fn from_crs84(epsg: Epsg, lon: f64, lat: f64) -> Result<(f64, f64), CrsError> {
    let out_of_area = CrsError::OutOfArea {
        epsg,
        x: lon,
        y: lat,
    };
    let (system, proj) = projection(epsg)?;
    let (_, wgs84) = projection(WGS84)?;
    if !inside(system, lon, lat) {
        return Err(out_of_area);
    }
    if epsg == WGS84 {
        return Ok((lon, lat));
    }
    let mut point = (lon.to_radians(), lat.to_radians(), 0.0);
    if proj4rs::transform::transform(wgs84, proj, &mut point).is_err() {
        return Err(out_of_area);
    }
    Ok(if system.degrees {
        (point.0.to_degrees(), point.1.to_degrees())
    } else {
        (point.0, point.1)
    })
}

/// A whole geometry of `epsg` in CRS84.
///
/// # Errors
/// Those of [`to_crs84`], for the first point that has one.
pub fn geometry_to_crs84(epsg: Epsg, geometry: &Geometry<f64>) -> Result<Geometry<f64>, CrsError> {
    geometry.try_map_coords(|Coord { x, y }| to_crs84(epsg, x, y).map(|(x, y)| Coord { x, y }))
}

/// A whole geometry of CRS84 in `epsg`.
///
/// # Errors
/// Those of [`from_crs84`], for the first point that has one.
pub fn geometry_from_crs84(
    epsg: Epsg,
    geometry: &Geometry<f64>,
) -> Result<Geometry<f64>, CrsError> {
    geometry.try_map_coords(|Coord { x, y }| from_crs84(epsg, x, y).map(|(x, y)| Coord { x, y }))
}

/// NaN is never inside.
fn inside(system: &System, lon: f64, lat: f64) -> bool {
    let [west, south, east, north] = system.known.area;
    (west..=east).contains(&lon) && (south..=north).contains(&lat)
}
