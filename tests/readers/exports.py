"""Reads exported files with the programs that their users have, and says what each found.

usage: exports.py FILE…

Prints one JSON object: {file name: {"rows": […], …}}. Rows are texts, numbers and nulls by column, geometries left out.
The caller compares.
"""

import csv
import datetime
import json
import math
import pathlib
import sqlite3
import sys

import geopandas
import openpyxl
import pyarrow.parquet
import shapely

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of_csv(path):
    text = path.read_bytes().decode("utf-8")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {"rows": rows, "mark": text.startswith("\ufeff"), "columns": list(rows[0]) if rows else []}


def of_xlsx(path):
    book = openpyxl.load_workbook(path)
    titles, *lines = book["Données"].iter_rows()
    names = [cell.value for cell in titles]
    cells = [cell for line in lines for cell in line]
    sheet = lambda name: [[cell.value for cell in line] for line in book[name].iter_rows()]
    return {
        "sheets": book.sheetnames,
        "columns": names,
        "rows": [{name: plain(cell.value) for name, cell in zip(names, line)} for line in lines],
        "formulas": sum(cell.data_type == "f" for cell in cells),
        "quoted": sum(cell.quotePrefix for cell in cells),
        "dictionary": sheet("Dictionnaire"),
        "about": sheet("À propos"),
        "created": book.properties.created.isoformat(),
    }


def of_map(path):
    frame = geopandas.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path)
    found = {"columns": list(frame.columns), "rows": records(frame)}
    if not isinstance(frame, geopandas.GeoDataFrame):
        return found
    shapes = frame.geometry.dropna()
    return found | {
        "crs": ":".join(frame.crs.to_authority()),
        "bbox": [round(side, 6) for side in frame.total_bounds],
        "geometries": len(shapes),
        "kinds": sorted({str(kind) for kind in shapes.geom_type}),
        "invalid": int((~shapes.is_valid).sum()),
    }


def of_geojson(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    shapes = [shapely.geometry.shape(f["geometry"]) for f in document["features"] if f["geometry"]]
    polygons = [part for shape in shapes for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    numbers = shapely.get_coordinates(shapes).flatten() if shapes else []
    return of_map(path) | {
        "members": {key: value for key, value in document.items() if key != "features"},
        "clockwise": sum(not polygon.exterior.is_ccw for polygon in polygons)
        + sum(ring.is_ccw for polygon in polygons for ring in polygon.interiors),
        "finer": int(sum(number != round(number, 7) for number in numbers)),
    }


def of_gpkg(path):
    with sqlite3.connect(path) as database:
        ask = lambda sql: database.execute(sql).fetchall()
        layer, kind = ask("SELECT table_name, data_type FROM gpkg_contents")[0]
        checks = {
            "layer": layer,
            "kind": kind,
            "integrity": ask("PRAGMA integrity_check")[0][0],
            "foreign_keys": ask("PRAGMA foreign_key_check"),
            "application": ask("PRAGMA application_id")[0][0],
        }
    return of_map(path) | checks


def of_parquet(path):
    metadata = pyarrow.parquet.read_metadata(path).metadata
    keys = {key.decode(): value.decode() for key, value in metadata.items() if key != b"ARROW:schema"}
    if "geo" not in keys:
        frame = geopandas.pd.read_parquet(path)
        return {"columns": list(frame.columns), "rows": records(frame), "keys": keys}
    return of_map(path) | {"keys": keys}


def records(frame):
    geometry = {name for name in frame.columns if name == "geometry" or str(frame[name].dtype) == "geometry"}
    columns = [name for name in frame.columns if name not in geometry | {"bbox"}]
    return [{name: plain(row[name]) for name in columns} for _, row in frame.iterrows()]


def plain(value):
    if value is None or value is geopandas.pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()[:10]
    if hasattr(value, "item"):
        return value.item()
    return value if isinstance(value, (str, int, float, bool)) else str(value)


READERS = {
    ".csv": of_csv, ".xlsx": of_xlsx, ".geojson": of_geojson, ".gpkg": of_gpkg, ".fgb": of_map, ".parquet": of_parquet,
}

if __name__ == "__main__":
    files = [pathlib.Path(name) for name in sys.argv[1:]]
    found = {path.name: READERS[path.suffix](path) for path in files}
    print(json.dumps(found, ensure_ascii=False, default=str))
