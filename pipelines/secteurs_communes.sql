-- What a sector has of each of its communes: all of it, or a share, measured three ways. `communes_millionnieme` is that share.
-- `surface_mm2` and `adresses_millionnieme` are the same share of the commune's surface and of its addresses; null when the lake
-- does not know them.
--
-- The share of a sector made of streets is that of the addresses which its ranges hold among those that any range of the commune
-- holds: streets that are written in no way that the addresses know are as the others. Where it holds none, it is its share of the
-- ranges. An address that several sectors hold counts in each. A number 9999 stands for a place without numbers.
with parcours as (
    select uai, code_commune, bool_or(entiere) as entiere, count(*) as troncons
    from secteurs_troncons
    group by uai, code_commune
),
troncons as (
    select code_commune, sum(troncons) as troncons from parcours where not entiere group by code_commune
),
adresses_utiles as (
    select a.cle_interop, a.code_commune, a.numero, a.voie
    from adresses as a
    join (select distinct code_commune from parcours) as p on p.code_commune = a.code_commune
),
toutes as (
    select code_commune, count(*) as adresses from adresses_utiles group by code_commune
),
numerotees as (
    select a.cle_interop, a.code_commune, a.numero, street_name(a.voie) as voie
    from adresses_utiles as a
    join troncons as t on t.code_commune = a.code_commune
),
tenues as (
    select distinct t.uai, t.code_commune, a.cle_interop
    from secteurs_troncons as t
    join numerotees as a on a.code_commune = t.code_commune and a.voie = t.voie
    where not t.entiere
      and (a.numero = 9999 or (
          a.numero between t.numero_debut and t.numero_fin
          and (t.parite = 'PI' or (t.parite = 'P') = (a.numero % 2 = 0))))
),
tenues_par_secteur as (
    select uai, code_commune, count(*) as adresses from tenues group by uai, code_commune
),
tenues_par_commune as (
    select code_commune, count(*) as adresses
    from (select distinct code_commune, cle_interop from tenues)
    group by code_commune
),
surfaces as (
    select code, st_area_m2(geometry) as surface_m2
    from communes
    where type in ('ARM', 'COM') and millesime = (select max(millesime) from communes)
),
parts as (
    select
        p.uai, p.code_commune, n.adresses, s.surface_m2,
        case
            when p.entiere then 1.0
            when u.adresses is not null then cast(u.adresses as double) / cast(c.adresses as double)
            else cast(p.troncons as double) / cast(t.troncons as double)
        end as communes
    from parcours as p
    left join troncons as t on t.code_commune = p.code_commune
    left join toutes as n on n.code_commune = p.code_commune
    left join tenues_par_secteur as u on u.uai = p.uai and u.code_commune = p.code_commune
    left join tenues_par_commune as c on c.code_commune = p.code_commune
    left join surfaces as s on s.code = p.code_commune
)
-- Whole numbers add up to the same sum in any order.
select
    uai, code_commune,
    cast(round(communes * 1000000) as bigint) as communes_millionnieme,
    cast(round(communes * surface_m2 * 1000000) as bigint) as surface_mm2,
    cast(round(communes * cast(adresses as double) * 1000000) as bigint) as adresses_millionnieme
from parts
