-- The ground of each site: the zones that the BD TOPO draws for its establishments; else the convex hull of its accepted
-- buildings. A site of one small building or of none has no ground that could be told from it.
with membres as (
    select distinct site_id, uai from sites_lieux
),
zones as (
    select m.site_id, st_union_agg(p.geometry) as geometry, count(distinct p.id_source) as morceaux
    from membres as m
    join perimetres as p on p.uai = m.uai
    where not p.surface_conventionnelle
    group by m.site_id
),
emprises as (
    select site_id, st_union_agg(st_makevalid(geometry)) as geometry, count(distinct id_source) as morceaux
    from liens_sites
    where statut = 'accepte' and site_id is not null and st_area_m2(geometry) > 0
    group by site_id
)
select
    coalesce(z.site_id, e.site_id) as site_id,
    case when z.site_id is not null then 'zone' else 'enveloppe' end as perimetre_qualite,
    coalesce(z.morceaux, e.morceaux) as morceaux,
    coalesce(z.geometry, st_convexhull(e.geometry)) as geometry
from zones as z
full outer join emprises as e on e.site_id = z.site_id
where coalesce(z.geometry, st_convexhull(e.geometry)) is not null
