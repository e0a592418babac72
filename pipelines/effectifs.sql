-- One row per establishment, rentrée and level of the four files, counts still as text. The four count different pupils.
with tous as (
    select rentree_scolaire as rentree, numero_ecole as uai, 'ecole' as niveau, secteur, rep, rep_plus,
           nombre_total_eleves as eleves, nombre_total_classes as classes,
           nombre_eleves_preelementaire_hors_ulis as eleves_preelementaire,
           nombre_eleves_elementaire_hors_ulis as eleves_elementaire,
           nombre_eleves_ulis as eleves_ulis, cast(null as varchar) as eleves_segpa,
           _source, _extrait, _ligne
    from effectifs_ecoles
    union all
    select rentree_scolaire, numero_college, 'college', secteur, rep, rep0,
           nombre_eleves_total, null, null, null, nombre_d_eleves_total_ulis, nombre_d_eleves_total_segpa,
           _source, _extrait, _ligne
    from effectifs_colleges
    union all
    select rentree_scolaire, numero_lycee, 'lycee_gt', secteur, null, null, nombre_d_eleves, null, null, null, null, null,
           _source, _extrait, _ligne
    from effectifs_lycees_gt
    union all
    select rentree_scolaire, numero_lycee, 'lycee_pro', secteur, null, null, nombre_d_eleves, null, null, null, null, null,
           _source, _extrait, _ligne
    from effectifs_lycees_pro
)
select uai, rentree, niveau,
       case when lower(secteur) like 'pr%' then 'prive' when lower(secteur) like 'pu%' then 'public' end as secteur,
       case when rep_plus = '1' then 'REP+' when rep = '1' then 'REP' when rep = '0' then 'hors' end as education_prioritaire,
       eleves, classes, eleves_preelementaire, eleves_elementaire, eleves_ulis, eleves_segpa,
       _source, _extrait, _ligne
from tous
