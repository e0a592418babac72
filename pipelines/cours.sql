-- The yard of each site: its ground without the buildings known there, whoever they belong to. A ground where no building is
-- known is not all yard: its buildings are missing, so that nothing is said of its yard but why.
with batis as (
    select t.site_id, st_union_agg(st_makevalid(l.geometry)) as geometry
    from terrains as t
    join (select distinct site_id, id_source, geometry from liens_sites where site_id is not null) as l on l.site_id = t.site_id
    where st_area_m2(l.geometry) > 0 and st_intersects(t.geometry, l.geometry)
    group by t.site_id
),
restes as (
    select
        t.site_id, t.perimetre_qualite, t.geometry as terrain, b.geometry as bati,
        case when b.geometry is not null then st_difference(t.geometry, b.geometry) end as geometry
    from terrains as t
    left join batis as b on b.site_id = t.site_id
)
select
    site_id,
    perimetre_qualite,
    round(st_area_m2(terrain), 1) as surface_perimetre_m2,
    round(coalesce(st_area_m2(st_intersection(terrain, bati)), 0), 1) as surface_batie_m2,
    round(st_area_m2(geometry), 1) as surface_cour_m2,
    case when bati is null then 'aucun_batiment_connu' when geometry is null then 'entierement_bati' end as sans_cour,
    geometry
from restes
