-- From every retired building that was once linked to the buildings that came of it, at any distance: merged, split, merged
-- again. `retrait` is when the old one went, `naissance` when the new one came. An event follows the one before in time, and
-- a chain has at most twenty links, so that a merge that was undone and done again cannot turn in a circle.
with recursive chaines as (
    select
        ancien_rnb_id as ancien, nouveau_rnb_id as nouveau, nature,
        date_evenement as retrait, date_evenement as naissance, 1 as etape
    from successeurs
    where ancien_rnb_id in (select rnb_id from histoire_avant where rnb_id is not null)
    union all
    select c.ancien, s.nouveau_rnb_id, c.nature, c.retrait, s.date_evenement, c.etape + 1
    from chaines as c
    join successeurs as s on s.ancien_rnb_id = c.nouveau and s.date_evenement >= c.naissance
    where c.etape < 20 and s.nouveau_rnb_id <> c.ancien
)
select
    ancien, nouveau,
    first_value(nature order by retrait desc, nature) as nature,
    cast(max(retrait) as date) as retrait,
    cast(max(naissance) as date) as naissance
from chaines
group by ancien, nouveau
