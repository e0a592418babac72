-- What is known today of each UAI. `rentree`: that of the day of the directory (September begins one); null for the closed.
-- `niveau`: whose indicators it may have, by type, else by nature (N_NATURE_UAI): 1xx écoles, 34x and 35x collèges, 370
-- EREA, 30x to 33x lycées; none for services and the medico-social.
-- `sans_ips`: no index is ever published for it: nursery schools, schools without pupils of their own, private without contract.
with connus as (
    select uai, 'annuaire' as identite,
           case when extract(month from contenu_du) >= 9
                then concat(cast(extract(year from contenu_du) as varchar), '-', cast(extract(year from contenu_du) + 1 as varchar))
                when contenu_du is not null
                then concat(cast(extract(year from contenu_du) - 1 as varchar), '-', cast(extract(year from contenu_du) as varchar))
                end as rentree,
           nom, type_etablissement, code_nature, libelle_nature, secteur, contrat, etat, cast(null as date) as date_fermeture,
           education_prioritaire, code_commune, nom_commune, code_departement, code_academie,
           region_academique_declaree as code_region_academique, code_bassin,
           geometry, position_qualite, position_incertitude_m
    from annuaire
    union all
    select f.uai, 'fermes', null, f.nom, null, f.code_nature, f.libelle_nature, f.secteur, null, 'FERME', f.date_fermeture,
           null, f.code_commune, f.nom_commune, f.code_departement, f.code_academie, null, null,
           f.geometry, f.position_qualite, f.position_incertitude_m
    from fermes as f
    left anti join annuaire as a on a.uai = f.uai
),
situes as (
    select c.*, t.code_epci,
           coalesce(c.code_region_academique, t.code_region_academique) as region_academique
    from connus as c
    left join communes_territoires as t
        on t.code = c.code_commune and t.millesime = (select max(millesime) from communes_territoires)
)
select uai, identite, rentree, nom, type_etablissement, code_nature, libelle_nature,
       case secteur when 'Public' then 'public' when 'Privé' then 'prive' end as secteur,
       contrat, etat, date_fermeture, education_prioritaire,
       case when type_etablissement = 'Ecole' then 'ecole'
            when type_etablissement = 'Collège' then 'college'
            when type_etablissement = 'Lycée' then 'lycee'
            when type_etablissement = 'EREA' then 'erea'
            when type_etablissement is not null then 'aucun'
            when code_nature like '1%' then 'ecole'
            when code_nature like '34%' or code_nature like '35%' then 'college'
            when code_nature = '370' then 'erea'
            when code_nature like '30%' or code_nature like '31%' or code_nature like '32%' or code_nature like '33%' then 'lycee'
            when code_nature is not null then 'aucun' end as niveau,
       coalesce(code_nature in ('101', '102', '103', '111', '170'), false)
           or coalesce(upper(contrat) like 'HORS CONTRAT%', false) as sans_ips,
       code_commune, nom_commune, code_departement, code_academie, region_academique as code_region_academique, code_bassin,
       code_epci, geometry, position_qualite, position_incertitude_m
from situes
