-- What the map of the sectors covers, by département. The communes are those of the lake: arrondissements in the place of
-- their city, delegated and associated communes left out, of the newest vintage. The map is of the day of the extract:
-- `communes_inconnues` tells how far the two disagree. The département is that of the commune's code.
with communes_du_lac as (
    select distinct code,
           case when code like '97%' or code like '98%' then substr(code, 1, 3) else concat('0', substr(code, 1, 2)) end as code_departement
    from communes
    where millesime = (select max(millesime) from communes)
      and type in ('COM', 'ARM') and code not in ('75056', '13055', '69123')
),
lignes as (
    select coalesce(code_departement, case when code_insee like '97%' or code_insee like '98%' then substr(code_insee, 1, 3)
                                           else concat('0', substr(code_insee, 1, 2)) end) as code_departement,
           code_insee, code_rne
    from secteurs_codes
    where niveau = 'college'
),
sectorisees as (
    select distinct code_insee as code from lignes where code_rne is not null and code_insee is not null
),
par_departement as (
    select code_departement, count(*) as lignes,
           sum(case when code_rne is null then 1 else 0 end) as lignes_sans_uai,
           count(distinct code_rne) as colleges
    from lignes
    group by code_departement
),
inconnus as (
    select l.code_departement,
           count(distinct case when e.uai is null then l.code_rne end) as uai_inconnus,
           count(distinct case when c.code is null then l.code_insee end) as communes_inconnues
    from lignes l
    left join etablissements e on e.uai = l.code_rne
    left join communes_du_lac c on c.code = l.code_insee
    group by l.code_departement
),
couverture as (
    select c.code_departement, count(*) as communes, count(s.code) as communes_sectorisees
    from communes_du_lac c
    left join sectorisees s on s.code = c.code
    group by c.code_departement
)
select c.code_departement, c.communes, c.communes_sectorisees,
       round(100.0 * c.communes_sectorisees / c.communes, 1) as part_sectorisee,
       coalesce(p.lignes, 0) as lignes, coalesce(p.lignes_sans_uai, 0) as lignes_sans_uai, coalesce(p.colleges, 0) as colleges,
       coalesce(i.uai_inconnus, 0) as uai_inconnus, coalesce(i.communes_inconnues, 0) as communes_inconnues
from couverture c
left join par_departement p on p.code_departement = c.code_departement
left join inconnus i on i.code_departement = c.code_departement
