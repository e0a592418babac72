-- One row per UAI: its principal place, with the régions académiques of its académies.
with regions as (
    select max(code) as region, academie
    from (select code, unnest(string_to_array(academies, ' ')) as academie from regions_academiques)
    group by academie
)
select
    uai, nom, type_etablissement, code_nature, libelle_nature, secteur, contrat, ministere_tutelle, etat, date_ouverture,
    education_prioritaire, rpi_concentre, rpi_disperse, uai_mere, plusieurs_sites, siret,
    adresse, code_postal, code_commune, nom_commune, code_departement, code_academie, telephone, mail, web,
    geometry, position_source, position_methode, position_qualite, position_incertitude_m,
    position_origine, position_ecart_m, appariement, localisation, sigle, rnb_declares, circonscription, code_bassin,
    commune_situee, commune_distance_limite_m, commune_concorde, commune_voisines,
    academie_situee, academie_distance_limite_m, academie_concorde, academie_voisines,
    d.region as region_academique_declaree, s.region as region_academique_situee, d.region = s.region as region_academique_concorde,
    _source, _extrait, _ligne, _problemes
from lieux_situes
left join regions as d on d.academie = code_academie
left join regions as s on s.academie = academie_situee
where rang = 1
