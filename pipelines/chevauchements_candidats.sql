-- Establishments and sites that may be on both sides of a border of communes or académies, one row per object and level: those
-- with another area near their position, and those that reach as far as the border does (`a_couper`). The box is that of
-- what they occupy; candidates of one `cellule` (a tenth of a degree) are told of one piece of each académie.
--
-- What an object occupies is its accepted buildings and its ground, all its places together; a building known by a point only has
-- no surface. What reaches less far from the position than the border does is wholly in the area of the position.
with batis as (
    select uai, site_id, st_makevalid(geometry) as geometry
    from liens_sites
    where statut = 'accepte' and st_area_m2(geometry) > 0
),
morceaux as (
    select 'etablissement' as objet, uai as id, 'batiments' as base, geometry from batis
    union all
    select 'etablissement', uai, 'terrain', geometry from perimetres where not surface_conventionnelle
    union all
    select 'site', site_id, 'batiments', geometry from batis where site_id is not null
    union all
    select 'site', site_id, 'terrain', geometry from terrains
),
boites as (
    select
        objet, id, max(base) as base,
        min(st_xmin(geometry)) as x1, min(st_ymin(geometry)) as y1, max(st_xmax(geometry)) as x2, max(st_ymax(geometry)) as y2
    from morceaux
    group by objet, id
),
objets as (
    select
        'etablissement' as objet, uai as id, geometry as position, code_commune, commune_situee, commune_voisines,
        commune_distance_limite_m, code_academie, academie_situee, academie_voisines, academie_distance_limite_m
    from etablissements_situes
    where uai is not null
    union all
    select
        'site', site_id, geometry, code_commune, commune_situee, commune_voisines,
        commune_distance_limite_m, code_academie, academie_situee, academie_voisines, academie_distance_limite_m
    from sites
),
niveaux as (
    select
        objet, id, position, 'commune' as niveau, commune_situee as situee, commune_voisines as voisines,
        commune_distance_limite_m as distance_limite_m, code_commune as declaree
    from objets
    union all
    select objet, id, position, 'academie', academie_situee, academie_voisines, academie_distance_limite_m, code_academie
    from objets
),
portees as (
    select
        n.objet, n.id, n.niveau, n.position, n.voisines, n.distance_limite_m, n.declaree, b.x1, b.y1, b.x2, b.y2,
        case when n.position is not null then coalesce(n.situee, 'hors_contours') end as situee,
        coalesce(b.base, 'position') as base,
        b.id is not null and coalesce(greatest(
            st_distance_m(n.position, st_point(b.x1, b.y1)), st_distance_m(n.position, st_point(b.x1, b.y2)),
            st_distance_m(n.position, st_point(b.x2, b.y1)), st_distance_m(n.position, st_point(b.x2, b.y2))
        ) >= n.distance_limite_m, true) as a_couper
    from niveaux as n
    left join boites as b on b.objet = n.objet and b.id = n.id
),
surfaces as (
    select m.objet, m.id, st_union_agg(m.geometry) as surface
    from morceaux as m
    join (select distinct objet, id from portees where a_couper) as p on p.objet = m.objet and p.id = m.id
    group by m.objet, m.id
)
select
    p.objet, p.id, p.niveau, p.position, p.situee, p.voisines, p.distance_limite_m, p.declaree, p.base, p.a_couper,
    s.surface, st_area_m2(s.surface) as surface_m2, p.x1, p.y1, p.x2, p.y2,
    case when p.niveau = 'academie' then concat_ws(' ', floor(coalesce(st_x(p.position), p.x1) * 10), floor(coalesce(st_y(p.position), p.y1) * 10)) else '' end as cellule
from portees as p
left join surfaces as s on s.objet = p.objet and s.id = p.id and p.a_couper
where p.voisines is not null or p.a_couper
