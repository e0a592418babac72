-- A commune code starts with its département: two characters, three overseas; the ministry writes three everywhere.
select case when code like '97%' or code like '98%' then substr(code, 1, 3) else concat('0', substr(code, 1, 2)) end as code,
       max(millesime) as millesime_contour, count(*) - count(geometry) as communes_sans_contour,
       st_union_agg(geometry) as geometry
from contours_communes
group by 1
