"""What judges from outside say of the catalogue of a lake: STAC by pystac, the data package by frictionless, DCAT by rdflib.

    python catalogue.py LAKE

Prints a line for each judge, and one for each thing that it finds wrong. Nothing is fetched: STAC is judged without its
extensions, whose schemas are on the web.
"""

import json
import sys
from pathlib import Path

import rdflib
from frictionless import Package
from pystac.validation import validate_dict

lake = Path(sys.argv[1])
stac = lake / "catalogue" / "stac"

judged = 0
for path in sorted(stac.rglob("*.json")):
    document = json.loads(path.read_text())
    judged += 1
    try:
        validate_dict(document, extensions=[], href=str(path))
    except Exception as error:  # noqa: BLE001: whatever it is, it is told
        print(f"stac: {path.relative_to(stac)}: {error}")
    hrefs = [link["href"] for link in document["links"]]
    hrefs += [asset["href"] for asset in document.get("assets", {}).values()]
    for href in hrefs:
        if not (path.parent / href).resolve().is_file():
            print(f"stac: {path.relative_to(stac)}: {href} leads nowhere")
print(f"stac: {judged} documents")

package = lake / "datapackage.json"
report = Package.validate_descriptor(str(package))
for error in report.flatten(["title", "message"]):
    print(f"package: {error}")
resources = Package(str(package)).resources
for resource in resources:
    if not (lake / resource.path).is_file():
        print(f"package: {resource.path} is not there")
print(f"package: {len(resources)} resources")

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
BASE = "https://lac.example/"
graph = rdflib.Graph()
graph.parse(lake / "catalogue" / "dcat.jsonld", format="json-ld", publicID=BASE + "catalogue/dcat.jsonld")
datasets = set(graph.subjects(rdflib.RDF.type, DCAT.Dataset))
listed = set(graph.objects(None, DCAT.dataset))
for dataset in datasets ^ listed:
    print(f"dcat: {dataset} is not of the catalogue")
for dataset in datasets:
    for needed in (rdflib.DCTERMS.title, rdflib.DCTERMS.description, DCAT.distribution):
        if graph.value(dataset, needed) is None:
            print(f"dcat: {dataset} has no {needed}")
    file = graph.value(graph.value(dataset, DCAT.distribution), DCAT.accessURL)
    if not (lake / str(file).removeprefix(BASE)).is_file():
        print(f"dcat: {file} is not there")
print(f"dcat: {len(datasets)} datasets")
