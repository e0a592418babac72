-- One row per establishment and rentrée, the voies of a lycée as columns. Levels do not compare: an establishment that the
-- files of two levels know has no index of its own here, and says so (the table `ips` has both).
select uai, rentree,
       string_agg(distinct niveau, '+' order by niveau) as ips_niveau,
       max(type_lycee) as type_lycee,
       max(secteur) as secteur,
       case when count(distinct niveau) = 1 then max(case when voie = 'ensemble' then ips end) end as ips,
       case when count(distinct niveau) > 1 then 'plusieurs_niveaux'
            else coalesce(max(case when voie = 'ensemble' then ips_statut end), 'absent') end as ips_statut,
       case when count(distinct niveau) = 1 then max(case when voie = 'ensemble' then ecart_type end) end as ips_ecart_type,
       max(case when voie = 'gt' then ips end) as ips_gt,
       max(case when voie = 'pro' then ips end) as ips_pro,
       max(case when voie = 'post_bac' then ips end) as ips_post_bac
from ips
group by uai, rentree
