-- The layout of the voie pro, without rows.
select uai, annee, secteur,
       cast(null as varchar) as presents_total, cast(null as varchar) as taux_reu_total,
       cast(null as varchar) as va_reu_total, cast(null as varchar) as taux_men_total,
       cast(null as varchar) as va_men_total, cast(null as varchar) as taux_acces_2nde,
       cast(null as varchar) as taux_acces_1ere, cast(null as varchar) as taux_acces_term,
       cast(null as varchar) as va_acces_2nde, cast(null as varchar) as va_acces_1ere,
       cast(null as varchar) as va_acces_term, cast(null as varchar) as eff_2nde, cast(null as varchar) as eff_1ere,
       cast(null as varchar) as eff_term, cast(null as varchar) as presents_production,
       cast(null as varchar) as presents_pluri_techno, cast(null as varchar) as presents_transfo,
       cast(null as varchar) as presents_genie_civil, cast(null as varchar) as presents_mat_souples,
       cast(null as varchar) as presents_meca_elec, cast(null as varchar) as presents_services,
       cast(null as varchar) as presents_pluri_services, cast(null as varchar) as presents_echanges,
       cast(null as varchar) as presents_communication, cast(null as varchar) as presents_serv_personnes,
       cast(null as varchar) as presents_serv_collec, cast(null as varchar) as taux_reu_production,
       cast(null as varchar) as taux_reu_pluri_techno, cast(null as varchar) as taux_reu_transfo,
       cast(null as varchar) as taux_reu_genie_civil, cast(null as varchar) as taux_reu_mat_souples,
       cast(null as varchar) as taux_reu_meca_elec, cast(null as varchar) as taux_reu_services,
       cast(null as varchar) as taux_reu_pluri_services, cast(null as varchar) as taux_reu_echanges,
       cast(null as varchar) as taux_reu_communication, cast(null as varchar) as taux_reu_serv_personnes,
       cast(null as varchar) as taux_reu_serv_collec,
       _source, _extrait, _ligne
from ival_gt
where false
