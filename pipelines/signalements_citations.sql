-- Closed UAI that are still in use: open in the directory, cited for a school year that began after the closure
-- (1 September; the last year cited is told), or cited by a file without a year, which is that of today.
with citations as (
    select uai, 'ips' as citee_par, 'IPS' as libelle, rentree from ips
    union all
    select uai, 'effectifs' as citee_par, 'effectifs' as libelle, rentree from effectifs
    union all
    select uai, 'resultats' as citee_par, 'résultats' as libelle, rentree from resultats
    union all
    select uai, 'education_prioritaire' as citee_par, 'éducation prioritaire' as libelle, rentree from education_prioritaire
    union all
    select uai, 'hebergement' as citee_par, 'hébergement' as libelle, rentree from hebergement
    union all
    select uai, 'carte_scolaire' as citee_par, 'carte scolaire' as libelle, cast(null as varchar) as rentree from carte_scolaire
),
dernieres as (
    select uai, citee_par, libelle, max(rentree) as rentree from citations group by uai, citee_par, libelle
)
select
    f.uai, f.code_academie, 'ferme_cite' as type, d.citee_par as detail, 'majeure' as gravite,
    coalesce(f.nom, 'Établissement sans nom') || ' : fermé le ' || to_char(f.date_fermeture, '%d/%m/%Y') || ', encore cité par « '
        || d.libelle || ' »' || coalesce(' pour la rentrée ' || d.rentree, '') || '.' as description,
    coalesce('cité pour ' || d.rentree, 'cité') as valeur_actuelle,
    coalesce('l''UAI de son successeur (peut-être ' || f.successeur_infere || ')', 'aucune donnée après la fermeture') as valeur_attendue,
    d.citee_par as source,
    case d.citee_par when 'carte_scolaire' then 'académie' else 'DEPP' end as responsable
from etablissements_fermes as f
join dernieres as d on d.uai = f.uai
where d.rentree is null or f.date_fermeture < to_date(substr(d.rentree, 1, 4) || '-09-01')
union all
select
    f.uai, e.code_academie, 'ferme_ouvert' as type, '' as detail, 'majeure' as gravite,
    coalesce(f.nom, 'Établissement sans nom') || ' : fermé le ' || to_char(f.date_fermeture, '%d/%m/%Y')
        || ' selon la liste des établissements fermés, à l''état ' || coalesce(e.etat, 'inconnu') || ' dans l''annuaire.' as description,
    coalesce(e.etat, 'présent dans l''annuaire') as valeur_actuelle, 'un seul des deux états' as valeur_attendue,
    'annuaire, etablissements_fermes' as source, 'DEPP (Ramsese)' as responsable
from etablissements_fermes as f
join etablissements as e on e.uai = f.uai
where f.date_fermeture is not null and (e.date_ouverture is null or e.date_ouverture <= f.date_fermeture)
