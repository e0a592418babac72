-- Establishments that belong together, one row per group and member. A group's id is its type and the code that the
-- source gives it, or the UAI that it is built on.
with principaux as (
    select * from etablissements_lieux where rang = 1 and uai is not null
),
membres as (
    select 'cite:' || trim(code_cite_scolaire) as groupe_id, uai, 'cite_scolaire' as type, 'membre' as role,
           _source, _extrait, _ligne, _problemes
    from cites_codes
    union all
    select 'rpi_disperse:' || upper(trim(rpi_disperse)), uai, 'rpi_disperse', 'membre',
           _source, _extrait, _ligne, cast(null as varchar)
    from principaux
    where trim(rpi_disperse) <> ''
    union all
    select 'rpi_concentre:' || uai, uai, 'rpi_concentre', 'membre', _source, _extrait, _ligne, cast(null as varchar)
    from principaux
    where rpi_concentre
    union all
    select 'mere:' || uai_mere, uai, 'mere_annexe',
           case type_rattachement
               when 'ANNEXE GEOGRAPHIQUE' then 'annexe'
               when 'FILIERE OU DEPARTEMENT OU SECTION' then 'section'
               else 'rattache'
           end,
           _source, _extrait, _ligne, cast(null as varchar)
    from principaux
    where uai_mere <> uai
    union all
    select 'mere:' || uai_mere, uai_mere, 'mere_annexe', 'mere', _source, _extrait, _ligne, cast(null as varchar)
    from principaux
    where uai_mere <> uai
),
rangs as (
    select *, row_number() over (
        partition by groupe_id, coalesce(uai, 'ligne ' || cast(_ligne as varchar)) order by role, _ligne
    ) as rang
    from membres
)
select groupe_id, uai, type, role, _source, _extrait, _ligne, _problemes
from rangs
where rang = 1
