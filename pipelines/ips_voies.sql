-- One row per establishment, rentrée and voie, values still as text. Only lycées have voies; `ensemble` is the whole
-- establishment: voies GT and pro in the file of 2022, and post-bac classes too from 2023 on.
with lycees as (
    select rentree_scolaire, uai, secteur, type_de_lycee, _source, _extrait, _ligne,
           unnest(make_array('ensemble', 'gt', 'pro', 'post_bac')) as voie,
           unnest(make_array(ips_etab, ips_voie_gt, ips_voie_pro, ips_post_bac)) as ips,
           unnest(make_array(ecart_type_etablissement, ecart_type_voie_gt, ecart_type_voie_pro, null)) as ecart_type,
           unnest(make_array(cast(null as varchar), null, null, null)) as effectif
    from ips_lycees
    union all
    select rentree_scolaire, uai, secteur, type_de_lycee, _source, _extrait, _ligne,
           unnest(make_array('ensemble', 'gt', 'pro')),
           unnest(make_array(ips_ensemble_gt_pro, ips_voie_gt, ips_voie_pro)),
           unnest(make_array(null, ecart_type_de_l_ips_voie_gt, ecart_type_de_l_ips_voie_pro)),
           unnest(make_array(effectifs_ensemble_gt_pro, effectifs_voie_gt, effectifs_voie_pro))
    from ips_lycees_2022
    where rentree_scolaire like '2022%'
),
tous as (
    select rentree_scolaire, uai, secteur, 'ecole' as niveau, 'ensemble' as voie, cast(null as varchar) as type_lycee,
           ips, cast(null as varchar) as ecart_type, cast(null as varchar) as effectif, _source, _extrait, _ligne
    from ips_ecoles
    union all
    select rentree_scolaire, uai, secteur, 'college', 'ensemble', null, ips, ecart_type_de_l_ips, effectifs,
           _source, _extrait, _ligne
    from ips_colleges_2022
    where rentree_scolaire like '2022%'
    union all
    select rentree_scolaire, uai, secteur, 'college', 'ensemble', null, ips, ecart_type_de_l_ips, null,
           _source, _extrait, _ligne
    from ips_colleges
    union all
    select rentree_scolaire, uai, secteur, 'erea', 'ensemble', null, ips, null, null, _source, _extrait, _ligne
    from ips_erea
    union all
    select rentree_scolaire, uai, secteur, 'lycee', voie, upper(trim(type_de_lycee)), ips, ecart_type, effectif,
           _source, _extrait, _ligne
    from lycees
    where voie = 'ensemble' or trim(ips) <> ''
)
select rentree_scolaire as rentree, uai, niveau, voie, type_lycee,
       case when lower(secteur) like 'pr%' then 'prive' when lower(secteur) like 'pu%' then 'public' end as secteur,
       ips as ips_texte, ecart_type, effectif, _source, _extrait, _ligne
from tous
