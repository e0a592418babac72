-- The declared identifiers brought to the buildings of today: one row per establishment, declared identifier and building that
-- stands for it, at the end of all merges and splits. One that nothing replaces stays as it is. An event follows the one before
-- in time, and a chain has at most twenty links, so that a merge undone and done again cannot turn in a circle.
with recursive chaines as (
    select uai, rnb_id as rnb_id_declare, rnb_id, cast(null as timestamp) as naissance, 0 as etape
    from rnb_declares_codes
    where rnb_id is not null
    union all
    select c.uai, c.rnb_id_declare, s.nouveau_rnb_id, cast(s.date_evenement as timestamp), c.etape + 1
    from chaines as c
    join successeurs as s on s.ancien_rnb_id = c.rnb_id
        and (c.naissance is null or cast(s.date_evenement as timestamp) >= c.naissance)
    where c.etape < 20 and s.nouveau_rnb_id <> c.rnb_id_declare
)
select distinct c.uai, c.rnb_id, c.rnb_id_declare
from chaines as c
where not exists (
    select 1 from successeurs as s
    where s.ancien_rnb_id = c.rnb_id and s.nouveau_rnb_id <> c.rnb_id_declare
        and (c.naissance is null or cast(s.date_evenement as timestamp) >= c.naissance)
)
