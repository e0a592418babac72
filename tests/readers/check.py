"""Reads the latest release of a lake with the tools its users have, and says what each found.

usage: check.py LAKE

LAKE is a folder, or `s3://bucket/prefix` with `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and
`AWS_ENDPOINT_URL` in the environment. Prints one JSON object: {reader: {table: {"rows": n, "geometries": n, "bbox": […],
"crs": …, …}}}; what follows `rows` only for tables with geometry. The caller compares. Nothing here knows what the lake
should hold.
"""

import json
import subprocess
import sys

import deltalake
import geopandas
import polars

import geoparquet
import with_duckdb
from lake import Lake, bounds


def with_polars_files(lake):
    """The list of files, as `files.txt` has it."""
    return {name: in_polars(polars.read_parquet(
        [lake.url(path) for path in lake.files_of(table)],
        hive_partitioning=False,
        storage_options=lake.storage_options,
    ), table) for name, table in lake.tables.items()}


def with_polars_delta(lake):
    return {
        name: in_polars(polars.read_delta(lake.url(table["path"]), storage_options=lake.storage_options), table)
        for name, table in lake.tables.items()
    }


def in_polars(frame, table):
    found = {"rows": frame.height}
    if geometry := table["geometry"]:
        box = frame["bbox"].struct
        found |= {
            "geometries": frame.height - frame[geometry].null_count(),
            "bbox": bounds([
                box.field("xmin").min(), box.field("ymin").min(), box.field("xmax").max(), box.field("ymax").max(),
            ]),
        }
    return found


def with_deltalake(lake):
    tables = {}
    for name, table in lake.tables.items():
        delta = deltalake.DeltaTable(lake.url(table["path"]), storage_options=lake.storage_options)
        rows = delta.to_pyarrow_table()
        protocol = delta.protocol()
        tables[name] = {
            "rows": rows.num_rows,
            "version": delta.version(),
            "protocol": [protocol.min_reader_version, protocol.min_writer_version],
            "described": sum("comment" in field.metadata for field in delta.schema().fields),
            "columns": len(delta.schema().fields),
        }
        if geometry := table["geometry"]:
            tables[name]["geometries"] = rows.num_rows - rows[geometry].null_count
    return tables


def with_geopandas(lake):
    """The whole-table files, as QGIS and R read them too."""
    tables = {}
    for name, table in lake.tables.items():
        if table["whole"] is None:
            continue
        path = lake.inner(table["whole"]["path"])
        if not table["geometry"]:
            tables[name] = {"rows": geopandas.pd.read_parquet(path, filesystem=lake.files).shape[0]}
            continue
        frame = geopandas.read_parquet(path, filesystem=lake.files)
        kinds = {str(kind).upper() for kind in frame.geom_type.dropna().unique()}
        tables[name] = {
            "rows": len(frame),
            "geometries": int(frame.geometry.notna().sum()),
            "crs": ":".join(frame.crs.to_authority()),
            "bbox": bounds(frame.total_bounds),
            "kinds": sorted(kinds),
            "invalid": int((~frame.geometry.dropna().is_valid).sum()),
        }
    return tables


def checked_sums(lake):
    """Files whose SHA-256 is that of `files.txt`, checked as its users do; a folder only."""
    if not lake.is_local:
        return None
    listing = lake.text(f"{lake.folder}/files.txt")
    subprocess.run(
        ["sha256sum", "--check", "--quiet", f"{lake.folder}/files.txt"], cwd=lake.location, check=True
    )
    return len(listing.splitlines())


if __name__ == "__main__":
    lake = Lake(sys.argv[1])
    found = {
        "duckdb": with_duckdb.read(lake),
        "duckdb_delta": with_duckdb.read_delta(lake),
        "polars_files": with_polars_files(lake),
        "polars_delta": with_polars_delta(lake),
        "deltalake": with_deltalake(lake),
        "geopandas": with_geopandas(lake),
    }
    document = {
        "release": lake.release,
        "readers": found,
        "geoparquet": geoparquet.check(lake),
        "checked_sums": checked_sums(lake),
    }
    print(json.dumps(document, indent=1, ensure_ascii=False))
