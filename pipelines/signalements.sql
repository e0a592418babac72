-- All of them under one key, which holds as long as the same thing is to be corrected: it leaves out measures and dates.
select
    substr(md5(type || '|' || uai || '|' || detail), 1, 16) as signalement_id,
    uai, code_academie, type, gravite, description, valeur_actuelle, valeur_attendue, source, responsable
from (
    select * from signalements_positions
    union all
    select * from signalements_doublons
    union all
    select * from signalements_citations
)
