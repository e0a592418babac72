-- One row per closed UAI with its best possible successor. The score orders what is inferred, it is no probability:
--   opened within a year: position and address 0.9, position 0.8, address 0.7, name elsewhere in the commune 0.4
--   there before: position and address 0.5, position 0.45, address 0.4; a name elsewhere does not count
-- The same name adds 0.1 where the place is the same.
with classees as (
    select
        *,
        row_number() over (partition by uai order by score desc, distance_m nulls last, successeur) as rang
    from (
        select
            *,
            case
                when nouveau and meme_position and meme_adresse then 0.9
                when nouveau and meme_position then 0.8
                when nouveau and meme_adresse then 0.7
                when nouveau then 0.4
                when meme_position and meme_adresse then 0.5
                when meme_position then 0.45
                else 0.4
            end + case when meme_nom and (meme_position or meme_adresse) then 0.1 else 0.0 end as score,
            case
                when meme_position and meme_adresse then 'meme_position_et_adresse'
                when meme_position then 'meme_position'
                when meme_adresse then 'meme_adresse'
                else 'meme_nom_meme_commune'
            end as methode
        from successeurs_possibles
        where nouveau or meme_position or meme_adresse
    )
),
meilleures as (
    select *, count(*) over (partition by successeur, nouveau) as predecesseurs from classees where rang = 1
)
select
    f.uai, f.nom, f.patronyme, f.secteur, f.code_nature, f.libelle_nature, f.date_ouverture, f.date_fermeture,
    f.adresse, f.code_postal, f.code_commune, f.nom_commune, f.code_departement, f.code_academie,
    f.geometry, f.position_source, f.position_methode, f.position_qualite, f.position_incertitude_m,
    cast(null as varchar) as motif_officiel,
    m.successeur as successeur_infere,
    case when m.nouveau or m.uai is null then m.methode else m.methode || '_deja_ouvert' end as successeur_methode,
    round(m.score, 2) as successeur_score,
    round(m.distance_m, 1) as successeur_distance_m,
    case
        when f.date_fermeture is null then 'indeterminee'
        when m.uai is null then 'sans_successeur_observe'
        when not m.nouveau then 'fusion'
        when m.methode = 'meme_nom_meme_commune' then 'transfert'
        when m.predecesseurs > 1 then 'fusion'
        else 'changement_uai'
    end as categorie_inferee,
    f._source, f._extrait, f._ligne, f._problemes
from fermes_uniques as f
left join meilleures as m on m.uai = f.uai
