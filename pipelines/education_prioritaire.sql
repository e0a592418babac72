-- One row per establishment of the list. Repeated rows are the same row twice; two rows that disagree stay two, and the
-- contract's key refuses them.
with lignes as (
    select uai, upper(trim(ep_2022_2023)) as label, uai_tete_de_reseau,
           nullif(trim(qp_a_proximite_o_n), '') as quartier_prioritaire,
           nullif(trim(qp_a_proximite), '') as code_quartier_prioritaire,
           nullif(trim(nom_du_qp), '') as nom_quartier_prioritaire,
           _source, _extrait, _ligne, _problemes
    from reseaux_codes
),
rangees as (
    select *, row_number() over (
        partition by uai, label, uai_tete_de_reseau, quartier_prioritaire, code_quartier_prioritaire, nom_quartier_prioritaire
        order by _ligne) as fois
    from lignes
)
select uai, '2022-2023' as rentree,
       case when label in ('REP', 'REP+') then label when label like 'HORS%' then 'hors' else label end as education_prioritaire,
       uai_tete_de_reseau, quartier_prioritaire, code_quartier_prioritaire, nom_quartier_prioritaire,
       _source, _extrait, _ligne, _problemes
from rangees
where fois = 1 or uai is null
