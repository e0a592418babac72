-- The Pays de la Loire are the académie of Nantes (17); their file says less than the directory: what it lacks is null.
select
    identifiant_de_l_etablissement, nom_etablissement, type_etablissement, statut_public_prive, adresse_1, code_postal,
    code_commune, nom_commune, code_departement, code_academie, nom_circonscription, code_bassin_formation, telephone, mail, web,
    appartenance_education_prioritaire, siren_siret, type_contrat_prive, coordx_origine, coordy_origine, epsg_origine,
    latitude, longitude, precision_localisation, date_ouverture, etat, ministere_tutelle, multi_uai, rpi_concentre,
    rpi_disperse, code_nature, libelle_nature, etablissement_mere, type_rattachement_etablissement_mere, _source,
    _extrait, _ligne
from annuaire
union all
select
    uai as identifiant_de_l_etablissement, nom as nom_etablissement, type_etablissement, secteur as statut_public_prive,
    adresse as adresse_1, code_postal, code_commune, nom_commune, code_departement, '17' as code_academie, cast(null as varchar) as nom_circonscription,
    cast(null as varchar) as code_bassin_formation, telephone,
    mail, web, cast(null as varchar) as appartenance_education_prioritaire, cast(null as varchar) as siren_siret,
    cast(null as varchar) as type_contrat_prive, cast(null as varchar) as coordx_origine,
    cast(null as varchar) as coordy_origine, cast(null as varchar) as epsg_origine, latitude, longitude,
    cast(null as varchar) as precision_localisation, cast(null as varchar) as date_ouverture,
    cast(null as varchar) as etat, cast(null as varchar) as ministere_tutelle, cast(null as varchar) as multi_uai,
    cast(null as varchar) as rpi_concentre, cast(null as varchar) as rpi_disperse, cast(null as varchar) as code_nature,
    cast(null as varchar) as libelle_nature, cast(null as varchar) as etablissement_mere,
    cast(null as varchar) as type_rattachement_etablissement_mere, _source, _extrait, _ligne
from ecoles_champs
