-- Establishments and sites near a border, or on both sides of it: what part of each is in which commune, académie and région
-- académique. A région has the parts of its académies; an object between two académies of one région is on no border of it.
with regions as (
    select code as region, unnest(string_to_array(academies, ' ')) as academie
    from regions_academiques
),
de_region as (
    select
        p.objet, p.id, coalesce(r.region, 'hors_contours') as code, max(d.region) as declaree,
        max(s.region) as situee, max(p.cellule) as cellule, min(p.position) as position, min(p.distance_limite_m) as distance_limite_m,
        min(p.base) as base,
        cast(sum(p.mm2) as double) / cast(max(p.tout_mm2) as double) as part
    from chevauchements_parts as p
    left join regions as r on r.academie = p.code
    left join regions as d on d.academie = p.declaree
    left join regions as s on s.academie = p.situee
    where p.niveau = 'academie' and exists (select 1 from regions)
    group by p.objet, p.id, coalesce(r.region, 'hors_contours')
),
entre_regions as (
    select *, count(*) over (partition by objet, id) as territoires from de_region
),
alentours as (
    select
        objet, id, position, situee, cellule,
        st_geomfromtext(concat('POLYGON((', x - 0.02, ' ', y - 0.02, ',', x + 0.02, ' ', y - 0.02, ',', x + 0.02, ' ', y + 0.02, ',',
            x - 0.02, ' ', y + 0.02, ',', x - 0.02, ' ', y - 0.02, '))')) as carre
    from (
        select objet, id, position, situee, cellule, st_x(position) as x, st_y(position) as y
        from entre_regions
        where territoires > 1 and code = situee
    )
),
-- The border of a région, coasts included: the nearest place around that is not of it.
distances as (
    select
        p.objet, p.id,
        st_distance_m(min(p.position), st_difference(min(p.carre), st_union_agg(st_intersection(p.carre, a.geometry)))) as distance_m
    from alentours as p
    join regions as r on r.region = p.situee
    join chevauchements_contours as a on a.niveau = 'academie' and a.code = r.academie and a.cellule = p.cellule
    group by p.objet, p.id
),
tous as (
    select objet, id, niveau, code, part, base, distance_limite_m, declaree from chevauchements_parts
    union all
    select
        p.objet, p.id, 'region_academique', p.code, p.part, p.base,
        case when p.situee is null then p.distance_limite_m when d.distance_m <= 1000 then d.distance_m end,
        p.declaree
    from entre_regions as p
    left join distances as d on d.objet = p.objet and d.id = p.id
    where p.territoires > 1
)
select
    objet, id, niveau, code, part, base, round(distance_limite_m, 1) as distance_limite_m,
    code = declaree as declare
from tous
