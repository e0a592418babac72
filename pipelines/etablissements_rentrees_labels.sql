-- The label of a rentrée: of the file of enrolments of that rentrée, else of the list of that rentrée, else of the
-- directory for the rentrée of its day. A label of one rentrée is never carried to another.
with labels as (
    select uai, rentree, 1 as rang, 'effectifs' as origine,
           max(case education_prioritaire when 'REP+' then 2 when 'REP' then 1 when 'hors' then 0 end) as degre
    from effectifs
    where education_prioritaire is not null
    group by uai, rentree
    union all
    select uai, rentree, 2, 'liste',
           max(case education_prioritaire when 'REP+' then 2 when 'REP' then 1 when 'hors' then 0 end)
    from education_prioritaire
    group by uai, rentree
    union all
    select uai, rentree, 3, 'annuaire',
           case education_prioritaire when 'REP+' then 2 when 'REP' then 1 else 0 end
    from identites
    where identite = 'annuaire' and type_etablissement in ('Ecole', 'Collège', 'Lycée', 'EREA')
),
choisis as (
    select *, row_number() over (partition by uai, rentree order by rang) as choix
    from labels
    where rentree is not null
)
select uai, rentree,
       case degre when 2 then 'REP+' when 1 then 'REP' else 'hors' end as education_prioritaire,
       origine as education_prioritaire_source
from choisis
where choix = 1
