-- Keys `MEN:<UAI>` of the BD TOPO that name no open establishment, one row per UAI.
select
    p.uai, coalesce(f.code_academie, 'ZZ') as code_academie, 'cle_men_perimee' as type, '' as detail, 'mineure' as gravite,
    'Zone ' || min(p.id_source) || ' de la BD TOPO : sa clé MEN:' || p.uai || ' est celle d''un établissement '
        || coalesce('fermé le ' || to_char(f.date_fermeture, '%d/%m/%Y'), 'que l''annuaire ne connaît pas') || '.' as description,
    'MEN:' || p.uai as valeur_actuelle,
    coalesce('la clé de son successeur (peut-être ' || f.successeur_infere || ')', 'la clé d''un établissement ouvert, ou aucune')
        as valeur_attendue,
    'bdtopo' as source, 'IGN' as responsable
from perimetres as p
left join etablissements as e on e.uai = p.uai
left join etablissements_fermes as f on f.uai = p.uai
where e.uai is null
group by p.uai, f.code_academie, f.date_fermeture, f.successeur_infere
