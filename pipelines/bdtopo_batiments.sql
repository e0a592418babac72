-- One row per building of the BD TOPO. `identifiants_rnb` joins several identifiers by `/`: the relation is n:m.
select
    cleabs as id_source,
    nature,
    nullif(usage_1, '') as usage_1,
    nullif(usage_2, '') as usage_2,
    construction_legere,
    etat_de_l_objet as etat,
    nombre_de_logements as logements,
    nombre_d_etages as etages,
    nullif(hauteur, 0) as hauteur_m,
    nullif(identifiants_rnb, '') as identifiants_rnb,
    reparee as geometry,
    _source, _extrait, _ligne,
    nullif(concat_ws(chr(10), _problemes, case when reparee <> geometry then concat('geometry', chr(9), chr(9), 'not valid: repaired') end), '') as _problemes
from (select *, st_makevalid(geometry) as reparee from batiments_codes)
