-- Zones known by a point only are drawn as small squares: below 30 m², a square says where, and not how large.
select
    cleabs as id_source,
    uai,
    nature,
    nature_detaillee,
    toponyme as nom,
    count(*) over (partition by cleabs) as etablissements_de_la_zone,
    st_area_m2(geometry) as surface_m2,
    st_area_m2(geometry) < 30 as surface_conventionnelle,
    reparee as geometry,
    _source, _extrait, _ligne,
    nullif(concat_ws(chr(10), _problemes, case when reparee <> geometry then concat('geometry', chr(9), chr(9), 'not valid: repaired') end), '') as _problemes
from (select *, st_makevalid(geometry) as reparee from zones_codes)
