"""Runs the queries that the pages of tables offer, from the folder where the lake has the address that they give."""

import contextlib
import html
import io
import json
import os
import pathlib
import re
import sys
import tempfile

import duckdb
import geopandas
import pandas
import polars

import with_spark
from with_duckdb import installed

LAKE = pathlib.Path(sys.argv[1]).resolve()
CODE = re.compile(r'<code data-pour="(\w+)">(.*?)</code>', re.DOTALL)
os.chdir(LAKE.parent)

home = tempfile.TemporaryDirectory()
extensions = str(installed(home.name))
spark = with_spark.session()
counts = {}
for page in sorted((LAKE / "site" / "tables").glob("*.html")):
    for way, text in CODE.findall(page.read_text(encoding="utf-8")):
        query = html.unescape(re.sub(r"<.*?>", "", text))
        rows = None
        if way == "duckdb":
            rows = len(duckdb.connect(config={"extension_directory": extensions}).execute(query).fetch_record_batch().read_all())
        elif way in ("python", "polars"):
            names = {}
            with contextlib.redirect_stdout(io.StringIO()):
                exec(query, names)
            table = names[page.stem]
            kinds = {"polars": polars.DataFrame, "python": geopandas.GeoDataFrame if "geopandas" in query else pandas.DataFrame}
            assert isinstance(table, kinds[way]), (page.stem, way)
            rows = min(10, len(table))
        elif way == "spark" and spark is not None:
            names = {"spark": spark}
            with contextlib.redirect_stdout(io.StringIO()):
                exec(query, names)
            rows = names[page.stem].limit(10).count()
        if rows is not None:
            counts.setdefault(page.stem, {})[way] = rows
print(json.dumps(counts))
