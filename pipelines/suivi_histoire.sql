-- The intervals of validity of accepted links: those of the last release, which go on, end or begin again, and the new ones.
--
-- An interval that ended today, or later, and whose link is accepted goes on as if it had not: intervals of one link never
-- meet. What was found missing without a word is told again once an event says why, at the day when it was found missing.
with releve as (
    select max(contenu_du) as jour from liens
),
repris as (
    select *, accepte and dernier and (valide_au is null or debut_le <= valide_au) as ouvert
    from liens_anciens
),
suivis as (
    select
        uai, source, id_source, valide_du,
        case when not ouvert then coalesce(valide_au, fin_le) end as valide_au,
        motif_debut,
        case
            when ouvert then 'en_cours'
            when valide_au is null then fin_motif
            when motif_fin = 'batiment_absent' and fin_motif in ('batiment_fusionne', 'batiment_scinde', 'batiment_desactive') then fin_motif
            when motif_fin = 'etablissement_absent' and fin_motif = 'etablissement_ferme' then fin_motif
            else motif_fin
        end as motif_fin,
        case
            when ouvert then null
            when valide_au is null then fin_par
            when motif_fin = 'batiment_absent' and fin_motif in ('batiment_fusionne', 'batiment_scinde', 'batiment_desactive') then fin_par
            when motif_fin = 'etablissement_absent' and fin_motif = 'etablissement_ferme' then fin_par
            else remplace_par
        end as remplace_par,
        rnb_id, methode, score
    from repris
),
-- Buildings that came of one that was linked to the same establishment.
successions as (
    select h.uai, h.source, l.nouveau, max(greatest(l.naissance, h.valide_du)) as jour
    from lignees as l
    join histoire_avant as h on h.rnb_id = l.ancien
    group by h.uai, h.source, l.nouveau
),
nouveaux as (
    select
        a.uai, a.source, a.id_source, a.rnb_id, a.methode, a.score,
        d.uai is not null and d.reactive as reactive, d.debut_le, s.jour as succession_le, r.jour,
        (select count(*) from histoire_avant) = 0 as premier
    from liens as a
    cross join releve as r
    left join repris as d on d.uai = a.uai and d.source = a.source and d.id_source = a.id_source and d.dernier
    left join successions as s on s.uai = a.uai and s.source = a.source and s.nouveau = a.rnb_id
    where a.statut = 'accepte' and (d.uai is null or not d.ouvert)
)
select uai, source, id_source, valide_du, valide_au, motif_debut, motif_fin, remplace_par, rnb_id, methode, score
from suivis
union all
select
    uai, source, id_source,
    case when debut_le is not null then debut_le when succession_le is not null then succession_le else jour end,
    cast(null as date),
    case
        when premier then 'premier_releve'
        when reactive then 'reactivation'
        when debut_le is null and succession_le is not null then 'succession'
        else 'nouveau'
    end,
    'en_cours', cast(null as varchar),
    rnb_id, methode, score
from nouveaux
