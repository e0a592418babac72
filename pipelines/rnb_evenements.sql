-- One row per event of a building. The event happens when the version of the building that it makes begins: the lower
-- bound of `sys_period`, `["2025-06-02 00:01:33.798109+00",)`.
select
    rnb_id,
    action,
    arrow_cast(
        replace(regexp_match(sys_period, '^\["?([^",]+?)\+00')[1], ' ', 'T') || 'Z',
        'Timestamp(Microsecond, Some("UTC"))'
    ) as date_evenement,
    event_type as type_evenement,
    event_id as evenement_id,
    status as statut,
    case
        when lower(is_active) in ('1', 't', 'true') then true
        when lower(is_active) in ('0', 'f', 'false') then false
    end as actif,
    nullif(nullif(parent_buildings, '[]'), '') as parents,
    geometry,
    _source, _extrait, _ligne, _problemes
from evenements_codes
