-- One row per active RNB building of the scope; the footprint where the RNB has one, else its point.
select
    'rnb' as source,
    rnb_id as id_source,
    rnb_id,
    status as statut,
    clean_departement(_partie) as code_departement,
    coalesce(st_geomfromtext(shape), st_geomfromtext(point)) as geometry,
    addresses as adresses,
    ext_ids as identifiants_externes,
    plots as parcelles,
    _source, _extrait, _ligne
from export_batiments
