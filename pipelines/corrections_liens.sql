-- What became of each correction. One that accepts always makes a link as long as its establishment and its building exist.
select
    c.uai, 'rnb' as source, c.id_source, c.decision, c.auteur, c.date, c.motif, l.statut_calcule,
    case
        when l.uai is null and e.uai is null then 'inutile : établissement absent'
        when l.uai is null then 'inutile : bâtiment absent'
        when c.decision = l.statut_calcule then 'inutile : les indices disent la même chose'
        else 'utile'
    end as effet,
    c._source, c._extrait, c._ligne, c._problemes
from corrections_codes as c
left join liens as l on l.uai = c.uai and l.id_source = c.id_source
left join etablissements_situes as e on e.uai = c.uai
