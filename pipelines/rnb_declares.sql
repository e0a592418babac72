-- The RNB identifiers that the ministry declares for a UAI, one row each. How several are written in one cell is not
-- documented: identifiers shown in three groups of four are closed up first, then all that is not a letter or a digit
-- separates. What is no identifier stays as it is, for the contract to reject.
select distinct
    numero_uai as uai,
    unnest(string_to_array(
        trim(both '|' from regexp_replace(
            regexp_replace(upper(rnb), '\b([A-Z0-9]{4})[ _-]([A-Z0-9]{4})[ _-]([A-Z0-9]{4})\b', '\1\2\3', 'g'),
            '[^\pL\pN]+', '|', 'g')),
        '|')) as rnb_id,
    rnb as texte_source,
    _source, _extrait, _ligne, _problemes
from geolocalisation_codes
where trim(rnb) <> ''
