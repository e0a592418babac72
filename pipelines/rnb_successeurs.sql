-- One row per retired identifier and the building that takes its place. Parents are a JSON list of texts.
select
    unnest(string_to_array(regexp_replace(parents, '[\[\]" ]', '', 'g'), ',')) as ancien_rnb_id,
    rnb_id as nouveau_rnb_id,
    case type_evenement when 'merge' then 'fusion' else 'scission' end as nature,
    date_evenement,
    evenement_id,
    _source, _extrait, _ligne
from evenements_batiments
where action = 'create' and type_evenement in ('merge', 'split') and parents is not null
