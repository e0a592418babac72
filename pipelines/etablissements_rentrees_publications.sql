-- What the sources publish at all: a rentrée that a file does not have yet, or no longer, is another absence than that of one
-- establishment in a file that has the others.
select distinct 'ips' as mesure, niveau, rentree from ips
union
select distinct 'effectifs', case when niveau like 'lycee%' then 'lycee' else niveau end, rentree from effectifs
union
select distinct examen, case examen when 'dnb' then 'college' else 'lycee' end, rentree from resultats
