-- The yard of each site: its ground without the buildings known there, whoever they belong to.
with batis as (
    select t.site_id, st_union_agg(st_makevalid(l.geometry)) as geometry
    from terrains as t
    join (select distinct site_id, id_source, geometry from liens_sites where site_id is not null) as l on l.site_id = t.site_id
    where st_area_m2(l.geometry) > 0 and st_intersects(t.geometry, l.geometry)
    group by t.site_id
)
select
    t.site_id,
    t.perimetre_qualite,
    round(st_area_m2(t.geometry), 1) as surface_perimetre_m2,
    round(coalesce(st_area_m2(st_intersection(t.geometry, b.geometry)), 0), 1) as surface_batie_m2,
    round(st_area_m2(case when b.geometry is null then t.geometry else st_difference(t.geometry, b.geometry) end), 1) as surface_cour_m2,
    case when b.geometry is null then t.geometry else st_difference(t.geometry, b.geometry) end as geometry
from terrains as t
left join batis as b on b.site_id = t.site_id
