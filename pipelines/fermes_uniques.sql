-- One row per closed UAI, its last closure, with what pairs are made on: the family of its nature, its address and
-- its name without case, accents nor punctuation. Rows whose UAI could not be read stay, each alone.
--
-- Families: schools of the first degree may follow each other (a nursery and an elementary school make a primary
-- one), collèges too, lycées too; a section (SEGPA, SEP…) or any other nature is only followed by its like.
select *
from (
    select
        numero_uai as uai,
        appellation_officielle as nom,
        patronyme_uai as patronyme,
        secteur_public_prive_libe as secteur,
        cast(nature_uai as varchar) as code_nature,
        nature_uai_libe as libelle_nature,
        date_ouverture, date_fermeture,
        adresse_uai as adresse, code_postal_uai as code_postal, code_commune, libelle_commune as nom_commune,
        code_departement, coalesce(code_academie, 'ZZ') as code_academie,
        geometry, position_source, position_methode, position_qualite, position_incertitude_m,
        case
            when cast(nature_uai as varchar) between '101' and '199' then 'premier degré'
            when cast(nature_uai as varchar) between '300' and '332' then 'lycée'
            when cast(nature_uai as varchar) between '340' and '352' then 'collège'
            else cast(nature_uai as varchar)
        end as famille,
        trim(regexp_replace(translate(lower(adresse_uai), 'àâäéèêëîïôöùûüç', 'aaaeeeeiioouuuc'), '[^a-z0-9]+', ' ', 'g')) as adresse_comparee,
        trim(regexp_replace(translate(lower(appellation_officielle), 'àâäéèêëîïôöùûüç', 'aaaeeeeiioouuuc'), '[^a-z0-9]+', ' ', 'g')) as nom_compare,
        _source, _extrait, _ligne, _problemes,
        row_number() over (
            partition by coalesce(numero_uai, 'ligne ' || cast(_ligne as varchar))
            order by date_fermeture desc nulls last, date_ouverture desc nulls last, adresse_uai
        ) as rang
    from fermes_codes
)
where rang = 1
