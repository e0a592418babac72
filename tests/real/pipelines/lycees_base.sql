select numero_uai as uai, appellation_officielle as nom, secteur_public_prive_libe as secteur,
       etat_etablissement_libe as etat, cast(nature_uai as varchar) as code_nature, date_ouverture, code_commune,
       libelle_commune as nom_commune, code_departement, coalesce(code_academie, 'ZZ') as code_academie,
       libelle_academie, epsg, appariement,
       geometry, position_source, position_methode, position_qualite, position_incertitude_m,
       _source, _extrait, _ligne, _problemes
from lycees_codes
