"""DuckDB: the release's own `duckdb.sql`, by the instructions in its first lines; and the Delta tables."""

import importlib.resources
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import duckdb

from lake import bounds


def installed(home):
    """Puts the extensions of the Python packages where DuckDB looks for those it has installed: no network is needed."""
    folder = pathlib.Path(home) / ".duckdb" / "extensions"
    db = duckdb.connect(config={"extension_directory": str(folder)})
    for name in ("spatial", "delta", "httpfs"):
        package = importlib.resources.files(f"duckdb_extension_{name}")
        (file,) = package.glob(f"extensions/*/{name}.duckdb_extension")
        db.execute(f"install '{file}'")
    return folder


def instructions(listing):
    """The commands in the comment at the head of `duckdb.sql`: one for the shell, if any, and those for DuckDB."""
    head = listing.split("\n\n")[0]
    commands = [line.removeprefix("--   ") for line in head.splitlines() if line.startswith("--   ")]
    shell = [command for command in commands if not command.endswith(";")]
    return shell, [command for command in commands if command.endswith(";")]


def with_access(secret):
    """The secret of the header with the reader's own values."""
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    values = {
        "KEY_ID": os.environ["AWS_ACCESS_KEY_ID"],
        "SECRET": os.environ["AWS_SECRET_ACCESS_KEY"],
        "REGION": os.environ["AWS_REGION"],
        "ENDPOINT": endpoint.split("://")[1],
    }
    for name, value in values.items():
        secret = re.sub(rf"\b{name} '…'", f"{name} '{value}'", secret)
    return secret.replace("USE_SSL true", f"USE_SSL {str(endpoint.startswith('https:')).lower()}")


def middle(box):
    """The window in the middle of a box, a third of it each way."""
    west, south, east, north = box
    across, up = (east - west) / 3, (north - south) / 3
    return [west + across, south + up, east - across, north - up]


def question(name, table):
    """One row about a table, as SQL over its view."""
    geometry = table["geometry"]
    if not geometry:
        return f"select '{name}' as name, count(*) as rows from {name};"
    west, south, east, north = middle(table["bbox"])
    overlaps = f"bbox.xmin <= {east} and bbox.xmax >= {west} and bbox.ymin <= {north} and bbox.ymax >= {south}"
    envelope = f"st_makeenvelope({west}, {south}, {east}, {north})"
    return (
        f"select '{name}' as name, count(*) as rows, count({geometry}) as geometries,"
        f" min(st_xmin({geometry})) as w, min(st_ymin({geometry})) as s,"
        f" max(st_xmax({geometry})) as e, max(st_ymax({geometry})) as n,"
        f" any_value(typeof({geometry})) as type,"
        f" list_sort(list_distinct(list(st_geometrytype({geometry})::varchar))) as kinds,"
        # What the covering finds, and what the geometries themselves do.
        f" count(*) filter ({overlaps}) as overlapping,"
        f" count(*) filter (st_intersects_extent({geometry}, {envelope})) as intersecting,"
        f" count(*) filter ({overlaps} and st_intersects({geometry}, {envelope})) as inside"
        f" from {name};"
    )


def read(lake):
    shell, statements = instructions(lake.text(f"{lake.folder}/duckdb.sql"))
    with tempfile.TemporaryDirectory() as home:
        installed(home)
        if lake.is_local:
            (command,), where = shell, lake.location
        else:
            assert not shell, shell
            command, where = "duckdb", home
            pathlib.Path(home, "duckdb.sql").write_text(lake.text(f"{lake.folder}/duckdb.sql"))
            statements = [with_access(statement) for statement in statements] + [".read duckdb.sql"]
        # One JSON document per answer, one per line.
        questions = [".mode jsonlines"] + [question(name, table) for name, table in lake.tables.items()]
        path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
        ended = subprocess.run(
            command,
            shell=True,
            cwd=where,
            env={"HOME": home, "PATH": path},
            input="\n".join(statements + questions),
            text=True,
            capture_output=True,
        )
    assert ended.returncode == 0 and "Error" not in ended.stderr, f"{command}: {ended.stderr}"
    answers = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    tables = {}
    for answer in answers:
        table = {"rows": answer["rows"]}
        if "type" in answer:
            crs = re.fullmatch(r"GEOMETRY\('(.*)'\)", answer["type"])
            table |= {
                "geometries": answer["geometries"],
                "bbox": bounds(answer[side] for side in "wsen"),
                "crs": crs[1] if crs else answer["type"],
                "kinds": answer["kinds"],
                "window": middle(lake.tables[answer["name"]]["bbox"]),
                "overlapping": answer["overlapping"],
                "intersecting": answer["intersecting"],
                "inside": answer["inside"],
            }
        tables[answer["name"]] = table
    return tables


def read_delta(lake):
    with tempfile.TemporaryDirectory() as home:
        db = duckdb.connect(config={"extension_directory": str(installed(home))})
        db.execute("load spatial; load delta; load httpfs")
        # Else the geometry cannot be selected through `delta_scan`.
        db.execute("set enable_geoparquet_conversion = false")
        if not lake.is_local:
            _, statements = instructions(lake.text(f"{lake.folder}/duckdb.sql"))
            (secret,) = [statement for statement in statements if statement.startswith("CREATE SECRET")]
            db.execute(with_access(secret))
        tables = {}
        for name, table in lake.tables.items():
            scan = f"delta_scan('{lake.url(table['path'])}')"
            (rows,) = db.execute(f"select count(*) from {scan}").fetchone()
            tables[name] = {"rows": rows}
            if geometry := table["geometry"]:
                shape = f"st_geomfromwkb({geometry})"
                count, *box = db.execute(
                    f"select count({geometry}), min(st_xmin({shape})), min(st_ymin({shape})), max(st_xmax({shape})),"
                    f" max(st_ymax({shape})) from {scan}"
                ).fetchone()
                tables[name] |= {"geometries": count, "bbox": bounds(box)}
    return tables
