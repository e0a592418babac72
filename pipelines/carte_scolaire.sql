-- One row per range of numbers of a street and college. What is not said is written out, so that the key has no holes:
-- a whole commune is the range 0 to 9999 of the street '', of both parities. 9999 is an open end, of any parity.
-- `portee` names what is wrong with a range that cannot be used: no contract allows these words, the row is rejected.
with plages as (
    select niveau, code_departement, code_insee as code_commune, code_rne as uai,
           coalesce(upper(trim(lieu_dit)), '') as lieu_dit,
           coalesce(translate(upper(regexp_replace(trim(type_et_libelle), '\s+', ' ', 'g')), 'ÀÂÄÉÈÊËÎÏÔÖÙÛÜÇ', 'AAAEEEEIIOOUUUC'), '') as voie,
           case when coalesce(trim(parite), '') = '' or lower(trim(parite)) like 'tous%' then 'PI' else upper(trim(parite)) end as parite,
           coalesce(n_de_voie_debut, 0) as numero_debut,
           coalesce(upper(trim(indice_de_repetition_debut)), '') as indice_debut,
           coalesce(n_de_voie_fin, 9999) as numero_fin,
           coalesce(upper(trim(indice_de_repetition_fin)), '') as indice_fin,
           upper(trim(secteur_unique)) = 'O' as commune_entiere,
           _source, _extrait, _ligne, _problemes
    from secteurs_codes
),
jugees as (
    select *,
           case when commune_entiere and voie = '' then 'commune'
                when commune_entiere then 'commune_et_voie'
                when voie = '' and lieu_dit = '' then 'voie_absente'
                when numero_debut > numero_fin then 'bornes_inversees'
                when parite = 'P' and (numero_debut % 2 = 1 or (numero_fin <> 9999 and numero_fin % 2 = 1)) then 'parite_contredite'
                when parite = 'I' and ((numero_debut <> 0 and numero_debut % 2 = 0) or numero_fin % 2 = 0) then 'parite_contredite'
                else 'voie' end as portee
    from plages
),
rangees as (
    select *, row_number() over (
        partition by niveau, code_commune, lieu_dit, voie, parite, numero_debut, indice_debut, numero_fin, indice_fin, uai, portee
        order by _ligne) as fois
    from jugees
)
select niveau, code_departement, code_commune, portee, lieu_dit, voie, parite, numero_debut, indice_debut,
       numero_fin, indice_fin, numero_fin = 9999 as fin_ouverte, uai,
       _source, _extrait, _ligne, _problemes
from rangees
where fois = 1 or uai is null or code_commune is null
