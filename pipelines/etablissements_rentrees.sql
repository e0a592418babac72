-- One row per establishment and rentrée that an indicator knows, and one per establishment of the directory for the rentrée
-- of its day. Names, territories and positions are those of today, whatever the rentrée.
--
-- The status of a measure, in this order: what the source says of the establishment; `non_concerne` when it is of a kind that
-- the measure is not about; `rentree_non_publiee` when the source has nobody of that kind for that rentrée; else `sans_ligne`.
with cles as (
    select uai, rentree from ips_rentrees
    union
    select uai, rentree from effectifs_etablissements
    union
    select uai, rentree from resultats_rentrees
    union
    select uai, rentree from labels_rentrees
    union
    select uai, rentree from identites where rentree is not null
),
publies as (
    select niveau, rentree,
           bool_or(mesure = 'ips') as ips, bool_or(mesure = 'effectifs') as effectifs, bool_or(mesure = 'dnb') as dnb,
           bool_or(mesure = 'bac_gt') as bac_gt, bool_or(mesure = 'bac_pro') as bac_pro
    from publications
    group by niveau, rentree
),
lignes as (
    select k.uai, k.rentree, i.identite, i.nom, i.type_etablissement, i.code_nature, i.libelle_nature, i.secteur as secteur_connu,
           i.contrat, i.etat, i.date_fermeture, coalesce(i.niveau, 'inconnu') as niveau, coalesce(i.sans_ips, false) as sans_ips,
           i.code_commune, i.nom_commune, i.code_departement, i.code_academie, i.code_region_academique, i.code_bassin,
           i.code_epci, i.geometry, i.position_qualite, i.position_incertitude_m,
           coalesce(p.ips, i.niveau is null) as ips_publie, coalesce(p.effectifs, i.niveau is null) as effectifs_publies,
           coalesce(p.dnb, i.niveau is null) as dnb_publie, coalesce(p.bac_gt, i.niveau is null) as bac_gt_publie,
           coalesce(p.bac_pro, i.niveau is null) as bac_pro_publie
    from cles as k
    left join identites as i on i.uai = k.uai
    left join publies as p on p.niveau = i.niveau and p.rentree = k.rentree
)
select
    l.uai, l.rentree, split_part(l.rentree, '-', 2) as session,
    coalesce(l.identite, 'aucune') as identite, l.nom, l.type_etablissement, l.code_nature, l.libelle_nature,
    coalesce(s.secteur, e.secteur, r.secteur, l.secteur_connu) as secteur, l.contrat, l.etat, l.date_fermeture,
    s.ips_niveau, s.type_lycee, s.ips,
    coalesce(s.ips_statut, case when l.niveau = 'aucun' or l.sans_ips then 'non_concerne'
                                when not l.ips_publie then 'rentree_non_publiee' else 'sans_ligne' end) as ips_statut,
    s.ips_ecart_type, s.ips_gt, s.ips_pro, s.ips_post_bac,
    e.niveaux, e.eleves,
    case when e.eleves is not null then 'valeur' when e.uai is not null then 'absent'
         when l.niveau = 'aucun' then 'non_concerne'
         when not l.effectifs_publies then 'rentree_non_publiee' else 'sans_ligne' end as effectif_statut,
    e.eleves_ecole, e.eleves_college, e.eleves_lycee_gt, e.eleves_lycee_pro, e.rayon_symbole,
    case when r.dnb = 1 then 'valeur' when r.dnb = 2 then 'ns' when r.dnb = 3 then 'nd'
         when l.niveau in ('aucun', 'ecole', 'lycee') then 'non_concerne'
         when not l.dnb_publie then 'rentree_non_publiee' else 'sans_ligne' end as dnb_statut,
    cast(r.dnb_presents as bigint) as dnb_presents, cast(r.dnb_admis as bigint) as dnb_admis, r.dnb_taux_reussite,
    cast(r.dnb_generale_candidats as bigint) as dnb_generale_candidats, r.dnb_generale_taux_reussite,
    r.dnb_generale_va_taux_reussite, r.dnb_generale_note_ecrit, r.dnb_generale_va_note_ecrit, r.taux_acces_6e_3e,
    case when r.bac_gt = 1 then 'valeur' when r.bac_gt = 2 then 'ns' when r.bac_gt = 3 then 'nd'
         when l.niveau in ('aucun', 'ecole', 'college', 'erea') then 'non_concerne'
         when not l.bac_gt_publie then 'rentree_non_publiee' else 'sans_ligne' end as bac_gt_statut,
    cast(r.bac_gt_presents as bigint) as bac_gt_presents, r.bac_gt_taux_reussite, r.bac_gt_va_taux_reussite,
    r.bac_gt_taux_mentions, r.bac_gt_va_taux_mentions,
    case when r.bac_pro = 1 then 'valeur' when r.bac_pro = 2 then 'ns' when r.bac_pro = 3 then 'nd'
         when l.niveau in ('aucun', 'ecole', 'college', 'erea') then 'non_concerne'
         when not l.bac_pro_publie then 'rentree_non_publiee' else 'sans_ligne' end as bac_pro_statut,
    cast(r.bac_pro_presents as bigint) as bac_pro_presents, r.bac_pro_taux_reussite, r.bac_pro_va_taux_reussite,
    r.bac_pro_taux_mentions, r.bac_pro_va_taux_mentions,
    p.education_prioritaire, p.education_prioritaire_source,
    l.code_commune, l.nom_commune, l.code_departement, l.code_academie, l.code_region_academique, l.code_bassin, l.code_epci,
    l.geometry, l.position_qualite, l.position_incertitude_m
from lignes as l
left join ips_rentrees as s on s.uai = l.uai and s.rentree = l.rentree
left join effectifs_etablissements as e on e.uai = l.uai and e.rentree = l.rentree
left join resultats_rentrees as r on r.uai = l.uai and r.rentree = l.rentree
left join labels_rentrees as p on p.uai = l.uai and p.rentree = l.rentree
