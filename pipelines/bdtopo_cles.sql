-- One row per zone and `MEN:` key. The keys of several registers stand in one cell, `MEN:0350852L/FINESS:350000014`.
select cleabs, nature, nature_detaillee, toponyme, substr(cle, 5) as uai, geometry, _source, _extrait, _ligne
from (
    select *, unnest(string_to_array(identifiants_sources, '/')) as cle
    from zones
)
where cle like 'MEN:%'
