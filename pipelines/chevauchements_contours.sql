-- The communes and académies that the box of a candidate meets, one row per area. Of an académie, whose contour is long, only
-- what is around its candidates is kept: cut once for all of them.
with aires as (
    select
        niveau, type, code, millesime, geometry,
        st_xmin(geometry) as x1, st_ymin(geometry) as y1, st_xmax(geometry) as x2, st_ymax(geometry) as y2
    from (
        select 'commune' as niveau, type, code, millesime, geometry from communes where type in ('ARM', 'COM') and geometry is not null
        union all
        select 'academie', null, code, millesime, geometry from academies where geometry is not null
    )
),
voisinages as (
    select niveau, x1, y1, x2, y2, st_geomfromtext(concat(
        'POLYGON((', x1, ' ', y1, ',', x2, ' ', y1, ',', x2, ' ', y2, ',', x1, ' ', y2, ',', x1, ' ', y1, '))')) as geometry
    from chevauchements_candidats
    where niveau = 'academie' or a_couper
),
-- Paris is its arrondissements.
entieres as (
    select distinct c.niveau, c.code, c.millesime
    from aires as c
    join (
        select st_x(dedans) as x, st_y(dedans) as y, dedans
        from (select st_pointonsurface(geometry) as dedans from aires where type = 'ARM')
    ) as a on a.x >= c.x1 and a.x <= c.x2 and a.y >= c.y1 and a.y <= c.y2
    where c.type = 'COM' and st_contains(c.geometry, a.dedans)
),
proches as (
    select a.niveau, a.code, a.millesime, a.geometry, st_union_agg(v.geometry) as voisinage
    from aires as a
    join voisinages as v on v.niveau = a.niveau and a.x1 <= v.x2 and a.x2 >= v.x1 and a.y1 <= v.y2 and a.y2 >= v.y1
    left join entieres as e on e.niveau = a.niveau and e.code = a.code and e.millesime = a.millesime
    where e.code is null
    group by a.niveau, a.code, a.millesime, a.geometry
),
gardees as (
    select niveau, code, case when niveau = 'academie' then st_intersection(geometry, voisinage) else geometry end as geometry
    from proches
)
select
    niveau, code, geometry,
    st_xmin(geometry) as x1, st_ymin(geometry) as y1, st_xmax(geometry) as x2, st_ymax(geometry) as y2
from gardees
where geometry is not null
