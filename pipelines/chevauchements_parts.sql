-- What part of each candidate is in which commune and académie: one row per object, level and area that it is in or near.
--
-- A surface is cut by the areas that its box meets; the rest is wholly where the position is. The part that lies in no area is a
-- row of its own (`hors_contours`) and is shared out among nobody. Less than a thousandth of a surface, here or there, is the play
-- of contours drawn apart: left out. Areas that overlap share what they have in common by what each holds. Parts sum to 1.
-- Areas are added as whole square millimetres: a sum of fractions would depend on the order of rows.
with coupes as (
    select
        c.objet, c.id, c.niveau, a.code,
        sum(cast(round(case
            when st_intersects(c.surface, a.geometry) then st_area_m2(st_intersection(c.surface, a.geometry))
        end * 1000000) as bigint)) as mm2
    from chevauchements_candidats as c
    join chevauchements_contours as a
        on a.niveau = c.niveau and a.cellule = c.cellule and a.x1 <= c.x2 and a.x2 >= c.x1 and a.y1 <= c.y2 and a.y2 >= c.y1
    where c.a_couper
    group by c.objet, c.id, c.niveau, a.code
),
dedans as (
    select objet, id, niveau, sum(mm2) as mm2 from coupes group by objet, id, niveau
),
lignes as (
    select d.objet, d.id, d.niveau, d.code, d.mm2
    from (
        select objet, id, niveau, code, mm2 from coupes
        union all
        select c.objet, c.id, c.niveau, 'hors_contours', cast(round(c.surface_m2 * 1000000) as bigint) - coalesce(d.mm2, 0)
        from chevauchements_candidats as c
        left join dedans as d on d.objet = c.objet and d.id = c.id and d.niveau = c.niveau
        where c.a_couper
    ) as d
    join chevauchements_candidats as c on c.objet = d.objet and c.id = d.id and c.niveau = d.niveau
    where d.mm2 > 1000 * c.surface_m2
    union all
    select objet, id, niveau, situee, case when a_couper then 0 else 1 end
    from chevauchements_candidats
    where situee is not null
    union all
    select objet, id, niveau, unnest(string_to_array(voisines, ' ')), 0
    from chevauchements_candidats
    where voisines is not null
),
sommes as (
    select objet, id, niveau, code, sum(mm2) as mm2 from lignes group by objet, id, niveau, code
),
parts as (
    select
        objet, id, niveau, code, mm2,
        sum(mm2) over (partition by objet, id, niveau) as tout_mm2,
        count(*) over (partition by objet, id, niveau) as territoires
    from sommes
)
select
    p.objet, p.id, p.niveau, p.code, p.mm2, p.tout_mm2, cast(p.mm2 as double) / cast(p.tout_mm2 as double) as part,
    c.base, c.distance_limite_m, c.position, c.situee, c.declaree, c.cellule
from parts as p
join chevauchements_candidats as c on c.objet = p.objet and c.id = p.id and c.niveau = p.niveau
where p.territoires > 1
