-- Positions and territories of the open establishments.
--
-- Tolerance of 200 m at the borders: that of `report_straddling_within_m` where establishments are located, since the
-- contours are simplified; an establishment that declares a commune or an académie so near is not reported. The contours
-- are those of the last vintage; a code that they do not have (new or former commune, overseas collectivity) cannot be
-- compared, and is not reported either. The two files may each place another site of an establishment that has several:
-- their distance is no error then.
with declarees as (
    select c.code, c.geometry
    from communes as c
    join (select max(millesime) as millesime from communes) as dernier on c.millesime = dernier.millesime
    where c."type" in ('COM', 'ARM')
),
ouverts as (
    select
        e.uai, e.code_academie, e.code_commune, e.commune_situee, e.commune_concorde, e.academie_situee, e.academie_concorde,
        e.academie_voisines, e.academie_distance_limite_m, e.etat, e.geometry, e.position_methode, e.position_qualite,
        e.position_origine, e.position_ecart_m, e.plusieurs_sites,
        coalesce(e.nom, 'Établissement sans nom') as nom,
        case when e.code_nature between '101' and '199' then 'IEN' else 'académie' end as charge,
        round(st_distance_m(e.geometry, c.geometry)) as ecart_commune_m,
        a.code is not null as academie_connue
    from etablissements as e
    left join declarees as c on c.code = e.code_commune and not e.commune_concorde
    left join (select distinct code from academies) as a on a.code = e.code_academie
)
select
    uai, code_academie, 'position_absente' as type, '' as detail,
    case when etat = 'A OUVRIR' then 'mineure' else 'majeure' end as gravite,
    nom || ' : aucune source ne donne de position lisible.' as description,
    cast(null as varchar) as valeur_actuelle,
    'des coordonnées dans la commune ' || coalesce(code_commune, 'déclarée') as valeur_attendue,
    'annuaire, géolocalisation' as source, charge as responsable
from ouverts
where geometry is null
union all
select
    uai, code_academie, 'position_commune' as type, '' as detail, 'mineure' as gravite,
    nom || ' : position au centre de la commune (précision déclarée : ' || coalesce(position_methode, 'aucune') || ').' as description,
    coalesce(position_methode, 'centre de la commune') as valeur_actuelle,
    'la position du bâtiment ou de l''adresse' as valeur_attendue,
    position_origine as source, charge as responsable
from ouverts
where position_qualite = 'commune' and coalesce(commune_concorde, true)
union all
select
    uai, code_academie, 'position_hors_commune' as type, '' as detail,
    case when ecart_commune_m >= 1000 then 'majeure' else 'mineure' end as gravite,
    nom || ' : commune déclarée ' || code_commune || ', position dans la commune ' || commune_situee
        || ', à ' || cast(cast(ecart_commune_m as bigint) as varchar) || ' m de la commune déclarée.' as description,
    commune_situee as valeur_actuelle, code_commune as valeur_attendue, position_origine as source, charge as responsable
from ouverts
where not commune_concorde and ecart_commune_m > 200
union all
select
    uai, code_academie, 'academie_discordante' as type, '' as detail, 'majeure' as gravite,
    nom || ' : académie déclarée ' || code_academie || ', position dans l''académie ' || academie_situee
        || ', à ' || cast(cast(round(academie_distance_limite_m) as bigint) as varchar) || ' m de sa limite.' as description,
    code_academie as valeur_actuelle, academie_situee as valeur_attendue, position_origine as source, 'académie' as responsable
from ouverts
where not academie_concorde and academie_connue
    and array_position(string_to_array(coalesce(academie_voisines, ''), ' '), code_academie) is null
union all
select
    uai, code_academie, 'positions_discordantes' as type, '' as detail,
    case when position_ecart_m >= 1000 then 'majeure' else 'mineure' end as gravite,
    nom || ' : positions de l''annuaire et de la géolocalisation à '
        || cast(cast(round(position_ecart_m) as bigint) as varchar) || ' m l''une de l''autre.' as description,
    cast(cast(round(position_ecart_m) as bigint) as varchar) || ' m' as valeur_actuelle,
    'la même position dans les deux fichiers' as valeur_attendue,
    'annuaire, géolocalisation' as source, 'DEPP (Ramsese)' as responsable
from ouverts
where position_ecart_m > 200 and not coalesce(plusieurs_sites, false)
