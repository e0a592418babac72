-- One row per establishment and rentrée: session N closes rentrée N-1, which `resultats` says already. The brevet has two
-- sources that do not add up: all candidates without value added (DNB), and the série générale with it (IVAC).
-- The status of an examination: `valeur` when one of its indicators has a value, else what the source writes instead.
with colonnes as (
    select *, concat_ws('|', dispositif, examen, serie, indicateur) as colonne
    from resultats
)
select uai, rentree, max(secteur) as secteur,
       min(case when examen = 'dnb' then case statut when 'valeur' then 1 when 'ns' then 2 else 3 end end) as dnb,
       max(case when colonne = 'DNB|dnb|toutes|presents' then valeur end) as dnb_presents,
       max(case when colonne = 'DNB|dnb|toutes|admis' then valeur end) as dnb_admis,
       max(case when colonne = 'DNB|dnb|toutes|taux_reussite' then valeur end) as dnb_taux_reussite,
       max(case when colonne = 'IVAC|dnb|generale|candidats' then valeur end) as dnb_generale_candidats,
       max(case when colonne = 'IVAC|dnb|generale|taux_reussite' then valeur end) as dnb_generale_taux_reussite,
       max(case when colonne = 'IVAC|dnb|generale|va_taux_reussite' then valeur end) as dnb_generale_va_taux_reussite,
       max(case when colonne = 'IVAC|dnb|generale|note_ecrit' then valeur end) as dnb_generale_note_ecrit,
       max(case when colonne = 'IVAC|dnb|generale|va_note_ecrit' then valeur end) as dnb_generale_va_note_ecrit,
       max(case when colonne = 'IVAC|dnb|toutes|taux_acces_6e_3e' then valeur end) as taux_acces_6e_3e,
       min(case when examen = 'bac_gt' then case statut when 'valeur' then 1 when 'ns' then 2 else 3 end end) as bac_gt,
       max(case when colonne = 'IVAL|bac_gt|toutes|presents' then valeur end) as bac_gt_presents,
       max(case when colonne = 'IVAL|bac_gt|toutes|taux_reussite' then valeur end) as bac_gt_taux_reussite,
       max(case when colonne = 'IVAL|bac_gt|toutes|va_taux_reussite' then valeur end) as bac_gt_va_taux_reussite,
       max(case when colonne = 'IVAL|bac_gt|toutes|taux_mentions' then valeur end) as bac_gt_taux_mentions,
       max(case when colonne = 'IVAL|bac_gt|toutes|va_taux_mentions' then valeur end) as bac_gt_va_taux_mentions,
       min(case when examen = 'bac_pro' then case statut when 'valeur' then 1 when 'ns' then 2 else 3 end end) as bac_pro,
       max(case when colonne = 'IVAL|bac_pro|toutes|presents' then valeur end) as bac_pro_presents,
       max(case when colonne = 'IVAL|bac_pro|toutes|taux_reussite' then valeur end) as bac_pro_taux_reussite,
       max(case when colonne = 'IVAL|bac_pro|toutes|va_taux_reussite' then valeur end) as bac_pro_va_taux_reussite,
       max(case when colonne = 'IVAL|bac_pro|toutes|taux_mentions' then valeur end) as bac_pro_taux_mentions,
       max(case when colonne = 'IVAL|bac_pro|toutes|va_taux_mentions' then valeur end) as bac_pro_va_taux_mentions
from colonnes
group by uai, rentree
