-- Sectors that several territories share: one row per establishment, level and territory. All communes of a sector are measured one
-- way: by their addresses when the lake has some of each, else by their surface, else each commune for one.
with mesurees as (
    select
        uai, code_commune, communes_millionnieme, surface_mm2, adresses_millionnieme,
        min(coalesce(adresses_millionnieme, 0)) over (partition by uai) as moins_d_adresses,
        min(coalesce(surface_mm2, 0)) over (partition by uai) as moins_de_surface
    from secteurs_communes
),
pesees as (
    select
        m.uai, m.code_commune,
        case
            when m.moins_d_adresses > 0 then 'adresses'
            when m.moins_de_surface > 0 then 'surface'
            else 'communes'
        end as base,
        m.communes_millionnieme, m.surface_mm2, m.adresses_millionnieme,
        t.code_departement, t.code_academie, t.code_region_academique
    from mesurees as m
    left join (
        select * from communes_territoires where millesime = (select max(millesime) from communes_territoires)
    ) as t on t.code = m.code_commune
),
niveaux as (
    select 'commune' as niveau, code_commune as code, * from pesees
    union all
    select 'departement', coalesce(code_departement, 'inconnu'), * from pesees
    union all
    select 'academie', coalesce(code_academie, 'inconnu'), * from pesees
    union all
    select 'region_academique', coalesce(code_region_academique, 'inconnu'), * from pesees
),
sommes as (
    select
        uai, niveau, code, base, count(*) as communes,
        sum(case base when 'adresses' then adresses_millionnieme when 'surface' then surface_mm2 else communes_millionnieme end) as poids,
        sum(adresses_millionnieme) as adresses_millionnieme
    from niveaux
    group by uai, niveau, code, base
),
parts as (
    select
        *,
        sum(poids) over (partition by uai, niveau) as tout,
        count(*) over (partition by uai, niveau) as territoires
    from sommes
),
declares as (
    select
        e.uai, e.code_commune as commune, e.code_departement as departement, e.code_academie as academie,
        r.code_region_academique as region_academique
    from etablissements as e
    left join (
        select code_academie, max(code_region_academique) as code_region_academique
        from communes_territoires
        where millesime = (select max(millesime) from communes_territoires)
        group by code_academie
    ) as r on r.code_academie = e.code_academie
)
select
    p.uai, p.niveau, p.code,
    cast(p.poids as double) / cast(p.tout as double) as part,
    p.base, p.communes,
    case when p.base = 'adresses' then cast(round(cast(p.adresses_millionnieme as double) / 1000000) as bigint) end as adresses,
    p.code = case p.niveau
        when 'commune' then d.commune
        when 'departement' then d.departement
        when 'academie' then d.academie
        else d.region_academique
    end as declare
from parts as p
left join declares as d on d.uai = p.uai
where p.territoires > 1
