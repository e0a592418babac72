-- `position` is latitude first, in one cell.
select
    code_academie, code_departement, code_insee, com_name_upper, lieu_dit, type_et_libelle,
    no_de_voie_debut, no_de_voie_fin, indice_de_repetition_debut, indice_de_repetition_fin, parite,
    code_rne, appellation_officielle, type_etablissement, geo_shape,
    trim(split_part(position, ',', 1)) as latitude,
    trim(split_part(position, ',', 2)) as longitude,
    _source, _extrait, _ligne
from carte_scolaire_occitanie
