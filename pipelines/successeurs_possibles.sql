-- Pairs of a closed establishment and an open one of the same family of natures, sector aside, that may have followed it:
--
--   position   less than 50 m apart, both positions better than the centre of a commune
--   adresse    the same address with a number, in the same commune, unless good positions are a kilometre apart
--   nom        the same name in the same commune, elsewhere
--
-- The open one opened within a year of the closure (`nouveau`), or was there before (`nouveau` false: it may have
-- taken the other over, but only at the same place, and a name elsewhere proves nothing).
--
-- Never all against all: positions meet in cells of 0.0005 degree of latitude (56 m) and 0.00075 of longitude (52 m or
-- more up to 51 degrees north), the open one's against the nine around the closed one's.
with ouverts as (
    select
        uai, code_commune, date_ouverture, geometry, position_qualite,
        case
            when code_nature between '101' and '199' then 'premier degré'
            when code_nature between '300' and '332' then 'lycée'
            when code_nature between '340' and '352' then 'collège'
            else code_nature
        end as famille,
        trim(regexp_replace(translate(lower(adresse), 'àâäéèêëîïôöùûüç', 'aaaeeeeiioouuuc'), '[^a-z0-9]+', ' ', 'g')) as adresse_comparee,
        trim(regexp_replace(translate(lower(nom), 'àâäéèêëîïôöùûüç', 'aaaeeeeiioouuuc'), '[^a-z0-9]+', ' ', 'g')) as nom_compare,
        cast(floor(st_x(geometry) / 0.00075) as bigint) as colonne,
        cast(floor(st_y(geometry) / 0.0005) as bigint) as rangee
    from etablissements
),
fermes as (
    select * from fermes_uniques where uai is not null and date_fermeture is not null
),
voisinage as (
    select d1.pas as pas_x, d2.pas as pas_y
    from (values (-1), (0), (1)) as d1(pas) cross join (values (-1), (0), (1)) as d2(pas)
),
cellules as (
    select
        uai, famille, geometry,
        cast(floor(st_x(geometry) / 0.00075) as bigint) + pas_x as colonne,
        cast(floor(st_y(geometry) / 0.0005) as bigint) + pas_y as rangee
    from fermes cross join voisinage
    where geometry is not null and position_qualite <> 'commune'
),
paires as (
    select c.uai, o.uai as successeur, 'position' as methode
    from cellules as c
    join ouverts as o on o.colonne = c.colonne and o.rangee = c.rangee and o.famille = c.famille
    where o.position_qualite <> 'commune' and st_distance_m(c.geometry, o.geometry) < 50
    union all
    select f.uai, o.uai, 'adresse'
    from fermes as f
    join ouverts as o on o.code_commune = f.code_commune and o.adresse_comparee = f.adresse_comparee and o.famille = f.famille
    where regexp_like(f.adresse_comparee, '^[0-9]')
        and (f.position_qualite = 'commune' or o.position_qualite = 'commune'
            or coalesce(st_distance_m(f.geometry, o.geometry), 0) < 1000)
    union all
    select f.uai, o.uai, 'nom'
    from fermes as f
    join ouverts as o on o.code_commune = f.code_commune and o.nom_compare = f.nom_compare and o.famille = f.famille
    where f.nom_compare <> ''
),
indices as (
    select
        uai, successeur,
        bool_or(methode = 'position') as meme_position,
        bool_or(methode = 'adresse') as meme_adresse,
        bool_or(methode = 'nom') as meme_nom
    from paires
    where successeur <> uai
    group by uai, successeur
)
select
    i.uai, i.successeur, i.meme_position, i.meme_adresse, i.meme_nom,
    coalesce(abs(date_part('epoch', cast(o.date_ouverture as timestamp)) - date_part('epoch', cast(f.date_fermeture as timestamp))) <= 366 * 86400, false) as nouveau,
    st_distance_m(f.geometry, o.geometry) as distance_m
from indices as i
join fermes as f on f.uai = i.uai
join ouverts as o on o.uai = i.successeur
where o.date_ouverture <= f.date_fermeture
    or date_part('epoch', cast(o.date_ouverture as timestamp)) - date_part('epoch', cast(f.date_fermeture as timestamp)) <= 366 * 86400
