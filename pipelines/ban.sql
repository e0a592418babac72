-- One row per address key.
select
    id as cle_interop,
    numero,
    nullif(rep, '') as repetition,
    nullif(nom_voie, '') as voie,
    code_postal,
    code_insee as code_commune,
    nom_commune as commune,
    code_insee_ancienne_commune as code_ancienne_commune,
    nullif(type_position, '') as type_position,
    nullif(source_position, '') as source_position,
    certification_commune as certifiee,
    geometry,
    _source, _extrait, _ligne, _problemes
from adresses_codes
