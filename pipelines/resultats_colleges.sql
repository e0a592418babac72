-- One row per college, session and filled indicator of the IVAC and of the results of the brevet, values still as text.
-- `nom` is `série|indicateur`.
with noms as (
    select uai, session, secteur, 'dnb' as examen, 'IVAC' as dispositif,
           unnest(make_array(
                 'generale|candidats', 'generale|taux_reussite', 'generale|va_taux_reussite', 'generale|note_ecrit',
                 'generale|va_note_ecrit', 'professionnelle|candidats', 'professionnelle|taux_reussite',
                 'professionnelle|note_ecrit', 'toutes|taux_acces_6e_3e', 'toutes|part_presents_3e_ordinaire',
                 'generale|part_presents_3e_ordinaire', 'professionnelle|part_presents_3e_ordinaire',
                 'toutes|part_presents_3e_segpa', 'generale|mentions_ab', 'generale|mentions_b',
                 'generale|mentions_tb', 'generale|mentions')) as nom,
           unnest(make_array(
                 nb_candidats_g, taux_de_reussite_g, va_du_taux_de_reussite_g, note_a_l_ecrit_g, va_de_la_note_g,
                 nb_candidats_p, taux_de_reussite_p, note_a_l_ecrit_p, taux_d_acces_6eme_3eme,
                 part_presents_3eme_ordinaire_total, part_presents_3eme_ordinaire_g, part_presents_3eme_ordinaire_p,
                 part_presents_3eme_segpa_total, nb_mentions_ab_g, nb_mentions_b_g, nb_mentions_tb_g,
                 nb_mentions_global_g)) as texte,
           _source, _extrait, _ligne
    from ivac
    union all
    select numero_d_etablissement as uai, session, secteur_d_enseignement as secteur, 'dnb' as examen, 'DNB' as dispositif,
           unnest(make_array(
                 'toutes|inscrits', 'toutes|presents', 'toutes|admis', 'toutes|admis_sans_mention',
                 'toutes|mentions_ab', 'toutes|mentions_b', 'toutes|mentions_tb', 'toutes|taux_reussite')) as nom,
           unnest(make_array(
                 inscrits, presents, admis, admis_sans_mention, nombre_d_admis_mention_ab, admis_mention_bien,
                 admis_mention_tres_bien, taux_de_reussite)) as texte,
           _source, _extrait, _ligne
    from dnb
)
select uai, session, secteur, examen, dispositif, split_part(nom, '|', 1) as serie, split_part(nom, '|', 2) as indicateur,
       texte, _source, _extrait, _ligne
from noms
where trim(texte) <> ''
