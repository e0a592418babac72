-- One row per place that the ministry declares for an establishment: each row of the directory, then the
-- establishments that only the geolocation file knows (those to be opened).
--
-- rang: 1 for the principal place of a UAI: a row of the directory that has a position and does not call itself an
-- annexe, the best located of them, then the first by address and position. Its content decides, never its place in the
-- export. A row whose UAI could not be read stays alone, so that the contract rejects it by name.
--
-- Position: the directory's, unless it is missing or poorer than that of the geolocation file (uncertainty in metres,
-- an unknown one counted as a kilometre: worse than a street, better than the centre of a commune).
--
-- lieu_id: a hash of the declared commune, of the address (case, accents and punctuation aside) and of the position
-- to some ten metres. Nothing of it depends on the order of rows. A place without address nor position is its UAI's own.
with annuaire as (
    select *, row_number() over (
        partition by coalesce(identifiant_de_l_etablissement, 'ligne ' || cast(_ligne as varchar))
        order by geometry is null, coalesce(lower(nom_etablissement) like '%annexe%', false), position_incertitude_m nulls last,
            adresse_1, st_x(geometry), st_y(geometry), nom_etablissement
    ) as rang
    from etablissements_codes
),
geolocalisation as (
    select * from (
        select *, row_number() over (
            partition by coalesce(numero_uai, 'ligne ' || cast(_ligne as varchar))
            order by geometry is null, position_incertitude_m nulls last, adresse_uai, st_x(geometry), st_y(geometry)
        ) as rang_geolocalisation
        from geolocalisation_codes
    )
    where rang_geolocalisation = 1
),
rnb as (
    select uai, string_agg(rnb_id, '|' order by rnb_id) as rnb_declares
    from rnb_declares_codes
    where rnb_id is not null
    group by uai
),
choix as (
    select
        a.identifiant_de_l_etablissement as uai, a.nom_etablissement as nom, a.type_etablissement,
        cast(a.code_nature as varchar) as code_nature, a.libelle_nature, a.statut_public_prive as secteur,
        a.type_contrat_prive as contrat, a.ministere_tutelle, a.etat, a.date_ouverture,
        a.appartenance_education_prioritaire as education_prioritaire, a.rpi_concentre, a.rpi_disperse,
        a.etablissement_mere as uai_mere, a.type_rattachement_etablissement_mere as type_rattachement,
        a.multi_uai as plusieurs_sites, a.siren_siret as siret, a.adresse_1 as adresse, a.code_postal, a.code_commune,
        a.nom_commune, a.code_departement, a.code_academie, a.nom_circonscription as circonscription,
        nullif(trim(a.code_bassin_formation), '') as code_bassin, a.telephone, a.mail, a.web,
        a.rang, a.geometry as ga, g.geometry as gg,
        g.geometry is not null and (a.geometry is null
            or coalesce(g.position_incertitude_m, 1000.0) < coalesce(a.position_incertitude_m, 1000.0)) as autre_source,
        a.position_source as sa, a.position_methode as ma, a.position_qualite as qa, a.position_incertitude_m as ia,
        g.position_source as sg, g.position_methode as mg, g.position_qualite as qg, g.position_incertitude_m as ig,
        g.sigle, g.appariement, g.localisation,
        a._source, a._extrait, a._ligne, a._problemes as problemes_annuaire, g._problemes as problemes_geolocalisation
    from annuaire as a
    left join geolocalisation as g on g.numero_uai = a.identifiant_de_l_etablissement and a.rang = 1
    union all
    select
        g.numero_uai as uai, g.appellation_officielle as nom, cast(null as varchar) as type_etablissement,
        cast(g.nature_uai as varchar) as code_nature, g.nature_uai_libe as libelle_nature, g.secteur_public_prive_libe as secteur,
        g.secteur_prive_libelle_type_contrat as contrat, g.libelle_ministere as ministere_tutelle,
        g.etat_etablissement_libe as etat, g.date_ouverture,
        cast(null as varchar) as education_prioritaire, cast(null as boolean) as rpi_concentre, cast(null as varchar) as rpi_disperse,
        cast(null as varchar) as uai_mere, cast(null as varchar) as type_rattachement,
        cast(null as boolean) as plusieurs_sites, cast(null as varchar) as siret, g.adresse_uai as adresse,
        g.code_postal_uai as code_postal, g.code_commune,
        g.libelle_commune as nom_commune, g.code_departement, g.code_academie,
        cast(null as varchar) as circonscription, cast(null as varchar) as code_bassin, cast(null as varchar) as telephone, cast(null as varchar) as mail, cast(null as varchar) as web,
        1 as rang, cast(null as bytea) as ga, g.geometry as gg,
        true as autre_source,
        cast(null as varchar) as sa, cast(null as varchar) as ma, cast(null as varchar) as qa, cast(null as double) as ia,
        g.position_source as sg, g.position_methode as mg, g.position_qualite as qg, g.position_incertitude_m as ig,
        g.sigle, g.appariement, g.localisation,
        g._source, g._extrait, g._ligne, cast(null as varchar) as problemes_annuaire, g._problemes as problemes_geolocalisation
    from geolocalisation as g
    left join annuaire as a on a.identifiant_de_l_etablissement = g.numero_uai and a.rang = 1
    where a.rang is null and (g.numero_uai is null or g.etat_etablissement_libe = 'A OUVRIR')
),
places as (
    select
        *,
        case when autre_source then gg else ga end as geometry,
        case when coalesce(autre_source and gg is not null, false) then 'geolocalisation' when ga is not null then 'annuaire' end as position_origine,
        trim(regexp_replace(translate(lower(adresse), 'àâäéèêëîïôöùûüç', 'aaaeeeeiioouuuc'), '[^a-z0-9]+', ' ', 'g')) as adresse_comparee
    from choix
)
select
    p.uai, nom, type_etablissement, code_nature, libelle_nature, secteur, contrat, ministere_tutelle, etat, date_ouverture,
    education_prioritaire, rpi_concentre, rpi_disperse, uai_mere, type_rattachement, plusieurs_sites, siret, adresse,
    code_postal, code_commune, nom_commune, code_departement, coalesce(code_academie, 'ZZ') as code_academie,
    circonscription, code_bassin, telephone, mail, web,
    geometry,
    case when autre_source then sg else sa end as position_source,
    case when autre_source then mg else ma end as position_methode,
    case when autre_source then qg else qa end as position_qualite,
    case when autre_source then ig else ia end as position_incertitude_m,
    position_origine,
    round(st_distance_m(ga, gg), 1) as position_ecart_m,
    appariement, localisation, sigle, rnb_declares,
    rang,
    substr(md5(concat_ws('|',
        coalesce(code_commune, ''),
        coalesce(adresse_comparee, ''),
        coalesce(cast(cast(round(st_x(geometry) * 10000) as bigint) as varchar) || ' '
            || cast(cast(round(st_y(geometry) * 10000) as bigint) as varchar), ''),
        case when geometry is null and coalesce(adresse_comparee, '') = '' then coalesce(p.uai, '') else '' end
    )), 1, 16) as lieu_id,
    _source, _extrait, _ligne,
    nullif(concat_ws(chr(10), problemes_annuaire, case when autre_source then problemes_geolocalisation end), '') as _problemes
from places as p
left join rnb as r on r.uai = p.uai and p.rang = 1
