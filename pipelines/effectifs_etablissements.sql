-- The pupils of an establishment, all levels together, and where to draw them. One unknown count makes the total unknown;
-- a negative one, which the table of the levels rejects, is not known.
-- The area of a symbol, not its radius, is to follow the pupils: hence the square root.
with comptes as (
    select uai, rentree, niveau, secteur, case when eleves >= 0 then eleves end as eleves
    from effectifs_valeurs
    where uai is not null and rentree is not null
),
totaux as (
    select uai, rentree, min(secteur) as secteur,
           string_agg(niveau, '+' order by niveau) as niveaux,
           case when count(eleves) = count(*) then sum(eleves) end as eleves,
           sum(case when niveau = 'ecole' then eleves end) as eleves_ecole,
           sum(case when niveau = 'college' then eleves end) as eleves_college,
           sum(case when niveau = 'lycee_gt' then eleves end) as eleves_lycee_gt,
           sum(case when niveau = 'lycee_pro' then eleves end) as eleves_lycee_pro
    from comptes
    group by uai, rentree
)
select totaux.*, round(sqrt(totaux.eleves), 3) as rayon_symbole, etablissements.geometry
from totaux
left join etablissements on etablissements.uai = totaux.uai
