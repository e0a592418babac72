-- One row per section that a record cites: the sport sections of an establishment stand in one cell, parted by commas.
with citees as (
    select uai, 'internationale' as dispositif, coalesce(lower(trim(niveau)), '') as niveau, trim(section) as section,
           _source, _extrait, _ligne
    from internationales
    union all
    select uai, 'sportive', '', trim(unnest(string_to_array(replace(sections_scolaires, ';', ','), ','))),
           _source, _extrait, _ligne
    from sportives
)
select uai, dispositif, niveau, lower(section) as section, _source, _extrait, _ligne
from citees
where section <> ''
