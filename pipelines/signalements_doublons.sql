-- What the directory says twice: two UAI of one name at one position, and one UAI twice at one place.
with comparables as (
    select
        uai, nom, code_academie, position_origine,
        code_commune,
        trim(regexp_replace(translate(lower(nom), 'àâäéèêëîïôöùûüç', 'aaaeeeeiioouuuc'), '[^a-z0-9]+', ' ', 'g')) as nom_compare,
        cast(round(st_x(geometry) * 10000) as bigint) as colonne,
        cast(round(st_y(geometry) * 10000) as bigint) as rangee
    from etablissements
    where geometry is not null and nom is not null and position_qualite <> 'commune'
),
homonymes as (
    select nom_compare, colonne, rangee, count(*) as nombre, string_agg(uai, ' ' order by uai) as tous
    from comparables
    where nom_compare <> ''
    group by nom_compare, colonne, rangee
    having count(*) > 1
)
select
    c.uai, c.code_academie, 'doublon_nom_position' as type, '' as detail, 'majeure' as gravite,
    c.nom || ' : ' || cast(h.nombre as varchar) || ' UAI de ce nom à la même position (' || h.tous || ').' as description,
    h.tous as valeur_actuelle,
    'un seul UAI, ou des noms qui distinguent les établissements' as valeur_attendue,
    c.position_origine as source, 'académie' as responsable
from comparables as c
join homonymes as h on h.nom_compare = c.nom_compare and h.colonne = c.colonne and h.rangee = c.rangee
union all
select
    s.uai, coalesce(e.code_academie, 'ZZ') as code_academie, 'doublon_uai_lieu' as type, s.site_id as detail, 'mineure' as gravite,
    coalesce(s.nom, 'Établissement sans nom') || ' : ' || cast(s.lignes_annuaire as varchar) || ' lignes dans l''annuaire au même lieu.' as description,
    cast(s.lignes_annuaire as varchar) || ' lignes' as valeur_actuelle, 'une ligne par lieu' as valeur_attendue,
    'annuaire' as source, 'DEPP (Ramsese)' as responsable
from etablissements_sites as s
left join etablissements as e on e.uai = s.uai
where s.lignes_annuaire > 1
