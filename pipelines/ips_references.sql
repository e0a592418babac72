-- The means that the files repeat on each establishment, one row each: national, of its académie, of its département, by
-- sector; for lycées by type (LEGT, LPO, LP).
with ecoles_et_colleges as (
    select rentree_scolaire, 'ecole' as niveau, code_de_l_academie as code_academie, code_du_departement, ips_national,
           ips_national_prive, ips_national_public, ips_academique, ips_academique_prive, ips_academique_public,
           ips_departemental, ips_departemental_prive, ips_departemental_public
    from ips_ecoles
    union all
    select rentree_scolaire, 'college' as niveau, code_academie, code_du_departement, ips_national,
           ips_national_prive, ips_national_public, ips_academique, ips_academique_prive, ips_academique_public,
           ips_departemental, ips_departemental_prive, ips_departemental_public
    from ips_colleges
),
moyennes as (
    select rentree_scolaire as rentree, niveau, code_academie, code_du_departement as code_departement,
           unnest(make_array('national', 'national', 'national', 'academique', 'academique', 'academique', 'departemental',
                             'departemental', 'departemental')) as perimetre,
           'sans_objet' as type_lycee,
           unnest(make_array('ensemble', 'prive', 'public', 'ensemble', 'prive', 'public', 'ensemble', 'prive', 'public')) as secteur,
           unnest(make_array(ips_national, ips_national_prive, ips_national_public, ips_academique, ips_academique_prive,
                             ips_academique_public, ips_departemental, ips_departemental_prive, ips_departemental_public)) as moyenne
    from ecoles_et_colleges
    union all
    select rentree_scolaire as rentree, 'lycee' as niveau, code_academie, code_du_departement as code_departement,
           unnest(make_array('national', 'national', 'national', 'national', 'national', 'national', 'national', 'national',
                             'national', 'academique', 'academique', 'academique', 'academique', 'academique', 'academique',
                             'academique', 'academique', 'academique', 'departemental', 'departemental', 'departemental',
                             'departemental', 'departemental', 'departemental', 'departemental', 'departemental',
                             'departemental')) as perimetre,
           unnest(make_array('LEGT', 'LEGT', 'LEGT', 'LPO', 'LPO', 'LPO', 'LP', 'LP', 'LP', 'LEGT', 'LEGT', 'LEGT', 'LPO',
                             'LPO', 'LPO', 'LP', 'LP', 'LP', 'LEGT', 'LEGT', 'LEGT', 'LPO', 'LPO', 'LPO', 'LP', 'LP', 'LP')) as type_lycee,
           unnest(make_array('ensemble', 'prive', 'public', 'ensemble', 'prive', 'public', 'ensemble', 'prive', 'public',
                             'ensemble', 'prive', 'public', 'ensemble', 'prive', 'public', 'ensemble', 'prive', 'public',
                             'ensemble', 'prive', 'public', 'ensemble', 'prive', 'public', 'ensemble', 'prive', 'public')) as secteur,
           unnest(make_array(ips_national_legt, ips_national_legt_prive, ips_national_legt_public, ips_national_lpo,
                             ips_national_lpo_prive, ips_national_lpo_public, ips_national_lp, ips_national_lp_prive,
                             ips_national_lp_public, ips_academique_legt, ips_academique_legt_prive, ips_academique_legt_public,
                             ips_academique_lpo, ips_academique_lpo_prive, ips_academique_lpo_public, ips_academique_lp,
                             ips_academique_lp_prive, ips_academique_lp_public, ips_departemental_legt,
                             ips_departemental_legt_prive, ips_departemental_legt_public, ips_departemental_lpo,
                             ips_departemental_lpo_prive, ips_departemental_lpo_public, ips_departemental_lp,
                             ips_departemental_lp_prive, ips_departemental_lp_public)) as moyenne
    from ips_lycees
)
select distinct rentree, niveau, type_lycee, secteur, perimetre, moyenne,
       case when perimetre = 'academique' then code_academie end as code_academie,
       case when perimetre = 'departemental' then code_departement end as code_departement
from moyennes
where trim(moyenne) <> '' and upper(trim(moyenne)) not in ('NA', 'NS', 'ND')   -- no establishment of the kind there
