select ancien, nouveau, date_effet, mod, nature, nom_ancien, nom_nouveau, _source, _extrait, _ligne, _problemes
from passages_publies
union all
select ancien, nouveau, date_effet, mod, nature, nom_ancien, nom_nouveau, null, null, null, null
from deductions
