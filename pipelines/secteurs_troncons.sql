-- Ranges of numbers in streets, or whole communes, and the establishment that they belong to. Streets are in the form that
-- compares (`street_name`); where no street is said, the name of the place stands for it.
with carte as (
    select
        uai, code_commune, portee = 'commune' as entiere,
        street_name(case when voie <> '' then voie else lieu_dit end) as voie, numero_debut, numero_fin, parite
    from carte_scolaire
),
occitanie as (
    select
        uai, code_commune, voie is null and lieu_dit is null as entiere,
        street_name(coalesce(voie, lieu_dit)) as voie, coalesce(numero_debut, 0) as numero_debut, coalesce(numero_fin, 9999) as numero_fin,
        case parite when 'pairs' then 'P' when 'impairs' then 'I' else 'PI' end as parite
    from secteurs_occitanie
    where uai is not null and code_commune is not null
)
select * from carte
union all
select o.*
from occitanie as o
left join (select distinct uai from carte) as c on c.uai = o.uai
where c.uai is null
