-- A municipal arrondissement is in the EPCI of its commune.
select c.code, c.millesime, c.nom,
       case c.type when 'arrondissement-municipal' then 'ARM' else 'COM' end as type,
       c.departement as code_departement, c.region as code_region, a.code_academie, a.code_region_academique,
       m.code_epci, c._source, c._extrait, c._ligne, c._problemes
from communes_cog c
left join academies_departements a on a.code_departement = c.departement
left join epci_membres m on m.code_commune = coalesce(c.commune, c.code)
