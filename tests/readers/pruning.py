"""Bytes that DuckDB reads of a file over HTTP to find the buildings of one town, against all bytes of the file.

usage: pruning.py LAKE [TABLE]

LAKE is a folder. The file is the largest of TABLE (`batiments`), the town the commune with most of its rows; the server
is one of our own on loopback, which counts what it sends. Prints one JSON object.
"""

import collections
import http.server
import json
import os
import re
import sys
import tempfile
import threading

import duckdb

import with_duckdb
from lake import Lake

SENT = collections.Counter()


class Ranges(http.server.BaseHTTPRequestHandler):
    """Files of a folder, whole or by ranges."""

    protocol_version = "HTTP/1.1"
    folder = "."

    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, has_body):
        path = os.path.join(self.folder, self.path.lstrip("/"))
        size = os.path.getsize(path)
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        start, end = (int(asked[1]), int(asked[2] or size - 1)) if asked else (0, size - 1)
        end = min(end, size - 1)
        self.send_response(206 if asked else 200)
        self.send_header("accept-ranges", "bytes")
        self.send_header("content-length", str(end - start + 1))
        if asked:
            self.send_header("content-range", f"bytes {start}-{end}/{size}")
        self.end_headers()
        if has_body:
            with open(path, "rb") as file:
                file.seek(start)
                self.wfile.write(file.read(end - start + 1))
            SENT["requests"] += 1
            SENT["bytes"] += end - start + 1

    def log_message(self, *_):
        pass


def within(box):
    west, south, east, north = box
    return f"bbox.xmin <= {east} and bbox.xmax >= {west} and bbox.ymin <= {north} and bbox.ymax >= {south}"


def measure(lake, name):
    table = lake.tables[name]
    file = max(table["files"], key=lambda file: file["bytes"])
    path = f"{table['path']}/{file['path']}"
    # The towns and their boxes, by the lake itself.
    communes = [lake.url(path) for path in lake.files_of(lake.tables["communes"])]
    local = duckdb.connect()
    towns = local.execute(
        f"select nom, [bbox.xmin, bbox.ymin, bbox.xmax, bbox.ymax] from read_parquet({communes})"
        " where type = 'COM' order by code"
    ).fetchall()
    count = f"select count(*) from read_parquet('{lake.url(path)}') where "
    rows, town, box = max((local.execute(count + within(box)).fetchone()[0], town, box) for town, box in towns)
    Ranges.folder = lake.location
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = {
        "file": path, "rows": file["rows"], "bytes": file["bytes"], "town": town, "town_rows": rows, "queries": {},
    }
    with tempfile.TemporaryDirectory() as home:
        for columns in ("*", "rnb_id, geometry", "count(*)"):
            db = duckdb.connect(config={"extension_directory": str(with_duckdb.installed(home))})
            # Each query as the first of a session.
            db.execute("load httpfs; set enable_http_metadata_cache = false")
            SENT.clear()
            url = f"http://127.0.0.1:{server.server_port}/{path}"
            got = db.execute(f"select {columns} from read_parquet('{url}') where {within(box)}").fetchall()
            assert (got[0][0] if columns == "count(*)" else len(got)) == rows
            found["queries"][columns] = dict(SENT)
    server.shutdown()
    return found


if __name__ == "__main__":
    print(json.dumps(measure(Lake(sys.argv[1]), *sys.argv[2:] or ["batiments"]), ensure_ascii=False))
