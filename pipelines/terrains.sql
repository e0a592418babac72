-- The ground of each site: the zones that the BD TOPO draws for its establishments; else the convex hull of its accepted
-- buildings. A site of one small building or of none has no ground that could be told from it.
--
-- A zone names an establishment, not its place: it is of the site of its place that is nearest to the zone, else of the principal
-- one.
with places as (
    select
        s.site_id, p.id_source, p.geometry,
        row_number() over (
            partition by p.id_source, p.uai
            order by coalesce(l.position_qualite = 'commune', true), st_distance_m(l.geometry, p.geometry) nulls last, l.rang, s.site_id
        ) as rang
    from perimetres as p
    join sites_lieux as s on s.uai = p.uai
    join lieux_situes as l on l.uai = s.uai and l.lieu_id = s.lieu_id
    where not p.surface_conventionnelle
),
zones as (
    select site_id, st_union_agg(geometry) as geometry, count(distinct id_source) as morceaux
    from places
    where rang = 1
    group by site_id
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
