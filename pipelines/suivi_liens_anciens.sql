-- One row per interval of the last release, with what is needed to say whether it goes on and, if not, why.
--
--   fin_motif, fin_le, fin_par   what ends it today, if it ends: the establishment first, then its building, else the evidence
--   debut_le                     when the link would begin again, if it is accepted: the day of a reactivation, else today
--   dernier                      it is the last interval of its link
with releve as (
    select max(contenu_du) as jour from liens
),
acceptes as (
    select uai, source, id_source, rnb_id, methode, score from liens where statut = 'accepte'
),
connus as (
    select *, row_number() over (partition by uai, source, id_source order by valide_du desc) = 1 as dernier
    from histoire_avant
)
select
    h.uai, h.source, h.id_source, h.valide_du, h.valide_au, h.motif_debut, h.motif_fin, h.remplace_par,
    coalesce(a.rnb_id, h.rnb_id) as rnb_id,
    coalesce(a.methode, h.methode) as methode,
    coalesce(a.score, h.score) as score,
    h.dernier,
    a.uai is not null as accepte,
    coalesce(d.action = 'reactivate', false) as reactive,
    case when d.action = 'reactivate' then d.jour else r.jour end as debut_le,
    case
        when e.uai is null and f.uai is not null then 'etablissement_ferme'
        when e.uai is null then 'etablissement_absent'
        when b.id_source is not null then 'rapprochement_revu'
        when s.nature = 'fusion' then 'batiment_fusionne'
        when s.nature = 'scission' then 'batiment_scinde'
        when d.action = 'deactivate' then 'batiment_desactive'
        else 'batiment_absent'
    end as fin_motif,
    greatest(h.valide_du, coalesce(
        case
            when e.uai is null then f.date_fermeture
            when b.id_source is not null then null
            when s.ancien is not null then s.retrait
            when d.action = 'deactivate' then d.jour
        end,
        r.jour
    )) as fin_le,
    case
        when e.uai is null then f.successeur_infere
        when b.id_source is null then s.remplace_par
    end as fin_par
from connus as h
cross join releve as r
left join acceptes as a on a.uai = h.uai and a.source = h.source and a.id_source = h.id_source and h.dernier
left join etablissements as e on e.uai = h.uai
left join fermes as f on f.uai = h.uai
left join (select source, id_source from batiments) as b on b.source = h.source and b.id_source = h.id_source
left join remplacants as s on s.ancien = h.rnb_id
left join retraits as d on d.rnb_id = h.rnb_id
