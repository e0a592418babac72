-- The communes and académies that the box of a candidate meets, one row per area; per area and `cellule` for académies, whose
-- contours are long: only what is around their candidates is kept, a kilometre around their positions. It is cut once for all of
-- them, then cell by cell.
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
boites as (
    select
        niveau, cellule,
        least(x1, st_x(position) - autour) as x1, least(y1, st_y(position) - autour) as y1,
        greatest(x2, st_x(position) + autour) as x2, greatest(y2, st_y(position) + autour) as y2
    from (select *, case when niveau = 'academie' then 0.02 else 0.0 end as autour from chevauchements_candidats)
    where niveau = 'academie' or a_couper
),
voisinages as (
    select niveau, cellule, x1, y1, x2, y2, st_geomfromtext(concat(
        'POLYGON((', x1, ' ', y1, ',', x2, ' ', y1, ',', x2, ' ', y2, ',', x1, ' ', y2, ',', x1, ' ', y1, '))')) as geometry
    from boites
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
cellules as (
    select cellule, st_union_agg(geometry) as voisinage, min(x1) as x1, min(y1) as y1, max(x2) as x2, max(y2) as y2
    from voisinages
    where niveau = 'academie'
    group by cellule
),
gardees as (
    select niveau, code, '' as cellule, geometry from proches where niveau = 'commune'
    union all
    select p.niveau, p.code, c.cellule, st_intersection(p.geometry, c.voisinage)
    from (select niveau, code, st_intersection(geometry, voisinage) as geometry from proches where niveau = 'academie') as p
    join cellules as c on st_xmin(p.geometry) <= c.x2 and st_xmax(p.geometry) >= c.x1 and st_ymin(p.geometry) <= c.y2 and st_ymax(p.geometry) >= c.y1
)
select
    niveau, code, cellule, geometry,
    st_xmin(geometry) as x1, st_ymin(geometry) as y1, st_xmax(geometry) as x2, st_ymax(geometry) as y2
from gardees
where geometry is not null
