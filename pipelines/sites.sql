-- One row per site, described by the first of its places (principal before others, then UAI), with what is estimated of its
-- ground.
with rangees as (
    select
        s.site_id, l.*,
        row_number() over (partition by s.site_id order by l.rang, l.uai) as rang_site
    from sites_lieux as s
    join lieux_situes as l on l.uai = s.uai and l.lieu_id = s.lieu_id
),
comptes as (
    select site_id, count(distinct uai) as etablissements from sites_lieux group by site_id
),
batis as (
    select site_id, count(distinct id_source) as batiments from liens_sites where statut = 'accepte' group by site_id
)
select
    r.site_id, c.etablissements, r.adresse, r.code_postal, r.code_commune, r.nom_commune, r.code_departement, r.code_academie,
    r.geometry, r.position_qualite, r.position_incertitude_m, r.position_origine,
    r.commune_situee, r.commune_distance_limite_m, r.commune_voisines, r.academie_situee, r.academie_distance_limite_m, r.academie_voisines,
    coalesce(b.batiments, 0) as batiments, t.perimetre_qualite, t.surface_perimetre_m2, t.surface_batie_m2, t.surface_cour_m2,
    r._source, r._extrait, r._ligne
from rangees as r
join comptes as c on c.site_id = r.site_id
left join batis as b on b.site_id = r.site_id
left join cours as t on t.site_id = r.site_id
where r.rang_site = 1
