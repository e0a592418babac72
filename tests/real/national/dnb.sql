-- The national file of 2021, and what the region's answers have beside it.
select session, numero_d_etablissement, secteur_d_enseignement, inscrits, presents, admis, admis_sans_mention,
       nombre_d_admis_mention_ab, admis_mention_bien, admis_mention_tres_bien, taux_de_reussite, _source, _extrait, _ligne
from brevet_2021
union all
select session, numero_d_etablissement, secteur_d_enseignement, inscrits, presents, admis, admis_sans_mention,
       nombre_d_admis_mention_ab, admis_mention_bien, admis_mention_tres_bien, taux_de_reussite, _source, _extrait, _ligne
from brevet_pays_de_la_loire
where session <> '2021' or numero_d_etablissement not in (select numero_d_etablissement from brevet_2021)
