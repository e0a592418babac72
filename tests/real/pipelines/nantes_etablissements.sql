select e.*
from lieux_situes as e
cross join (
    select
        min(st_xmin(geometry)) as ouest, min(st_ymin(geometry)) as sud,
        max(st_xmax(geometry)) as est, max(st_ymax(geometry)) as nord
    from batiments
) as centre
where st_x(e.geometry) between centre.ouest and centre.est and st_y(e.geometry) between centre.sud and centre.nord
