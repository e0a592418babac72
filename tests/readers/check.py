"""Reads the latest release of a lake with the tools its users have, and says what each found.

usage: check.py LAKE_FOLDER

Prints one JSON object: {reader: {table: {"rows": n, "crs": …, "geometries": n, "bbox": […]}}}; `crs` and what follows
only for tables with geometry. The caller compares. Nothing here knows what the lake should hold.
"""

import json
import pathlib
import sys

import deltalake
import duckdb
import geopandas
import polars
import pyarrow.parquet

lake = pathlib.Path(sys.argv[1])
latest = json.loads((lake / "releases" / "latest.json").read_text())
folder = lake / "releases" / latest["id"]
manifest = json.loads((folder / "manifest.json").read_text())
found = {}


def bounds(values):
    return [round(float(value), 6) for value in values]


def with_duckdb():
    """The views of the release's own `duckdb.sql`, from the release's folder, as its first lines say."""
    import os

    tables = {}
    before = os.getcwd()
    os.chdir(folder)
    try:
        db = duckdb.connect()
        db.load_extension("spatial")
        db.execute((pathlib.Path("duckdb.sql")).read_text())
        for name, table in manifest["tables"].items():
            rows = db.execute(f"select count(*) from {name}").fetchone()[0]
            tables[name] = {"rows": rows}
            geometry = table["geometry"]
            if geometry:
                # DuckDB 1.5 gives GEOMETRY for files with the `geo` key.
                count, *box = db.execute(
                    f"select count({geometry}), min(st_xmin({geometry})), min(st_ymin({geometry})),"
                    f" max(st_xmax({geometry})), max(st_ymax({geometry})) from {name}"
                ).fetchone()
                kind = db.execute(f"select typeof({geometry}) from {name} limit 1").fetchone()[0]
                tables[name] |= {"geometries": count, "bbox": bounds(box), "crs": kind}
    finally:
        os.chdir(before)
    return tables


def with_duckdb_delta():
    """The Delta table itself."""
    db = duckdb.connect()
    db.load_extension("delta")
    # Else the geometry cannot be selected through `delta_scan`.
    db.execute("set enable_geoparquet_conversion = false")
    return {
        name: {"rows": db.execute(f"select count(*) from delta_scan('{lake / table['path']}')").fetchone()[0]}
        for name, table in manifest["tables"].items()
    }


def with_polars():
    """The list of files, as `files.txt` has it; and the Delta table."""
    tables = {}
    for name, table in manifest["tables"].items():
        files = [lake / table["path"] / file["path"] for file in table["files"]]
        frame = polars.read_parquet(files, hive_partitioning=False)
        delta = polars.read_delta(str(lake / table["path"]))
        assert frame.height == delta.height, f"{name}: {frame.height} rows in the files, {delta.height} in the Delta table"
        tables[name] = {"rows": frame.height}
    return tables


def with_deltalake():
    return {
        name: {"rows": deltalake.DeltaTable(str(lake / table["path"])).to_pyarrow_table().num_rows}
        for name, table in manifest["tables"].items()
    }


def with_geopandas():
    """The whole-table files, as QGIS and R read them too."""
    tables = {}
    for name, table in manifest["tables"].items():
        if table["whole"] is None:
            continue
        path = lake / table["whole"]["path"]
        if not table["geometry"]:
            tables[name] = {"rows": pyarrow.parquet.read_metadata(path).num_rows}
            continue
        frame = geopandas.read_parquet(path)
        tables[name] = {
            "rows": len(frame),
            "geometries": int(frame.geometry.notna().sum()),
            "crs": ":".join(frame.crs.to_authority()),
            "bbox": bounds(frame.total_bounds),
        }
    return tables


for reader in (with_duckdb, with_duckdb_delta, with_polars, with_deltalake, with_geopandas):
    found[reader.__name__.removeprefix("with_")] = reader()
print(json.dumps(found, indent=1))
