"""The files of a release against the rules of GeoParquet 1.1 and of the lake, as pyarrow reads them."""

import json
import sys
import tempfile

import geopandas
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import shapely

from lake import Lake

MOST_ROWS = 16_384
KINDS = {
    "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
}
SIDES = ("xmin", "ymin", "xmax", "ymax")


def check(lake):
    """{table: {"files": n, "row_groups": n, "most_rows": n, "problems": […]}}, whole-table files included."""
    tables = {}
    for name, table in lake.tables.items():
        paths = lake.files_of(table)
        if table["whole"]:
            paths.append(table["whole"]["path"])
        found = {"files": len(paths), "row_groups": 0, "most_rows": 0, "problems": []}
        for path in paths:
            with lake.files.open_input_file(lake.inner(path)) as handle:
                file = pa.parquet.ParquetFile(handle)
                groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
                found["row_groups"] += len(groups)
                found["most_rows"] = max([found["most_rows"], *(group.num_rows for group in groups)])
                found["problems"] += [f"{path}: {problem}" for problem in problems(file, groups, table)]
        tables[name] = found
    return tables


def problems(file, groups, table):
    said = {key.decode(): value.decode() for key, value in file.metadata.metadata.items()}
    yield from of_form(file, groups, said, table)
    if not table["geometry"]:
        if "geo" in said:
            yield "a `geo` key without geometry"
        return
    geo = json.loads(said.get("geo", "{}"))
    yield from of_geo(file, groups, geo, table)


def of_form(file, groups, said, table):
    schema = file.schema_arrow
    for field in schema:
        if any(key.startswith(b"ARROW:extension") for key in field.metadata or {}):
            yield f"column `{field.name}` bears an Arrow extension name, which Polars refuses"
    for group in groups:
        if group.num_rows > MOST_ROWS:
            yield f"a row group of {group.num_rows} rows"
        codecs = {group.column(i).compression for i in range(group.num_columns)}
        if codecs - {"ZSTD"}:
            yield f"compressed by {sorted(codecs)}"
    described = json.loads(said.get("edulac.columns", "{}"))
    released = [column["name"] for column in table["columns"]]
    if schema.names != released:
        yield f"columns {schema.names}, the release says {released}"
    if missing := [name for name in schema.names if not described.get(name)]:
        yield f"columns without description: {missing}"


def of_geo(file, groups, geo, table):
    name = table["geometry"]
    column = geo.get("columns", {}).get(name, {})
    if geo.get("version") != "1.1.0" or geo.get("primary_column") != name:
        yield f"`geo` is of version {geo.get('version')} with primary column {geo.get('primary_column')}"
    if column.get("encoding") != "WKB" or file.schema_arrow.field(name).type != pa.binary():
        yield f"encoded as {column.get('encoding')}, stored as {file.schema_arrow.field(name).type}"
        return
    crs = column.get("crs") or {}
    if crs.get("id") != {"authority": "OGC", "code": "CRS84"} or crs.get("type") != "GeographicCRS":
        yield f"CRS {crs.get('id')}"
    if column.get("edges", "planar") != "planar":
        yield f"edges {column['edges']}"
    if column.get("covering") != {"bbox": {side: ["bbox", side] for side in SIDES}}:
        yield f"covering {column.get('covering')}"
        return
    rows = file.read([name, "bbox"])
    shapes = shapely.from_wkb(rows[name].to_pylist())
    present = shapes[[shape is not None for shape in shapes]]
    kinds = {shape.geom_type + (" Z" if shape.has_z else "") for shape in present}
    declared = set(column.get("geometry_types", ()))
    if declared != kinds or not declared <= KINDS | {f"{kind} Z" for kind in KINDS}:
        yield f"geometry types {sorted(declared)} are declared, {sorted(kinds)} are there"
    yield from of_boxes(file, groups, column, rows["bbox"].combine_chunks(), shapes, present)


def of_boxes(file, groups, column, boxes, shapes, present):
    if len(present) and list(column.get("bbox", ())) != list(shapely.total_bounds(present)):
        yield f"bbox {column.get('bbox')}, the geometries span {list(shapely.total_bounds(present))}"
    sides = [pc.struct_field(boxes, [side]).to_pylist() for side in SIDES]
    for row, (shape, *box) in enumerate(zip(shapes, *sides)):
        if box != ([None] * 4 if shape is None or shape.is_empty else list(shape.bounds)):
            yield f"row {row}: bbox {box}, geometry {None if shape is None else shape.bounds}"
            break
    # Readers leave row groups out by them.
    for group in groups:
        chunks = [group.column(i) for i in range(group.num_columns)]
        counted = [c for c in chunks if c.path_in_schema.startswith("bbox.") and c.is_stats_set]
        if len(counted) != 4:
            yield "a row group whose bbox columns have no statistics"


def faults(lake):
    """What the rules say of the same tables as geopandas writes them by itself: they must find something."""
    for name, table in lake.tables.items():
        if not table["geometry"]:
            continue
        frame = geopandas.read_parquet(lake.inner(table["whole"]["path"]), filesystem=lake.files)
        with tempfile.TemporaryFile() as handle:
            frame.to_crs(2154).to_parquet(handle, geometry_encoding="geoarrow" if name == "etablissements" else "WKB")
            handle.seek(0)
            file = pa.parquet.ParquetFile(handle)
            groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
            for problem in problems(file, groups, table):
                print(f"{name}: {problem}")


if __name__ == "__main__":
    faults(Lake(sys.argv[1]))
