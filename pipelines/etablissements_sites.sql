-- One row per establishment and site; rows of the directory that say the same place twice are counted.
select
    uai, site_id,
    bool_or(rang = 1) as principal,
    count(*) as lignes_annuaire,
    min(nom) as nom,
    min(_source) as _source, min(_extrait) as _extrait, min(_ligne) as _ligne
from etablissements_lieux
where uai is not null
group by uai, site_id
