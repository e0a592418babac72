-- Every site ever known: those of today, and those that ended, with what became of them.
--
-- A site of the last release that is not there any more has merged into the site where most of its establishments are now, or has
-- disappeared with them. One that begins has split from the site of the last release where most of its establishments were, or is new.
-- Dates are those of the directory.
with jour as (
    select max(contenu_du) as jour from etablissements_sites
),
actuels as (
    select
        s.site_id,
        string_agg(distinct s.uai, ' ' order by s.uai) as uai,
        min(d.code_commune) as code_commune, min(st_x(d.geometry)) as lon, min(st_y(d.geometry)) as lat
    from etablissements_sites as s
    join sites as d on d.site_id = s.site_id
    group by s.site_id
),
batis as (
    select site_id, string_agg(distinct concat(source, ':', id_source), ' ' order by concat(source, ':', id_source)) as batiments
    from etablissements_batiments
    where statut = 'accepte' and site_id is not null
    group by site_id
),
anciens_membres as (
    select site_id, unnest(string_to_array(uai, ' ')) as uai from registre_avant where statut = 'actif'
),
passages as (
    select
        a.site_id as ancien, s.site_id as nouveau, count(distinct a.uai) as membres,
        row_number() over (partition by a.site_id order by count(distinct a.uai) desc, s.site_id) as rang_ancien,
        row_number() over (partition by s.site_id order by count(distinct a.uai) desc, a.site_id) as rang_nouveau
    from anciens_membres as a
    join etablissements_sites as s on s.uai = a.uai
    where a.site_id <> s.site_id
    group by a.site_id, s.site_id
)
select
    c.site_id,
    'actif' as statut,
    coalesce(r.apparu_le, j.jour) as apparu_le,
    coalesce(r.cause_apparition, case when p.ancien is null then 'nouveau' else 'scission' end) as cause_apparition,
    case when r.site_id is null then p.ancien else r.issu_de end as issu_de,
    cast(null as date) as fini_le, cast(null as varchar) as cause_fin, cast(null as varchar) as remplace_par,
    c.uai, b.batiments, c.code_commune, c.lon, c.lat
from actuels as c
cross join jour as j
left join registre_avant as r on r.site_id = c.site_id
left join batis as b on b.site_id = c.site_id
left join passages as p on p.nouveau = c.site_id and p.rang_nouveau = 1
union all
select
    r.site_id,
    'fini' as statut,
    r.apparu_le, r.cause_apparition, r.issu_de,
    case when r.statut = 'fini' then r.fini_le else j.jour end as fini_le,
    case when r.statut = 'fini' then r.cause_fin when p.nouveau is null then 'disparition' else 'fusion' end as cause_fin,
    case when r.statut = 'fini' then r.remplace_par else p.nouveau end as remplace_par,
    r.uai, r.batiments, r.code_commune, r.lon, r.lat
from registre_avant as r
cross join jour as j
left join actuels as c on c.site_id = r.site_id
left join passages as p on p.ancien = r.site_id and p.rang_ancien = 1
where c.site_id is null
