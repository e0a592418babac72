-- What happened to establishments: all that earlier releases told, and what the directory and the list of the closed show
-- that is not told yet. The events of an establishment are numbered as they were found out; its state is what the last of
-- them says. Nothing else is remembered, so that a release that did not run this step makes it forget nothing.
--
-- An event bears its own date where the source gives one (opening, closure), else that of the content in which it is seen.
with releve as (
    select max(contenu_du) as jour, (select count(*) from evenements_avant) = 0 as premier from etablissements
),
etats as (
    select
        uai,
        max(numero) as numero,
        first_value(type_evenement order by numero desc) filter (where type_evenement in ('premier_releve', 'ouverture', 'apparition', 'reouverture', 'fermeture', 'disparition')) as etat,
        max(date_evenement) filter (where type_evenement in ('fermeture', 'disparition')) as sorti_le,
        first_value(code_commune order by numero desc) filter (where code_commune is not null) as code_commune
    from evenements_avant
    group by uai
),
-- Every establishment of the directory, of the list of the closed or of the past, with what each says of it.
dits as (
    select
        uai, true as present, false as ferme, date_ouverture, code_commune as commune,
        cast(null as date) as date_fermeture, cast(null as varchar) as commune_fermeture, cast(null as varchar) as successeur_infere,
        cast(null as varchar) as etat, cast(null as date) as sorti_le, cast(null as varchar) as commune_avant, 0 as numero
    from etablissements
    union all
    select uai, false, true, null, null, date_fermeture, code_commune, successeur_infere, null, null, null, 0
    from fermes
    union all
    select uai, false, false, null, null, null, null, null, etat, sorti_le, code_commune, numero
    from etats
),
tous as (
    select
        d.*, r.jour, r.premier,
        d.numero > 0 as connu,
        coalesce(d.etat in ('premier_releve', 'ouverture', 'apparition', 'reouverture'), false) as etait_present,
        (date_part('epoch', cast(r.jour as timestamp)) - date_part('epoch', cast(d.date_ouverture as timestamp))) / 86400 as ouvert_depuis
    from (
        select
            uai, bool_or(present) as present, bool_or(ferme) as ferme,
            max(date_ouverture) as date_ouverture, max(commune) as commune,
            max(date_fermeture) as date_fermeture, max(commune_fermeture) as commune_fermeture,
            max(successeur_infere) as successeur_infere,
            max(etat) as etat, max(sorti_le) as sorti_le, max(commune_avant) as commune_avant, max(numero) as numero
        from dits
        group by uai
    ) as d
    cross join releve as r
),
constats as (
    -- Seen at the first reading, or come since: opened within some fourteen months of being seen, or there for longer.
    select
        uai, numero, 1 as rang,
        case
            when premier then 'premier_releve'
            when connu then 'reouverture'
            when ouvert_depuis between -430 and 430 then 'ouverture'
            else 'apparition'
        end as type_evenement,
        case
            when premier then jour
            when connu and date_ouverture > sorti_le then date_ouverture
            when not connu and ouvert_depuis between -430 and 430 then date_ouverture
            else jour
        end as date_evenement,
        jour as releve_le, 'etablissements' as source, cast(null as varchar) as uai_lie, commune as code_commune
    from tous
    where present and not etait_present
    union all
    select
        uai, numero, 2, 'changement_de_commune', jour, jour as releve_le, 'etablissements', null, commune
    from tous
    where present and etait_present and commune <> commune_avant
    union all
    select
        uai, numero, 3, 'fermeture', coalesce(date_fermeture, jour), jour, 'etablissements_fermes', null, commune_fermeture
    from tous
    where ferme and not present and (etat is null or etat <> 'fermeture')
    union all
    select
        uai, numero, 3, 'disparition', jour, jour as releve_le, 'etablissements', null, null
    from tous
    where not ferme and not present and etait_present
    union all
    select
        t.uai, t.numero, 4, 'succession', coalesce(t.date_fermeture, t.jour), t.jour, 'etablissements_fermes', t.successeur_infere, null
    from tous as t
    left join evenements_avant as a
        on a.uai = t.uai and a.type_evenement = 'succession' and a.uai_lie = t.successeur_infere
    where t.ferme and not t.present and t.successeur_infere is not null and a.uai is null
),
nouveaux as (
    select *, numero + row_number() over (partition by uai order by rang) as suivant from constats
)
select
    evenement_id, uai, numero, type_evenement, date_evenement, releve_le, source, uai_lie, code_commune
from evenements_avant
union all
select
    md5(concat_ws('|', uai, cast(suivant as varchar), type_evenement, cast(date_evenement as varchar), source, coalesce(uai_lie, '-'), coalesce(code_commune, '-'))),
    uai, cast(suivant as int), type_evenement, date_evenement, releve_le, source, uai_lie, code_commune
from nouveaux
