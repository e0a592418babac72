"""What judges of others say of the latest release of a lake: `datacontract lint` of contracts, `geoparquet-validator` of
every file with geometry, whole ones too.

usage: judges.py LAKE

LAKE is a folder, with the folder `data-contracts` of the project beside it. Prints one line for each judge, and one for
each thing that is wrong.
"""

import json
import pathlib
import sys
import tempfile

import geoparquet_validator
import pyarrow.parquet
from datacontract.data_contract import DataContract

from lake import Lake


def contracts(folder):
    """Of each contract: it is ODCS 3.1."""
    files = sorted(pathlib.Path(folder).glob("*.yaml"))
    for file in files:
        run = DataContract(data_contract_file=str(file)).lint()
        if run.result != "passed":
            for check in run.checks:
                print(f"{file.name}: {check.result}: {check.reason}")
    print(f"datacontract lint: {len(files)} contracts")


def files(lake):
    """Of each file: its `geo` key is GeoParquet 1.1 and tells of the rows what they are."""
    passed, judged = set(), 0
    for table in lake.tables.values():
        if not table["geometry"]:
            continue
        for path in lake.files_of(table) + [table["whole"]["path"]]:
            report = geoparquet_validator.check(lake.url(path))
            judged += 1
            for outcome in report["outcomes"]:
                if outcome["status"] == "pass":
                    passed.add(outcome["id"])
                elif outcome["status"] != "skip":
                    print(f"{path}: {outcome['id']}: {outcome['message']}")
    print(f"geoparquet-validator: {judged} files, {len(passed)} rules")


def refuse(lake, folder):
    """A judge that accepts anything would tell nothing."""
    with tempfile.TemporaryDirectory() as aside:
        contract = pathlib.Path(aside, "contrat.yaml")
        contract.write_text(next(pathlib.Path(folder).glob("*.yaml")).read_text().replace("\nschema:", "\nschemas:"))
        assert DataContract(data_contract_file=str(contract)).lint().result != "passed"
        source = pyarrow.parquet.ParquetFile(lake.url(lake.tables["communes"]["whole"]["path"]))
        geo = json.loads(source.metadata.metadata[b"geo"])
        for key, value in (("geometry_types", ["Point"]), ("bbox", [0, 0, 1, 1]), ("encoding", "WKT")):
            wrong = json.loads(json.dumps(geo))
            wrong["columns"]["geometry"][key] = value
            file = pathlib.Path(aside, f"{key}.parquet")
            rows = source.read().replace_schema_metadata({"geo": json.dumps(wrong)})
            pyarrow.parquet.write_table(rows, file)
            assert geoparquet_validator.failed(geoparquet_validator.check(str(file))), key
    print("they refuse what is wrong")


if __name__ == "__main__":
    lake = Lake(sys.argv[1])
    folder = pathlib.Path(lake.location).parent / "data-contracts"
    contracts(folder)
    files(lake)
    refuse(lake, folder)
