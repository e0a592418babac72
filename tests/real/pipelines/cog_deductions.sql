-- Between the list of 2024 (INSEE) and that of 2026, no movement is published here. A commune of 2024 that is a part of
-- another one in 2026 was merged into it (32); a part of 2024 that is a commune in 2026 came out of its commune (21).
-- Communes that are concerned and go on under their code are paired with themselves, as INSEE does.
with avant as (select "COM" as code, "LIBELLE" as nom from cog_2024 where "TYPECOM" = 'COM'),
apres as (select code, nom from decoupage_communes where type = 'commune-actuelle'),
couples as (
  select a.code as ancien, d."chefLieu" as nouveau, 32 as mod
  from avant a
  join decoupage_communes d on d.code = a.code and d.type in ('commune-deleguee', 'commune-associee')
  left anti join apres on apres.code = a.code
  union all
  select p."COMPARENT" as ancien, n.code as nouveau, 21 as mod
  from apres n
  join cog_2024 p on p."COM" = n.code and p."TYPECOM" in ('COMD', 'COMA')
  left anti join avant on avant.code = n.code
),
restent as (
  select c.code as ancien, c.code as nouveau, c.mod
  from (select nouveau as code, mod from couples union all select ancien, mod from couples) c
  join avant on avant.code = c.code
  join apres on apres.code = c.code
),
tous as (
  select ancien, nouveau, cast(max(mod) as int) as mod
  from (select * from couples union all select * from restent)
  group by ancien, nouveau
)
select t.ancien, t.nouveau, date '2026-01-01' as date_effet, t.mod,
       concat(commune_movement(t.mod), ' (déduit des listes de 2024 et 2026)') as nature,
       a.nom as nom_ancien, n.nom as nom_nouveau
from tous t
left join avant a on a.code = t.ancien
left join apres n on n.code = t.nouveau
