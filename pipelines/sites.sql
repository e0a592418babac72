-- One row per place of one or more establishments, described by the first of its rows (principal before others, then UAI).
with rangees as (
    select *, row_number() over (partition by site_id order by rang, uai) as rang_site
    from etablissements_lieux
    where uai is not null
),
comptes as (
    select site_id, count(distinct uai) as etablissements from rangees group by site_id
)
select
    r.site_id, c.etablissements, r.adresse, r.code_postal, r.code_commune, r.nom_commune, r.code_departement, r.code_academie,
    r.geometry, r.position_qualite, r.position_incertitude_m, r.position_origine,
    r._source, r._extrait, r._ligne
from rangees as r
join comptes as c on c.site_id = r.site_id
where r.rang_site = 1
