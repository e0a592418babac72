-- The nested objects of the file (address, coordinates, contact) come as JSON text.
select
    uai,
    name as nom,
    "type" as type_etablissement,
    public_private as secteur,
    regexp_match(address, '"street":"([^"]*)"')[1] as adresse,
    regexp_match(address, '"postal_code":"([^"]*)"')[1] as code_postal,
    regexp_match(address, '"insee_code":"([^"]*)"')[1] as code_commune,
    substr(regexp_match(address, '"insee_code":"([^"]*)"')[1], 1, 2) as code_departement,
    regexp_match(address, '"city":"([^"]*)"')[1] as nom_commune,
    regexp_match(coordinates, '"latitude":(-?[0-9.]+)')[1] as latitude,
    regexp_match(coordinates, '"longitude":(-?[0-9.]+)')[1] as longitude,
    regexp_match(contact, '"phone":"([^"]*)"')[1] as telephone,
    regexp_match(contact, '"email":"([^"]*)"')[1] as mail,
    regexp_match(contact, '"website":"([^"]*)"')[1] as web,
    _source, _extrait, _ligne
from ecoles
