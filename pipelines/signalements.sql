-- All of them under one key, which holds as long as the same thing is to be corrected: it leaves out measures and dates.
select
    substr(md5(s.type || '|' || s.uai || '|' || s.detail), 1, 16) as signalement_id,
    s.uai, s.code_academie, e.circonscription, s.type, s.gravite, s.description,
    s.valeur_actuelle, s.valeur_attendue, s.source, s.responsable
from (
    select * from signalements_positions
    union all
    select * from signalements_doublons
    union all
    select * from signalements_citations
    union all
    select * from signalements_perimetres
) as s
left join etablissements as e on e.uai = s.uai
