"""Draws the pictures of the README from the latest release of a lake.

usage: map.py LAKE_FOLDER --what {sample,colleges} --to PICTURE.png

Needs the packages of `map.txt`. It reads the whole-table files of the release, as QGIS would.
"""

import argparse
import io
import json
import pathlib

import geopandas
import matplotlib
from PIL import Image
from shapely.geometry import box

matplotlib.use("Agg")
import matplotlib.pyplot as plt

# Two hues that colour-blind readers tell apart, and a shape beside the colour: colour alone carries no meaning.
AGREES, DISAGREES, ELSEWHERE, UNKNOWN = "#1f5fa8", "#d1242f", "#e58a00", "#7a7a7a"
AREAS = ["#dbe7f3", "#f6ead2"]
# Places of the insets: name, west, south, east, north in degrees, EPSG of a projection true to shape there.
OVERSEAS = [
    ("Guadeloupe, Martinique", -61.95, 14.25, -60.7, 16.6, 5490),
    ("Guyane", -54.7, 2.0, -51.5, 5.9, 2972),
    ("La Réunion", 55.15, -21.45, 55.9, -20.8, 2975),
    ("Mayotte", 44.98, -13.05, 45.35, -12.6, 4471),
    ("Saint-Pierre-et-Miquelon", -56.55, 46.7, -56.05, 47.2, 4467),
    ("St-Martin, St-Barthélemy", -63.2, 17.82, -62.75, 18.15, 5490),
    ("Nouvelle-Calédonie", 163.4, -22.8, 168.2, -19.4, 3163),
    ("Polynésie française", -152.0, -18.0, -149.0, -16.0, 3297),
    ("Wallis-et-Futuna", -178.3, -14.5, -176.0, -13.1, 8903),
]
METROPOLE = (-5.3, 41.2, 9.8, 51.2)


def tables(lake):
    lake = pathlib.Path(lake)
    release = json.loads((lake / "releases/latest.json").read_text())["id"]

    def table(name):
        return geopandas.read_parquet(lake / "releases" / release / f"{name}.parquet")

    return release, table


def groups(points):
    """Colour, shape, how much larger where it must be seen on a small map, label, which points; the last drawn on top."""
    academie, commune = points["academie_concorde"], points["commune_concorde"]
    elsewhere, other = commune.eq(False), academie.eq(False)
    confirmed = academie.eq(True) & commune.eq(True)
    return [
        (AGREES, "o", 1.0, "dans l'académie et la commune déclarées", confirmed),
        (UNKNOWN, "v", 1.4, "sans contour pour en juger", ~confirmed & ~elsewhere & ~other),
        (ELSEWHERE, "D", 3.0, "dans une autre commune de la même académie", elsewhere & ~other),
        (DISAGREES, "s", 4.0, "dans une autre académie", other),
    ]


def marks(axes, points, size, small=True):
    for level, (colour, shape, larger, _, chosen) in enumerate(groups(points)):
        chosen = points[chosen.fillna(False).astype(bool)]
        if len(chosen):
            larger = larger if small else 1
            chosen.plot(ax=axes, color=colour, marker=shape, markersize=size * larger, linewidth=0, zorder=3 + level)


def legend(figure, points, also=()):
    """What is drawn, with its number over all points."""
    style = {"linestyle": "", "markersize": 6}
    handles = [
        plt.Line2D([], [], color=colour, marker=shape, label=f"{label} : {count(number)}", **style)
        for colour, shape, _, label, chosen in groups(points)
        if (number := int(chosen.fillna(False).sum()))
    ]
    for label, number in also:
        ring = {"linestyle": "", "color": "none", "markeredgecolor": "black", "marker": "o", "markersize": 10}
        handles.append(plt.Line2D([], [], label=f"{label} : {count(number)}", **ring))
    figure.legend(handles=handles, frameon=False, loc="outside lower left", ncols=2, fontsize=8.5)


def bare(axes):
    axes.set_axis_off()
    axes.set_aspect("equal")


def sample(lake):
    release, table = tables(lake)
    # A Lambert zone of the island's latitude.
    communes, academies, buildings, schools = (
        table(name).to_crs(3946) for name in ("communes", "academies", "batiments", "etablissements")
    )
    located = schools[schools.geometry.notna()]
    straddling = located[located["academie_voisines"].notna()]
    figure, (island, town) = plt.subplots(
        1, 2, figsize=(10, 5.2), width_ratios=(1.5, 1), layout="constrained"
    )
    for axes, size, ring in ((island, 8, 45), (town, 34, 150)):
        for colour, (_, academie) in zip(AREAS, academies.sort_values("code").iterrows()):
            geopandas.GeoSeries([academie.geometry], crs=3946).plot(ax=axes, color=colour, zorder=1)
        communes.boundary.plot(ax=axes, color="white", linewidth=0.8, zorder=1)
        academies.boundary.plot(ax=axes, color="#555555", linewidth=1.1, zorder=2)
        buildings.plot(ax=axes, color="#9a948a", linewidth=0, markersize=0.3, zorder=2)
        marks(axes, located, size, small=axes is island)
        straddling.plot(
            ax=axes, facecolor="none", edgecolor="black", marker="o", markersize=ring, linewidth=0.9, zorder=8
        )
        bare(axes)
    for _, academie in academies.iterrows():
        at = academie.geometry.representative_point()
        island.annotate(academie["nom"], (at.x, at.y), ha="center", fontsize=11, color="#333333", zorder=9)
    frame(island, communes.total_bounds, 1500)
    frame(town, straddling.total_bounds, 260)
    island.set_title("Communes, bâtiments et établissements", fontsize=9)
    town.set_title("Autour des établissements proches d'une limite d'académie", fontsize=9)
    figure.suptitle(
        f"Île d'Exemple (territoire fictif), version {release} : {len(communes)} communes,"
        f" {count(len(buildings))} bâtiments, {len(located)} établissements situés",
        fontsize=10.5, x=0.01, ha="left",
    )
    legend(figure, located, also=[("à moins de 200 m d'une autre académie", len(straddling))])
    return figure


def frame(axes, bounds, margin):
    west, south, east, north = bounds
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)


def count(number):
    """A number as French readers write it."""
    return f"{number:,}".replace(",", "\u202f")


def colleges(lake):
    release, table = tables(lake)
    schools, academies = table("colleges"), table("academies")
    located = schools[schools.geometry.notna()]
    insets = [(name, place, epsg) for name, *place, epsg in OVERSEAS if len(located.cx[place[0]:place[2], place[1]:place[3]])]
    rows = (len(insets) + 1) // 2
    figure = plt.figure(figsize=(9, 7.4), layout="constrained")
    grid = figure.add_gridspec(max(rows, 3), 6)
    drawn = 0
    for index, (name, place, epsg) in enumerate([("", METROPOLE, 2154), *insets]):
        west, south, east, north = place
        here = located.cx[west:east, south:north].to_crs(epsg)
        drawn += len(here)
        if index == 0:
            axes = figure.add_subplot(grid[:, :4])
        else:
            axes = figure.add_subplot(grid[(index - 1) // 2, 4 + (index - 1) % 2])
            axes.set_title(f"{name} ({len(here)})", fontsize=7.5)
        areas = academies.clip(box(west, south, east, north)).to_crs(epsg)
        if len(areas):
            areas.plot(ax=axes, color=AREAS[0], edgecolor="white", linewidth=0.7, zorder=1)
        marks(axes, here, 1.6 if index == 0 else 3)
        bare(axes)
    away = len(located) - drawn
    title = f"{count(len(located))} collèges situés (décembre 2024), version {release}"
    figure.suptitle(title + (f", dont {away} hors des cadres" if away else ""), fontsize=11, x=0.01, ha="left")
    legend(figure, located)
    return figure


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("lake")
    arguments.add_argument("--what", choices=["sample", "colleges"], required=True)
    arguments.add_argument("--to", required=True)
    asked = arguments.parse_args()
    figure = {"sample": sample, "colleges": colleges}[asked.what](asked.lake)
    picture = io.BytesIO()
    figure.savefig(picture, dpi=110)
    # A palette is a third of the size of true colour, and the maps have few colours.
    Image.open(picture).convert("RGB").quantize(160).save(asked.to, optimize=True)
    print(f"{asked.to}: {pathlib.Path(asked.to).stat().st_size // 1000} kB")
