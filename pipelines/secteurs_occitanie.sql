-- One row per street range and establishment. `geo_shape` is the contour of the pupil's commune, the same for all
-- establishments that serve it, not that of a sector: it only tells whether the establishment lies in that commune.
-- The number 9999 is an open end. The side of the street comes as words ("Tous les N°, de").
select
    substr(md5(concat_ws('|', coalesce(code_insee, ''), coalesce(lieu_dit, ''), coalesce(voie, ''),
        coalesce(cast(numero_debut as varchar), ''), coalesce(indice_debut, ''), coalesce(cast(numero_fin as varchar), ''),
        coalesce(indice_fin, ''), coalesce(cote, ''), uai)), 1, 16) as secteur_id,
    code_insee as code_commune, nom_commune, lieu_dit, voie, numero_debut, indice_debut, numero_fin, indice_fin, parite, cote,
    uai, nom, type_etablissement, dans_la_commune, code_departement, code_academie, geometry,
    _source, _extrait, _ligne, _problemes
from (
    select
        code_insee, com_name_upper as nom_commune, nullif(trim(lieu_dit), '') as lieu_dit,
        nullif(trim(type_et_libelle), '') as voie,
        no_de_voie_debut as numero_debut, nullif(trim(indice_de_repetition_debut), '') as indice_debut,
        nullif(no_de_voie_fin, 9999) as numero_fin, nullif(trim(indice_de_repetition_fin), '') as indice_fin,
        case
            when lower(parite) like 'tous%' then 'tous'
            when lower(parite) like '%impair%' then 'impairs'
            when lower(parite) like '%pair%' then 'pairs'
        end as parite,
        nullif(trim(parite), '') as cote,
        code_rne as uai, appellation_officielle as nom, type_etablissement,
        st_within(geometry, st_geomfromgeojson(geo_shape)) as dans_la_commune,
        code_departement, coalesce(code_academie, 'ZZ') as code_academie, geometry,
        _source, _extrait, _ligne, _problemes,
        row_number() over (
            partition by code_insee, lieu_dit, type_et_libelle, no_de_voie_debut, indice_de_repetition_debut, no_de_voie_fin,
                indice_de_repetition_fin, parite, coalesce(code_rne, 'ligne ' || cast(_ligne as varchar))
            order by _ligne
        ) as rang
    from carte_scolaire_occitanie_codes
)
where rang = 1
