"""Draws the pictures of the README from the latest release of a lake.

usage: map.py LAKE_FOLDER (sample|colleges) PICTURE.png

Needs the packages of map.txt.
"""

import json
import pathlib
import sys

import geopandas
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

lake, what, picture = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
release = json.loads((lake / "releases" / "latest.json").read_text())["id"]

AGREES, ELSEWHERE, OTHER_ACADEMY, UNKNOWN = "#2c5f8a", "#e08a00", "#c1121f", "#8a8a8a"


def table(name):
    return geopandas.read_parquet(lake / "releases" / release / f"{name}.parquet")


def colour(row):
    if row.academie_concorde is False:
        return OTHER_ACADEMY
    if row.commune_concorde is False:
        return ELSEWHERE
    return UNKNOWN if row.commune_concorde is None else AGREES


def dots(axes, schools, size):
    # The rare ones on top.
    for shade in (AGREES, UNKNOWN, ELSEWHERE, OTHER_ACADEMY):
        some = schools[schools["shade"] == shade]
        bigger = size if shade in (AGREES, UNKNOWN) else size * 4
        axes.scatter(some.geometry.x, some.geometry.y, s=bigger, c=shade, linewidths=0.2, edgecolors="white", zorder=3)


def legend(axes, **options):
    words = {
        AGREES: "commune et académie déclarées",
        ELSEWHERE: "autre commune",
        OTHER_ACADEMY: "autre académie",
        UNKNOWN: "hors des contours",
    }
    marks = [
        plt.Line2D([], [], marker="o", linestyle="", color=shade, label=label, markersize=5)
        for shade, label in words.items()
    ]
    axes.legend(handles=marks, frameon=False, fontsize=7, **options)


def sample():
    communes, schools, buildings = table("communes"), table("etablissements"), table("batiments")
    academies = table("academies")
    schools = schools[schools.geometry.notna()].copy()
    schools["shade"] = [colour(row) for row in schools.itertuples()]
    figure, axes = plt.subplots(figsize=(8, 5.2), dpi=110)
    for (_, academy), fill in zip(academies.sort_values("code").iterrows(), ("#eef3e6", "#f6ecdf")):
        geopandas.GeoSeries([academy.geometry]).plot(ax=axes, color=fill, zorder=0)
    communes.boundary.plot(ax=axes, color="#b9b9b0", linewidth=0.5, zorder=1)
    academies.boundary.plot(ax=axes, color="#6d6d66", linewidth=1.2, zorder=2)
    points = buildings.geometry.representative_point()
    axes.scatter(points.x, points.y, s=0.15, c="#9a9a9a", linewidths=0, zorder=2)
    dots(axes, schools, 9)
    near = schools[schools["academie_voisines"].notna()]
    axes.scatter(near.geometry.x, near.geometry.y, s=60, facecolors="none", edgecolors="#c1121f", linewidths=0.8, zorder=4)
    legend(axes, loc="lower right", ncols=2)
    axes.set_title(
        f"Île d'Exemple (territoire fictif) : {len(schools)} établissements situés, {len(buildings)} bâtiments ;"
        f" {len(near)} à moins de 200 m d'une autre académie (cerclés)",
        fontsize=8,
    )
    axes.set_axis_off()
    axes.set_aspect(1.45)
    west, south, east, north = communes.total_bounds
    axes.set_xlim(west - 0.02, east + 0.02)
    axes.set_ylim(south - 0.04, north + 0.02)
    figure.savefig(picture, bbox_inches="tight")


def colleges():
    schools, academies = table("colleges"), table("academies")
    total = len(schools)
    schools = schools[schools.geometry.notna()].copy()
    schools["shade"] = [colour(row) for row in schools.itertuples()]
    windows = {
        "France métropolitaine": (-5.3, 9.7, 41.2, 51.2),
        "Antilles": (-63.3, -60.7, 14.3, 18.2),
        "Guyane": (-54.7, -51.5, 2.1, 5.9),
        "La Réunion": (55.15, 55.9, -21.45, -20.8),
        "Mayotte": (45.0, 45.35, -13.05, -12.6),
        "Saint-Pierre-et-Miquelon": (-56.5, -56.05, 46.7, 47.2),
    }
    figure = plt.figure(figsize=(8.2, 6.2), dpi=100)
    for index, (name, (west, east, south, north)) in enumerate(windows.items()):
        place = (0.0, 0.03, 0.72, 0.92) if index == 0 else (0.76, 0.96 - index * 0.188, 0.22, 0.14)
        axes = figure.add_axes(place)
        academies.boundary.plot(ax=axes, color="#a9a9a0", linewidth=0.6, zorder=1)
        inside = schools.cx[west:east, south:north]
        dots(axes, inside, 2.2 if index == 0 else 3)
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_title(f"{name} : {len(inside)}", fontsize=6.5, pad=2)
        axes.set(xlabel="", ylabel="")
        axes.set_xticks([])
        axes.set_yticks([])
        if index == 0:
            axes.set_aspect(1.45)
            axes.set_axis_off()
            legend(axes, loc="lower left")
    figure.suptitle(
        f"{len(schools)} collèges situés sur {total} (annuaire de décembre 2024, Licence Ouverte) ;\n"
        f"{sum(schools['shade'] == OTHER_ACADEMY)} dans une autre académie que la leur,"
        f" {(schools['commune_concorde'] == False).sum()} dans une autre commune",  # noqa: E712
        fontsize=8,
        y=0.995,
    )
    figure.savefig(picture)


{"sample": sample, "colleges": colleges}[what]()
