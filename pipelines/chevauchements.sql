-- Establishments and sites near a border, or on both sides of it: what part of each is in which area.
--
-- A part is measured on the ground of a site, on the accepted buildings of an establishment, among the areas near the position;
-- else it is all where the position is, or in `hors_contours` when that is in no area. Parts always sum to 1.
with emprises as (
    select uai, st_union_agg(st_makevalid(geometry)) as geometry
    from liens_sites
    where statut = 'accepte' and st_area_m2(geometry) > 0
    group by uai
),
objets as (
    select
        'etablissement' as objet, e.uai as id, 'batiments' as base_surface, b.geometry as surface,
        e.commune_situee, e.commune_voisines, e.commune_distance_limite_m, e.code_commune,
        e.academie_situee, e.academie_voisines, e.academie_distance_limite_m, e.code_academie
    from etablissements_situes as e
    left join emprises as b on b.uai = e.uai
    where e.uai is not null and (e.commune_voisines is not null or e.academie_voisines is not null)
    union all
    select
        'site', s.site_id, 'terrain', t.geometry,
        s.commune_situee, s.commune_voisines, s.commune_distance_limite_m, s.code_commune,
        s.academie_situee, s.academie_voisines, s.academie_distance_limite_m, s.code_academie
    from sites as s
    left join terrains as t on t.site_id = s.site_id
    where s.commune_voisines is not null or s.academie_voisines is not null
),
codes as (
    select
        objet, id, base_surface, surface, 'commune' as niveau,
        unnest(string_to_array(concat_ws(' ', coalesce(commune_situee, 'hors_contours'), commune_voisines), ' ')) as code,
        coalesce(commune_situee, 'hors_contours') as situee, code_commune as declaree, commune_distance_limite_m as distance_limite_m
    from objets
    where commune_voisines is not null
    union all
    select
        objet, id, base_surface, surface, 'academie',
        unnest(string_to_array(concat_ws(' ', coalesce(academie_situee, 'hors_contours'), academie_voisines), ' ')),
        coalesce(academie_situee, 'hors_contours'), code_academie, academie_distance_limite_m
    from objets
    where academie_voisines is not null
),
aires as (
    select 'commune' as niveau, code, geometry from communes where type in ('ARM', 'COM')
    union all
    select 'academie', code, geometry from academies
),
mesures as (
    select
        c.objet, c.id, c.niveau, c.code, c.situee, c.declaree, c.distance_limite_m, c.base_surface,
        st_area_m2(c.surface) as surface_m2,
        coalesce(st_area_m2(st_intersection(c.surface, a.geometry)), 0) as dedans_m2
    from codes as c
    left join aires as a on a.niveau = c.niveau and a.code = c.code
),
sommes as (
    select *, sum(dedans_m2) over (partition by objet, id, niveau) as somme_m2 from mesures
),
parts as (
    select
        objet, id, niveau, code, declaree, distance_limite_m,
        case when somme_m2 > 0 then base_surface else 'position' end as base,
        case
            when somme_m2 > 0 then dedans_m2 / somme_m2
            when code = situee then 1.0
            else 0.0
        end as part
    from sommes
),
regions as (
    select code as region, unnest(string_to_array(academies, ' ')) as academie
    from regions_academiques
),
de_region as (
    select
        p.objet, p.id, coalesce(r.region, 'hors_contours') as code, max(d.region) as declaree,
        min(p.distance_limite_m) as distance_limite_m, min(p.base) as base, sum(p.part) as part
    from parts as p
    left join regions as r on r.academie = p.code
    left join regions as d on d.academie = p.declaree
    where p.niveau = 'academie' and exists (select 1 from regions)
    group by p.objet, p.id, coalesce(r.region, 'hors_contours')
),
tous as (
    select objet, id, niveau, code, declaree, distance_limite_m, base, part from parts
    union all
    select objet, id, 'region_academique', code, declaree, distance_limite_m, base, part from de_region
)
select
    objet, id, niveau, code, part, base, round(distance_limite_m, 1) as distance_limite_m,
    code = declaree as declare
from tous
