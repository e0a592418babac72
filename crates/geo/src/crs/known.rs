//! The coordinate systems in which French sources give positions, and where each may be used.

/// A coordinate system by its EPSG code.
pub(super) struct Known {
    pub(super) epsg: u32,
    pub(super) name: &'static str,
    /// West, south, east, north in degrees. Generous: the territory it serves with a margin, so that
    /// swapped, zero or foreign coordinates fall out of it.
    pub(super) area: [f64; 4],
    /// Our own definition, where the one of `crs-definitions` is missing or wrong.
    pub(super) proj: Option<&'static str>,
}

const METROPOLE: [f64; 4] = [-6.0, 41.0, 10.5, 51.6];
const ANTILLES: [f64; 4] = [-64.0, 13.8, -60.3, 18.7];
const GUYANE: [f64; 4] = [-55.0, 1.8, -51.0, 6.5];
const REUNION: [f64; 4] = [54.8, -21.8, 56.3, -20.5];
const MAYOTTE: [f64; 4] = [44.6, -13.4, 45.8, -12.2];
const SAINT_PIERRE_ET_MIQUELON: [f64; 4] = [-57.6, 46.0, -55.0, 47.9];
const NOUVELLE_CALEDONIE: [f64; 4] = [156.0, -26.5, 174.5, -14.8];
const WALLIS_ET_FUTUNA: [f64; 4] = [-179.6, -15.9, -174.0, -9.8];
const POLYNESIE_OUEST: [f64; 4] = [-158.2, -26.8, -149.5, -12.4];
const POLYNESIE_EST: [f64; 4] = [-150.5, -26.8, -143.5, -7.2];
const WORLD: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];

const fn known(epsg: u32, name: &'static str, area: [f64; 4]) -> Known {
    Known {
        epsg,
        name,
        area,
        proj: None,
    }
}

/// A zone of the nine conformal conics: one degree of latitude each side, and a margin of half a degree.
const fn conic(epsg: u32, name: &'static str, latitude: f64) -> Known {
    known(
        epsg,
        name,
        [METROPOLE[0], latitude - 1.5, METROPOLE[2], latitude + 1.5],
    )
}

/// EPSG:15882 (RGPF to WGS 84 (1), position vector): `crs-definitions` 0.6 has its rotations with the
/// signs of the other convention, which moves points by 0.6 m.
const RGPF_ZONE_5: &str = "+proj=utm +zone=5 +south +ellps=GRS80 \
    +towgs84=0.072,-0.507,-0.245,0.0183,-0.0003,0.007,-0.0093 +units=m +no_defs";
const RGPF_ZONE_6: &str = "+proj=utm +zone=6 +south +ellps=GRS80 \
    +towgs84=0.072,-0.507,-0.245,0.0183,-0.0003,0.007,-0.0093 +units=m +no_defs";

/// In the order of the codes.
pub(super) const KNOWN: &[Known] = &[
    known(2154, "RGF93 / Lambert-93", METROPOLE),
    known(2972, "RGFG95 / UTM 22N, Guyane", GUYANE),
    known(2975, "RGR92 / UTM 40S, La Réunion", REUNION),
    known(
        3163,
        "RGNC91-93 / Lambert, Nouvelle-Calédonie",
        NOUVELLE_CALEDONIE,
    ),
    Known {
        proj: Some(RGPF_ZONE_5),
        ..known(3296, "RGPF / UTM 5S, Polynésie française", POLYNESIE_OUEST)
    },
    Known {
        proj: Some(RGPF_ZONE_6),
        ..known(3297, "RGPF / UTM 6S, Polynésie française", POLYNESIE_EST)
    },
    known(3857, "WGS 84 / Pseudo-Mercator", WORLD),
    conic(3942, "RGF93 / CC42", 42.0),
    conic(3943, "RGF93 / CC43", 43.0),
    conic(3944, "RGF93 / CC44", 44.0),
    conic(3945, "RGF93 / CC45", 45.0),
    conic(3946, "RGF93 / CC46", 46.0),
    conic(3947, "RGF93 / CC47", 47.0),
    conic(3948, "RGF93 / CC48", 48.0),
    conic(3949, "RGF93 / CC49", 49.0),
    conic(3950, "RGF93 / CC50", 50.0),
    known(4171, "RGF93, degrees", METROPOLE),
    known(4326, "WGS 84, degrees", WORLD),
    known(
        4467,
        "RGSPM06 / UTM 21N, Saint-Pierre-et-Miquelon",
        SAINT_PIERRE_ET_MIQUELON,
    ),
    known(4471, "RGM04 / UTM 38S, Mayotte", MAYOTTE),
    known(4559, "RRAF 1991 / UTM 20N, Antilles", ANTILLES),
    known(5490, "RGAF09 / UTM 20N, Antilles", ANTILLES),
    known(8903, "RGWF96 / UTM 1S, Wallis-et-Futuna", WALLIS_ET_FUTUNA),
    // NTF to WGS 84 by the three translations of EPSG:1193, good to 2 m: the grid that does better
    // (`ntf_r93.gsb`) is not read.
    known(27561, "NTF / Lambert I Nord", METROPOLE),
    known(27562, "NTF / Lambert II Centre", METROPOLE),
    known(27563, "NTF / Lambert III Sud", METROPOLE),
    known(27564, "NTF / Lambert IV Corse", METROPOLE),
    known(27571, "NTF / Lambert zone I", METROPOLE),
    known(27572, "NTF / Lambert II étendu", METROPOLE),
    known(27573, "NTF / Lambert zone III", METROPOLE),
    known(27574, "NTF / Lambert zone IV", METROPOLE),
    known(32620, "WGS 84 / UTM 20N, Antilles", ANTILLES),
    known(
        32621,
        "WGS 84 / UTM 21N, Saint-Pierre-et-Miquelon",
        SAINT_PIERRE_ET_MIQUELON,
    ),
    known(32622, "WGS 84 / UTM 22N, Guyane", GUYANE),
    known(32630, "WGS 84 / UTM 30N", METROPOLE),
    known(32631, "WGS 84 / UTM 31N", METROPOLE),
    known(32632, "WGS 84 / UTM 32N", METROPOLE),
    known(32701, "WGS 84 / UTM 1S, Wallis-et-Futuna", WALLIS_ET_FUTUNA),
    known(
        32705,
        "WGS 84 / UTM 5S, Polynésie française",
        POLYNESIE_OUEST,
    ),
    known(32706, "WGS 84 / UTM 6S, Polynésie française", POLYNESIE_EST),
    known(32738, "WGS 84 / UTM 38S, Mayotte", MAYOTTE),
    known(32740, "WGS 84 / UTM 40S, La Réunion", REUNION),
    known(
        32758,
        "WGS 84 / UTM 58S, Nouvelle-Calédonie",
        NOUVELLE_CALEDONIE,
    ),
];
