//! How to open a table elsewhere: queries to copy, each naming files of one release. No query reads a folder by a glob, which would
//! double the rows of tables of two editions.

use edulac_catalogue::TableFacts;
use maud::{Markup, html};

use crate::Content;

/// Stands for the address of the lake in a query; the page lets the reader say where it is.
const LAKE: &str = "{lac}";

/// A way to open a table.
struct Way {
    /// For scripts and tests: `duckdb`.
    id: &'static str,
    name: &'static str,
    query: String,
    /// What must be known first.
    note: &'static str,
}

pub(crate) fn queries(content: &Content<'_>, table: &TableFacts<'_>) -> Markup {
    let ways = ways(content, table);
    html! {
        div class="lac" data-lac hidden {
            label for="adresse-du-lac" { "Adresse du lac, telle que vous la voyez" }
            input id="adresse-du-lac" type="text" value=(content.address) spellcheck="false" autocomplete="off";
        }
        @for (place, way) in ways.iter().enumerate() {
            details class="requete" open[place == 0] {
                summary { (way.name) }
                @if !way.note.is_empty() { p { (way.note) } }
                pre tabindex="0" role="group" aria-label={ "Requête pour " (way.name) } {
                    code data-pour=(way.id) { (addressed(&way.query, content.address)) }
                }
            }
        }
        details class="requete" {
            summary { "QGIS" }
            (qgis(content, table))
        }
    }
}

/// The query, its parts that are the address of the lake marked.
fn addressed(query: &str, address: &str) -> Markup {
    html! {
        @for (place, part) in query.split(LAKE).enumerate() {
            @if place > 0 { span data-adresse { (address) } }
            (part)
        }
    }
}

fn ways(content: &Content<'_>, table: &TableFacts<'_>) -> Vec<Way> {
    let name = table.name;
    let release = content.facts.release;
    let way = |id, title, query, note| Way {
        id,
        name: title,
        query,
        note,
    };
    let Some(whole) = &table.released.whole else {
        let folder = &table.released.path;
        let delta = "La table est trop grande pour tenir en un fichier : on la lit par son journal Delta, qui donne son dernier état.";
        return vec![
            way(
                "shell",
                "DuckDB",
                format!(
                    "cd {LAKE}/{} && duckdb -init duckdb.sql -c 'select * from {name} limit 10'",
                    release.folder()
                ),
                "Les vues de la version nomment ses fichiers un par un.",
            ),
            way(
                "polars",
                "Polars",
                format!(
                    "import polars as pl\n\n{name} = pl.scan_delta(\"{LAKE}/{folder}\")\nprint({name}.head(10).collect())"
                ),
                delta,
            ),
            way(
                "spark",
                "Spark",
                format!(
                    "{name} = spark.read.format(\"delta\").load(\"{LAKE}/{folder}\")\n{name}.show(10)"
                ),
                delta,
            ),
        ];
    };
    let file = format!("{LAKE}/{}", whole.path);
    let has_geometry = table.released.geometry.is_some();
    let duckdb = match has_geometry {
        true => format!("load spatial;\nselect * from read_parquet('{file}') limit 10;"),
        false => format!("select * from read_parquet('{file}') limit 10;"),
    };
    let python = match has_geometry {
        true => format!(
            "import geopandas as gpd\n\n{name} = gpd.read_parquet(\"{file}\")\nprint({name}.to_crs(2154).head(10))"
        ),
        false => format!(
            "import pandas as pd\n\n{name} = pd.read_parquet(\"{file}\")\nprint({name}.head(10))"
        ),
    };
    let r = match has_geometry {
        true => format!("library(sf)\n\n{name} <- st_read(\"{file}\")\nhead({name}, 10)"),
        false => format!("library(arrow)\n\n{name} <- read_parquet(\"{file}\")\nhead({name}, 10)"),
    };
    vec![
        way(
            "duckdb",
            "DuckDB",
            duckdb,
            match has_geometry {
                true => {
                    "La première fois : install spatial. Sur un dépôt s3 ou gs : install httpfs et load httpfs d'abord."
                }
                false => "Sur un dépôt s3 ou gs : install httpfs et load httpfs d'abord.",
            },
        ),
        way(
            "polars",
            "Polars",
            format!(
                "import polars as pl\n\n{name} = pl.read_parquet(\"{file}\")\nprint({name}.head(10))"
            ),
            if has_geometry {
                "La géométrie y est en WKB."
            } else {
                ""
            },
        ),
        way(
            "python",
            if has_geometry {
                "Python (geopandas)"
            } else {
                "Python (pandas)"
            },
            python,
            if has_geometry {
                "Le système de coordonnées est dans le fichier (longitude, latitude, WGS 84) ; ici il devient Lambert 93."
            } else {
                ""
            },
        ),
        way(
            "r",
            "R",
            r,
            if has_geometry {
                "sf lit ces fichiers quand son GDAL a le pilote Parquet."
            } else {
                ""
            },
        ),
        way(
            "spark",
            "Spark",
            format!("{name} = spark.read.parquet(\"{file}\")\n{name}.show(10)"),
            if has_geometry {
                "La géométrie y est en WKB : ST_GeomFromWKB d'Apache Sedona la lit."
            } else {
                ""
            },
        ),
    ]
}

fn qgis(content: &Content<'_>, table: &TableFacts<'_>) -> Markup {
    let Some(whole) = &table.released.whole else {
        return html! {
            p { "La table est trop grande pour un fichier. En extraire ce qu'il faut, puis le glisser dans la carte :" }
            pre tabindex="0" role="group" aria-label="Commande d'extraction" {
                code data-pour="edulac" { "edulac export \"select * from " (table.name) " limit 100000\" --to " (table.name) ".gpkg" }
            }
        };
    };
    html! {
        ol {
            li { "Dans QGIS, menu " strong { "Couche" } ", " strong { "Ajouter une couche" } ", " strong { "Ajouter une couche vecteur…" } "." }
            li { "Donner ce fichier comme source : " code { (addressed(&format!("{LAKE}/{}", whole.path), content.address)) } }
            li {
                @if table.released.geometry.is_some() { "La couche s'ouvre en WGS 84, à sa place." }
                @else { "La table n'a pas de géométrie : la joindre à etablissements par la colonne commune, dans les propriétés de cette couche, onglet " strong { "Jointures" } "." }
            }
            li { "Si QGIS ne connaît pas ce format, son GDAL n'a pas le pilote Parquet : " code { "edulac export " (table.name) " --to " (table.name) ".gpkg" } " fait un GeoPackage." }
        }
    }
}
