-- One row per establishment, kind of teaching and language.
with lignes as (
    select uai, nullif(upper(trim(enseignements)), '') as enseignement, nullif(trim(langues), '') as langue,
           _source, _extrait, _ligne, _problemes
    from offre_codes
),
rangees as (
    select *, row_number() over (partition by uai, enseignement, langue order by _ligne) as fois
    from lignes
)
select uai, enseignement, langue, _source, _extrait, _ligne, _problemes
from rangees
where fois = 1 or uai is null or enseignement is null or langue is null
