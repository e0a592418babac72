-- One row per UAI: its principal place.
select
    uai, nom, type_etablissement, code_nature, libelle_nature, secteur, contrat, ministere_tutelle, etat, date_ouverture,
    education_prioritaire, rpi_concentre, rpi_disperse, uai_mere, plusieurs_sites, siret,
    adresse, code_postal, code_commune, nom_commune, code_departement, code_academie, telephone, mail, web,
    geometry, position_source, position_methode, position_qualite, position_incertitude_m,
    position_origine, position_ecart_m, appariement, localisation, sigle, rnb_declares, circonscription,
    _source, _extrait, _ligne, _problemes
from etablissements_lieux
where rang = 1
