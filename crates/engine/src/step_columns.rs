//! The columns that steps of the link crate read of their inputs by name.

use edulac_spec::pipeline::{LinkBuildings, Sites};

/// An option of a step, the input that it names, the columns that are read of it.
pub(crate) type Reads<'a> = (&'static str, &'a str, &'static [&'static str]);

pub(crate) fn of_link(link: &LinkBuildings) -> Vec<Reads<'_>> {
    given([
        (
            "establishments",
            Some(&link.establishments),
            &["uai", "geometry", "position_qualite"],
        ),
        (
            "buildings",
            Some(&link.buildings),
            &["source", "id_source", "geometry"],
        ),
        ("declared", link.declared.as_ref(), &["uai", "rnb_id"]),
        (
            "perimeters",
            link.perimeters.as_ref(),
            &["id_source", "uai", "geometry"],
        ),
        (
            "addresses",
            link.addresses.as_ref(),
            &["cle_interop", "voie"],
        ),
        (
            "corrections",
            link.corrections.as_ref(),
            &["uai", "id_source", "decision"],
        ),
    ])
}

pub(crate) fn of_sites(sites: &Sites) -> Vec<Reads<'_>> {
    given([
        (
            "places",
            Some(&sites.places),
            &["uai", "lieu_id", "geometry", "position_qualite"],
        ),
        (
            "links",
            Some(&sites.links),
            &["uai", "lieu_id", "source", "id_source", "statut"],
        ),
        (
            "perimeters",
            sites.perimeters.as_ref(),
            &["id_source", "uai", "surface_conventionnelle"],
        ),
        (
            "groups",
            sites.groups.as_ref(),
            &["groupe_id", "uai", "type"],
        ),
        (
            "previous",
            sites.previous.as_ref(),
            &["site_id", "statut", "uai", "batiments"],
        ),
    ])
}

/// Those whose input is named.
fn given<'a, const N: usize>(
    all: [(&'static str, Option<&'a String>, &'static [&'static str]); N],
) -> Vec<Reads<'a>> {
    let given = all.into_iter();
    given
        .filter_map(|(option, input, columns)| Some((option, input?.as_str(), columns)))
        .collect()
}
