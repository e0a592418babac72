-- One row per UAI. The directory gives a UAI several rows when it has several sites: the principal one is the
-- best located, then the first by address and position: its content decides, never its place in the export.
-- Rows whose UAI could not be read stay, each alone, so that the contract rejects them by name.
select
    identifiant_de_l_etablissement as uai,
    nom_etablissement as nom,
    type_etablissement,
    code_nature,
    libelle_nature,
    statut_public_prive as secteur,
    type_contrat_prive as contrat,
    ministere_tutelle,
    etat,
    date_ouverture,
    appartenance_education_prioritaire as education_prioritaire,
    rpi_concentre,
    rpi_disperse,
    etablissement_mere as uai_mere,
    multi_uai as plusieurs_sites,
    siren_siret as siret,
    adresse_1 as adresse,
    code_postal,
    code_commune,
    nom_commune,
    code_departement,
    coalesce(code_academie, 'ZZ') as code_academie,
    telephone,
    mail,
    web,
    geometry,
    position_source,
    position_methode,
    position_qualite,
    position_incertitude_m,
    _source, _extrait, _ligne, _problemes
from (
    select *, row_number() over (
        partition by coalesce(identifiant_de_l_etablissement, 'ligne ' || cast(_ligne as varchar))
        order by geometry is null, position_incertitude_m nulls last, adresse_1, st_x(geometry), st_y(geometry), nom_etablissement
    ) as rang
    from etablissements_codes
)
where rang = 1
