-- One row per lycée, session and filled indicator of the IVAL, values still as text. `nom` is `série|indicateur`.
-- Of the voie pro, by série, candidates and rate of success only.
with noms as (
    select uai, annee as session, secteur, 'bac_gt' as examen, 'IVAL' as dispositif,
           unnest(make_array(
                 'toutes|presents', 'toutes|taux_reussite', 'toutes|va_taux_reussite', 'toutes|taux_mentions',
                 'toutes|va_taux_mentions', 'toutes|taux_acces_2nde', 'toutes|taux_acces_1ere',
                 'toutes|taux_acces_terminale', 'toutes|va_taux_acces_2nde', 'toutes|va_taux_acces_1ere',
                 'toutes|va_taux_acces_terminale', 'toutes|effectif_2nde', 'toutes|effectif_1ere',
                 'toutes|effectif_terminale', 'l|presents', 'es|presents', 's|presents', 'generale|presents',
                 'sti2d|presents', 'std2a|presents', 'stmg|presents', 'stl|presents', 'st2s|presents',
                 's2tmd|presents', 'sthr|presents', 'l|taux_reussite', 'es|taux_reussite', 's|taux_reussite',
                 'generale|taux_reussite', 'sti2d|taux_reussite', 'std2a|taux_reussite', 'stmg|taux_reussite',
                 'stl|taux_reussite', 'st2s|taux_reussite', 's2tmd|taux_reussite', 'sthr|taux_reussite',
                 'l|va_taux_reussite', 'es|va_taux_reussite', 's|va_taux_reussite', 'generale|va_taux_reussite',
                 'sti2d|va_taux_reussite', 'std2a|va_taux_reussite', 'stmg|va_taux_reussite', 'stl|va_taux_reussite',
                 'st2s|va_taux_reussite', 's2tmd|va_taux_reussite', 'sthr|va_taux_reussite', 'l|taux_mentions',
                 'es|taux_mentions', 's|taux_mentions', 'generale|taux_mentions', 'sti2d|taux_mentions',
                 'std2a|taux_mentions', 'stmg|taux_mentions', 'stl|taux_mentions', 'st2s|taux_mentions',
                 's2tmd|taux_mentions', 'sthr|taux_mentions', 'l|va_taux_mentions', 'es|va_taux_mentions',
                 's|va_taux_mentions', 'generale|va_taux_mentions', 'sti2d|va_taux_mentions',
                 'std2a|va_taux_mentions', 'stmg|va_taux_mentions', 'stl|va_taux_mentions', 'st2s|va_taux_mentions',
                 's2tmd|va_taux_mentions', 'sthr|va_taux_mentions', 'generale|mentions_tb_felicitations',
                 'generale|mentions_tb', 'generale|mentions_b', 'generale|mentions_ab',
                 'technologique|mentions_tb_felicitations', 'technologique|mentions_tb', 'technologique|mentions_b',
                 'technologique|mentions_ab')) as nom,
           unnest(make_array(
                 presents_total, taux_reu_total, va_reu_total, taux_men_total, va_men_total, taux_acces_2nde,
                 taux_acces_1ere, taux_acces_term, va_acces_2nde, va_acces_1ere, va_acces_term, eff_2nde, eff_1ere,
                 eff_term, presents_l, presents_es, presents_s, presents_gnle, presents_sti2d, presents_std2a,
                 presents_stmg, presents_stl, presents_st2s, presents_s2tmd, presents_sthr, taux_reu_l, taux_reu_es,
                 taux_reu_s, taux_reu_gnle, taux_reu_sti2d, taux_reu_std2a, taux_reu_stmg, taux_reu_stl,
                 taux_reu_st2s, taux_reu_s2tmd, taux_reu_sthr, va_reu_l, va_reu_es, va_reu_s, va_reu_gnle,
                 va_reu_sti2d, va_reu_std2a, va_reu_stmg, va_reu_stl, va_reu_st2s, va_reu_s2tmd, va_reu_sthr,
                 taux_men_l, taux_men_es, taux_men_s, taux_men_gnle, taux_men_sti2d, taux_men_std2a, taux_men_stmg,
                 taux_men_stl, taux_men_st2s, taux_men_s2tmd, taux_men_sthr, va_men_l, va_men_es, va_men_s,
                 va_men_gnle, va_men_sti2d, va_men_std2a, va_men_stmg, va_men_stl, va_men_st2s, va_men_s2tmd,
                 va_men_sthr, nb_mentions_tb_avecf_g, nb_mentions_tb_sansf_g, nb_mentions_b_g, nb_mentions_ab_g,
                 nb_mentions_tb_avecf_t, nb_mentions_tb_sansf_t, nb_mentions_b_t, nb_mentions_ab_t)) as texte,
           _source, _extrait, _ligne
    from ival_gt
    union all
    select uai, annee as session, secteur, 'bac_pro' as examen, 'IVAL' as dispositif,
           unnest(make_array(
                 'toutes|presents', 'toutes|taux_reussite', 'toutes|va_taux_reussite', 'toutes|taux_mentions',
                 'toutes|va_taux_mentions', 'toutes|taux_acces_2nde', 'toutes|taux_acces_1ere',
                 'toutes|taux_acces_terminale', 'toutes|va_taux_acces_2nde', 'toutes|va_taux_acces_1ere',
                 'toutes|va_taux_acces_terminale', 'toutes|effectif_2nde', 'toutes|effectif_1ere',
                 'toutes|effectif_terminale', 'production|presents', 'pluri_techno|presents', 'transfo|presents',
                 'genie_civil|presents', 'mat_souples|presents', 'meca_elec|presents', 'services|presents',
                 'pluri_services|presents', 'echanges|presents', 'communication|presents', 'serv_personnes|presents',
                 'serv_collec|presents', 'production|taux_reussite', 'pluri_techno|taux_reussite',
                 'transfo|taux_reussite', 'genie_civil|taux_reussite', 'mat_souples|taux_reussite',
                 'meca_elec|taux_reussite', 'services|taux_reussite', 'pluri_services|taux_reussite',
                 'echanges|taux_reussite', 'communication|taux_reussite', 'serv_personnes|taux_reussite',
                 'serv_collec|taux_reussite')) as nom,
           unnest(make_array(
                 presents_total, taux_reu_total, va_reu_total, taux_men_total, va_men_total, taux_acces_2nde,
                 taux_acces_1ere, taux_acces_term, va_acces_2nde, va_acces_1ere, va_acces_term, eff_2nde, eff_1ere,
                 eff_term, presents_production, presents_pluri_techno, presents_transfo, presents_genie_civil,
                 presents_mat_souples, presents_meca_elec, presents_services, presents_pluri_services,
                 presents_echanges, presents_communication, presents_serv_personnes, presents_serv_collec,
                 taux_reu_production, taux_reu_pluri_techno, taux_reu_transfo, taux_reu_genie_civil,
                 taux_reu_mat_souples, taux_reu_meca_elec, taux_reu_services, taux_reu_pluri_services,
                 taux_reu_echanges, taux_reu_communication, taux_reu_serv_personnes, taux_reu_serv_collec)) as texte,
           _source, _extrait, _ligne
    from ival_pro
)
select uai, session, secteur, examen, dispositif, split_part(nom, '|', 1) as serie, split_part(nom, '|', 2) as indicateur,
       texte, _source, _extrait, _ligne
from noms
where trim(texte) <> ''
