-- One row per establishment and site; rows of the directory that say the same place twice are counted.
select
    l.uai, s.site_id,
    bool_or(l.rang = 1) as principal,
    count(*) as lignes_annuaire,
    min(l.nom) as nom,
    min(l._source) as _source, min(l._extrait) as _extrait, min(l._ligne) as _ligne
from etablissements_lieux as l
join sites_lieux as s on s.uai = l.uai and s.lieu_id = l.lieu_id
group by l.uai, s.site_id
