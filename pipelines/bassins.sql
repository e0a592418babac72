-- A basin lies in one académie and may cross the border of a département. Its name is the one that most of its
-- establishments have, the first in the alphabet when two are as frequent.
with lignes as (
  select code_bassin_formation as code, nullif(trim(libelle_bassin_formation), '') as nom, code_academie,
         code_departement, identifiant_de_l_etablissement as uai
  from etablissements_codes
  where nullif(trim(code_bassin_formation), '') is not null and etat = 'OUVERT'
),
noms as (
  select code, nom, row_number() over (partition by code order by count(*) desc, nom) as rang
  from lignes where nom is not null group by code, nom
)
select l.code, max(n.nom) as nom, min(l.code_academie) as code_academie,
       string_agg(distinct l.code_departement, ' ' order by l.code_departement) as departements,
       count(distinct l.uai) as etablissements
from lignes l left join noms n on n.code = l.code and n.rang = 1
group by l.code
