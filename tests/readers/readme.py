"""Runs what the README offers to other programs: its blocks of SQL, of Python, and for DuckDB in a shell. Prints how many last."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import polars

import with_spark
from with_duckdb import installed

LAKE, README, FIRST, SECOND = sys.argv[1:]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DAY = re.compile(r"20\d\d-\d\d-\d\d\.(\d)")
os.chdir(pathlib.Path(LAKE).parent)


def of_this_lake(text):
    return DAY.sub(lambda found: FIRST if found[1] == "0" else SECOND, text)


def in_shell(command, home, given=""):
    path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-c", command], env={"HOME": home, "PATH": path}, input=given, text=True, capture_output=True
    )
    assert ended.returncode == 0 and "Error" not in ended.stderr, f"{command}: {ended.stderr}"
    assert "row" in ended.stdout or "│" in ended.stdout, f"{command}: {ended.stdout}"


ran = 0
names = {}
text = of_this_lake(pathlib.Path(README).read_text(encoding="utf-8"))
with tempfile.TemporaryDirectory() as home:
    installed(home)
    opened = None
    for kind, block in BLOCK.findall(text):
        if kind == "python" and "spark" in block:
            names["spark"] = with_spark.session()
            if names["spark"] is None:
                continue
        if kind == "python":
            exec(block, names)
            ran += 1
        elif kind == "sh" and "duckdb -init" in block:
            opened = block.strip()
        elif kind == "sql":
            in_shell(opened, home, block)
            ran += 1
        elif kind == "sh" and "duckdb -c" in block:
            in_shell(block[block.index("duckdb -c"):], home)
            ran += 1
assert isinstance(names["schools"].to_crs(2154), names["gpd"].GeoDataFrame) and names["pl"] is polars
print(ran)
