-- One row per pair of a movement: a commune before, a commune after. 00000 before: the land was in no commune.
select coalesce("COM_AV", '00000') as ancien, "COM_AP" as nouveau, date_effet, cast(mod as int) as mod, commune_movement(mod) as nature,
       "LIBELLE_AV" as nom_ancien, "LIBELLE_AP" as nom_nouveau, _source, _extrait, _ligne, _problemes
from mouvements_valeurs
where "TYPECOM_AP" = 'COM' and coalesce("TYPECOM_AV", 'COM') = 'COM'
