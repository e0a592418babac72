"""What the classes of OpenLineage's own client say of the events of a lake.

    python lineage.py LAKE

Each event, dataset and facet is made anew as an object of the client, which checks its form: a key that the class does not know,
one that it needs, an address of another version are told. Prints what is wrong, then the number of events.
"""

import importlib
import json
import pkgutil
import sys
import typing
from pathlib import Path

import attr
from openlineage.client import generated
from openlineage.client.generated import base

FACETS = {}
for module in pkgutil.iter_modules(generated.__path__):
    for name, kind in vars(importlib.import_module(f"openlineage.client.generated.{module.name}")).items():
        if isinstance(kind, type) and issubclass(kind, base.BaseFacet):
            FACETS[name] = kind


def make(kind, given):
    """An object of the client from what stands in the event."""
    if typing.get_origin(kind) is list:
        return [make(typing.get_args(kind)[0], item) for item in given]
    if typing.get_origin(kind) is dict:
        return {key: make(typing.get_args(kind)[1], value) for key, value in given.items()}
    if typing.get_args(kind):
        return make(next(k for k in typing.get_args(kind) if k is not type(None)), given)
    if isinstance(kind, type) and issubclass(kind, base.BaseFacet):
        name = given["_schemaURL"].rsplit("/", 1)[-1]
        if not issubclass(FACETS[name], kind) and not name.startswith("DataQualityAssertions"):
            raise ValueError(f"{name} is no {kind.__name__}")
        kind = FACETS[name]
        if given["_schemaURL"] != kind._get_schema():
            raise ValueError(f"{given['_schemaURL']} is not {kind._get_schema()}")
    if not attr.has(kind):
        return kind(given) if kind in (int, str) and not isinstance(given, kind) else given
    attr.resolve_types(kind)
    known = {field.name: field for field in attr.fields(kind)}
    arguments = {}
    for key, value in given.items():
        if key not in known:
            raise ValueError(f"{kind.__name__} has no {key}")
        if known[key].init:
            arguments[known[key].name.lstrip("_")] = make(known[key].type, value)
    return kind(**arguments)


folder = Path(sys.argv[1]) / "catalogue" / "openlineage"
judged = 0
for path in sorted(folder.rglob("*.json")):
    event = json.loads(path.read_text())
    judged += 1
    try:
        if event["schemaURL"] != base.RunEvent._get_schema():
            raise ValueError(event["schemaURL"])
        make(base.RunEvent, event)
        inputs = {(d["namespace"], d["name"]) for d in event["inputs"]}
        for output in event["outputs"]:
            fields = {field["name"] for field in output["facets"]["schema"]["fields"]}
            lineage = output["facets"]["columnLineage"]
            if set(lineage["fields"]) != fields:
                raise ValueError(f"{output['name']}: columns {set(lineage['fields']) ^ fields}")
            read = [f for column in lineage["fields"].values() for f in column["inputFields"]] + lineage["dataset"]
            for field in read:
                own = field["name"] == output["name"]
                if (field["namespace"], field["name"]) not in inputs and not own:
                    print(f"{path.name}: {output['name']} reads {field['name']}, which is no input")
    except (KeyError, TypeError, ValueError) as error:
        print(f"{path.relative_to(folder)}: {error!r}")
print(f"openlineage: {judged} events")
