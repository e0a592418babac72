-- One row per retired building: those that stand for it today, at the end of every chain. Of these, those of the export of
-- the day if it has any; the export may be older than the events.
with bouts as (
    select l.ancien, l.nouveau, l.nature, l.retrait, b.rnb_id is not null as present
    from lignees as l
    left join (select distinct rnb_id from batiments) as b on b.rnb_id = l.nouveau
    where not exists (
        select 1 from successeurs as s
        where s.ancien_rnb_id = l.nouveau and cast(s.date_evenement as date) >= l.naissance
    )
),
gardes as (
    select *, bool_or(present) over (partition by ancien) as un_present from bouts
)
select
    ancien,
    first_value(nature order by retrait desc, nature) as nature,
    max(retrait) as retrait,
    string_agg(nouveau, ' ' order by nouveau) as remplace_par
from gardes
where present or not un_present
group by ancien
