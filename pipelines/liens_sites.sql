-- The links with the site of their place.
select
    l.uai, l.source, l.id_source, l.rnb_id, l.methode, l.preuves, l.distance_m, l.dedans, l.recouvrement_perimetre, l.score_adresse,
    l.position_qualite, l.score, l.statut, l.rang, l.part_batiment, l.explication, s.site_id, l.code_academie, l.geometry
from liens as l
left join sites_lieux as s on s.uai = l.uai and s.lieu_id = l.lieu_id
