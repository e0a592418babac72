//! The spatial functions of SQL, one a file, all of one shape.
//!
//! Geometries are WKB (`Binary`; views and large ones are accepted), results are plain `Binary`. A null
//! argument gives null. Unreadable text gives null in the `st_geomfrom…` functions (the `normalise`
//! step is the one that leaves a problem on the row); unreadable WKB is an error, since it was ours.

mod args;
mod function;
mod hilbert;
mod st_area_m2;
mod st_asgeojson;
mod st_astext;
mod st_bbox;
mod st_centroid;
mod st_contains;
mod st_convexhull;
mod st_difference;
mod st_distance_m;
mod st_geometrytype;
mod st_geomfromgeojson;
mod st_geomfromhexwkb;
mod st_geomfromtext;
mod st_geomfromwkb;
mod st_intersection;
mod st_intersects;
mod st_isvalid;
mod st_makevalid;
mod st_point;
mod st_pointonsurface;
mod st_transform;
mod st_union_agg;
mod st_within;
mod st_x;
mod st_xmax;
mod st_xmin;
mod st_y;
mod st_ymax;
mod st_ymin;
#[cfg(test)]
mod tests;

use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::SessionContext;

/// Every spatial function, in alphabetical order.
#[must_use]
pub fn all() -> Vec<ScalarUDF> {
    vec![
        hilbert::udf(),
        st_area_m2::udf(),
        st_asgeojson::udf(),
        st_astext::udf(),
        st_bbox::udf(),
        st_centroid::udf(),
        st_contains::udf(),
        st_convexhull::udf(),
        st_difference::udf(),
        st_distance_m::udf(),
        st_geometrytype::udf(),
        st_geomfromgeojson::udf(),
        st_geomfromhexwkb::udf(),
        st_geomfromtext::udf(),
        st_geomfromwkb::udf(),
        st_intersection::udf(),
        st_intersects::udf(),
        st_isvalid::udf(),
        st_makevalid::udf(),
        st_point::udf(),
        st_pointonsurface::udf(),
        st_transform::udf(),
        st_within::udf(),
        st_x::udf(),
        st_xmax::udf(),
        st_xmin::udf(),
        st_y::udf(),
        st_ymax::udf(),
        st_ymin::udf(),
    ]
}

/// Makes every spatial function known to a session.
pub fn register(ctx: &SessionContext) {
    for udf in all() {
        ctx.register_udf(udf);
    }
    ctx.register_udaf(st_union_agg::udaf());
}
