-- One row per active RNB building of the scope; the footprint where the RNB has one, else its point. Its département is that
-- of its export; in the national export, that of its first parcel, else of its first address.
select
    'rnb' as source,
    rnb_id as id_source,
    rnb_id,
    status as statut,
    coalesce(
        clean_departement(_partie),
        clean_departement(regexp_match(plots, '"id"\s*:\s*"(9[78][0-9]|[0-9][0-9AB])[0-9]{2,3}')[1]),
        clean_departement(regexp_match(addresses, '"cle_interop_ban"\s*:\s*"(9[78][0-9]|[0-9][0-9AB])[0-9]{2,3}')[1]),
        'ZZ'
    ) as code_departement,
    coalesce(st_geomfromtext(shape), st_geomfromtext(point)) as geometry,
    addresses as adresses,
    ext_ids as identifiants_externes,
    plots as parcelles,
    _source, _extrait, _ligne
from export_batiments
