-- Session N closes rentrée N-1. A rate outside of 0 to 100 or a mark outside of 0 to 20 has a status that no contract allows:
-- the row is rejected. The unit follows from the indicator.
with unites as (
    select *,
           case when indicateur like 'va_%' then 'point'
                when indicateur like 'taux_%' or indicateur like 'part_%' then '%'
                when indicateur = 'note_ecrit' then 'point sur 20'
                else 'élève' end as unite,
           upper(trim(texte)) as mot
    from valeurs
)
select uai, session,
       concat(cast(cast(session as int) - 1 as varchar), '-', session) as rentree,
       examen, serie, indicateur, dispositif,
       case when lower(secteur) like 'pr%' then 'prive' when lower(secteur) like 'pu%' then 'public' end as secteur,
       valeur, unite,
       case when mot in ('ND', '.') then 'nd'
            when mot = 'NS' then 'ns'
            when valeur is null then 'illisible'
            when unite = 'point' then 'valeur'
            when valeur < 0 or valeur > case unite when '%' then 100 when 'point sur 20' then 20 else 100000 end then 'hors_bornes'
            else 'valeur' end as statut,
       _source, _extrait, _ligne, _problemes
from unites
