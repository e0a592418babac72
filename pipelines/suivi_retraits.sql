-- The last thing that happened to each building that is or was linked.
select rnb_id, action, jour
from (
    select
        e.rnb_id, e.action, cast(e.date_evenement as date) as jour,
        row_number() over (partition by e.rnb_id order by e.date_evenement desc, e.action) as rang
    from evenements_rnb as e
    where e.rnb_id in (select rnb_id from histoire_avant where rnb_id is not null)
)
where rang = 1
