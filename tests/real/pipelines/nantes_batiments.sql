-- One row per BD TOPO building. A cell may hold several RNB ids (`A/B`): the relation is n:m, so that only a single one is
-- the building's own; the cell stays whole beside it.
select
    'bdtopo' as source,
    "ID" as id_source,
    case when strpos("IDS_RNB", '/') = 0 then "IDS_RNB" end as rnb_id,
    cast(null as varchar) as statut,
    '044' as code_departement,
    geometry,
    cast(null as varchar) as adresses,
    "IDS_RNB" as identifiants_externes,
    cast(null as varchar) as parcelles,
    _source, _extrait, _ligne, _problemes
from batiments_codes
