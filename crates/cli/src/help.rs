//! What `--help` says after the options. Lines fit 80 columns: narrower than a terminal, they are not wrapped.

/// After `-h`.
pub(crate) const SHORT: &str = "`--help` adds examples and the exit codes.";

/// As a macro, so that several texts can end with it.
macro_rules! exit_codes {
    () => {
        "\
Exit codes:
    0  done, or nothing to do
    1  the data or a contract is wrong: see the findings and `edulac rejects`
    2  usage or configuration: correct what is shown, run the same again
    3  a source, the network, the disk or the object store: try again later
    4  someone else published meanwhile: run again
    5  refused by a guard: see what changed, then `edulac run --help`
   70  a bug of edulac: please report it
  130  interrupted"
    };
}

/// Of `edulac`.
pub(crate) const ABOUT: &str = concat!(
    "\
The first release, from the sample that the project carries, without network:
  edulac run
  edulac run --set edition=2   the same sources one year later
  edulac diff                  what changed between the two, and why

What is in the lake:
  edulac tables
  edulac describe ips          what a table means, and how not to misread it
  edulac search cantine        where something is
  edulac query \"select niveau, avg(ips) as ips from ips group by niveau\"
  edulac query \"select * from ips\" --format csv > ips.csv
  edulac explain 0990008W      all that is known of one establishment
  edulac rejects               the rows that a contract refused, and why

One's own pipelines (`pipelines/`, `data-contracts/`, `config/`):
  edulac validate              everything that is wrong, each with a remedy
  edulac plan                  what a run would do, and why

Results go to stdout, all else to stderr.

",
    exit_codes!()
);

/// Of `edulac run`.
pub(crate) const RUN: &str = concat!(
    "\
A run extracts the sources, computes what changed, checks it against the
contracts and publishes a release, whole or not at all. What did not change is
not made again; a run that finds nothing new publishes nothing and says so.
After any failure the same command goes on from what was extracted.

Examples:
  edulac run                        all pipelines, each after those it reads
  edulac run etablissements         one, over the tables of the last release
  edulac run --set departements=035,044 --new-scope
  edulac run --frozen               again from the archive, without network
  edulac run --frozen --release latest
                                    is the release what the archive gives?
  edulac run --accept-shrink 'ips=la série des écoles s’arrête en 2024'

",
    exit_codes!()
);

/// Of `edulac lineage`.
pub(crate) const LINEAGE: &str = "\
Taken from the plans of the pipelines as they are, over the columns that their
sources had when they were extracted last; no row is read. A value is
  as it is      handed on
  computed      from values of the same row
  aggregated    from values of several rows
  constant      written by the pipeline (each part of a union may have its own)
and a column that gives no value may say which rows there are (joined, grouped,
filtered, first) or which value is taken (window, chosen).

Examples:
  edulac lineage ips                       every column of a table
  edulac lineage etablissements.geometry   one column, back to the sources
  edulac lineage etablissements.annuaire.code_nature
                                           what comes from a column of a source
  edulac lineage ips --format json";

/// Of `edulac diff`.
pub(crate) const DIFF: &str = "\
Rows are compared by the key of their table, net: what changed and changed back
between the two releases is no difference. Any two releases can be compared, in
either direction. Rows (`--table` with `--to`, `--format csv` or `json`) have
`operation` (ajout, retrait, modification), the key, `colonnes` that differ,
`cause` (source, correction, millesime, methode) and each other column twice,
`avant_` and `apres_`: taking away the rows before and adding the rows after
makes the one release of the other.

Examples:
  edulac diff                          the newest release and the one before
  edulac diff 2026-11-23.0..2026-12-01.0
  edulac diff 2026-11-23.0.. --table ips --to ips.parquet
  edulac diff --table ips --format csv";

/// Of `edulac vacuum`.
pub(crate) const VACUUM: &str = "\
Kept are the newest releases that were not withdrawn, those that are held
(`edulac release hold`), the one that a withdrawal would go back to, and what
was the newest until a week ago; with all that they name in the lake, and in
the archive the extracts and rejects that they were made from. What nothing
needs goes after a week. Of a release that goes, the manifest and the notes
stay: `edulac release list` shows it as gone.

Examples:
  edulac vacuum                what would go, and how many bytes
  edulac vacuum --yes
  edulac vacuum --keep 52 --yes";

/// Of `edulac describe`.
pub(crate) const DESCRIBE: &str = "\
Texts are in French, as in the contracts that they come from. Of a column, the
values are read from the lake: each of them when they are few, quantiles of
numbers and dates. Values that may tell how to reach a person are not shown.

Examples:
  edulac describe ips
  edulac describe ips.ips_statut
  edulac describe effectifs --format json | jq .table.relations

Exit codes: 2 when the release has no such table or column.";

/// Of `edulac search`.
pub(crate) const SEARCH: &str = "\
Best first, each with the words that were found and where. Words that mean the
same (RNE and UAI, brevet and DNB) are those of `config/synonyms.yaml`.

Examples:
  edulac search brevet
  edulac search indice social lycée
  edulac search cantine --format json

Exit codes: 0 whether something is found or not.";

/// Of `edulac export`.
pub(crate) const EXPORT: &str = "\
The extension says the format. XLSX has a sheet with the dictionary of the
columns and one with release, sources, licence and citation. Codes stay texts,
and no text becomes a formula. Geometries are WKT in CSV and XLSX; maps are in
longitude and latitude (WGS 84).

Examples:
  edulac export etablissements --to etablissements.gpkg
  edulac export ips --to ips.xlsx --release 2026-11-23.0
  edulac export \"select uai, nom, geometry from etablissements
                 where type_etablissement = 'Collège'\" --to colleges.geojson

Exit codes: 2 when the format cannot hold the rows.";

/// Of `edulac join`.
pub(crate) const JOIN: &str = "\
Columns are joined by what they identify (UAI, commune, département, académie,
rentrée…), as the contracts say or, in a file, as its content shows; never by
names. An exam session N meets rentrée N-1, commune codes of another vintage go
through the movements of communes, merged académies are brought together. Each
input but the first has one row for a key, or is refused: choose
(`ips:voie=ensemble`) or aggregate. The report accounts for every row of every
input, and says why those without match have none.

With `--level`, each input is brought to the territory by itself and whole, so
that its cells add up to its total; rows of an unknown territory are a cell.

Examples:
  edulac join ips:niveau=college,rentree=2022 \\
    resultats:session=2023,serie=generale,indicateur=va_taux_reussite
  edulac join mes_colleges.xlsx etablissements --to carte.gpkg
  edulac join ips:rentree=2024,niveau=ecole etablissements --unmatched sans.csv
  edulac join effectifs_etablissements:rentree=2024 --level academie

Exit codes: 2 when the inputs cannot be joined, 5 when a notice forbids it.";

/// Of `edulac mirror`.
pub(crate) const MIRROR: &str = "\
A mirror is a lake by itself: same ids of releases, its own log, files verified
by size and SHA-256. The same command brings it up to date: it fetches what is
missing, goes on where it was interrupted, and takes away what the source does
not have any more. Whatever goes wrong, readers keep the release they had.

With `--academies`, tables are cut by their partitions `code_academie` and
`code_departement`; what stands across a limit comes along: shared sites, their
establishments, links, and linked buildings. Other tables are copied whole.

Examples:
  edulac mirror https://lac.example.fr/edulac ./miroir
  edulac mirror s3://lac/edulac ./miroir --academies 14,17
  edulac mirror ./lake s3://copie/lac --tables etablissements,ips

Exit codes: 3 when the source or the network fails or a file is refused, 4 when
someone else publishes to the mirror meanwhile.";

/// Of `edulac site`.
pub(crate) const SITE: &str = "\
The pages are in French and need no server: open `index.html`, or put the
folder on any web server or bucket. Nothing on them asks another site for
anything.
Telephones and mails stay out of it; rows that were refused are only counted.

The site is made when this is asked, not with each release: at the size of the
country it takes longer than the catalogue, and not every lake wants one. In
the lake it stands in a folder of its own, which a new release leaves as it is.

Examples:
  edulac site
  edulac site --out ./public

Exit codes: 2 when the folder holds something other than a site.";

/// Of `edulac explain`.
pub(crate) const EXPLAIN: &str = "\
Values and explanations are in French, as in the tables. What the lake lacks is
missing from the story, which says so. Columns of contacts are left out.

Examples:
  edulac explain 0990008W
  edulac explain '0990 008 w' --release 2026-11-23.0
  edulac explain 0990008W --format json | jq .liens

Exit codes: 1 when nothing names the UAI, 2 when it is none.";

/// Of `edulac link report`.
pub(crate) const LINK_REPORT: &str = "\
A score is a score, not a probability: until links of the release, or of one
before it, are labelled (`edulac link review`), nothing says how often a link
of that score is true. Intervals are those of Wilson, 95 %.

Examples:
  edulac link report
  edulac link report --truth config/sample/edition-1/truth/liens.csv";

/// Of `edulac link review`.
pub(crate) const LINK_REVIEW: &str = "\
Strata are method, status and quality of the position; within each, links are
taken at even steps along the académies. The same release and seed give the
same sample. Labels are `vrai`, `faux` or `indecidable`; the measure is kept in
the lake beside the release, as `quality/<release>/liens.json`, and
`edulac link report` shows it.

Examples:
  edulac link review --out /tmp/liens --size 400
  edulac link review --labels /tmp/liens/liens.csv";

/// Of `edulac sample`.
pub(crate) const SAMPLE: &str = "\
Nothing in it is real. It has the layouts and the quirks of the real sources,
so a run reads it through the same connectors; its truth (which building is
whose) lies beside it in `truth/`. The same options give the same content on
any day and any machine.

Examples:
  edulac sample /tmp/ile --establishments 3000 --buildings 1000000
  edulac run --set sample=/tmp/ile

The two editions that the project carries, after a change of the generator:
  edulac sample config/sample/edition-1
  edulac sample config/sample/edition-2 --edition 2";

#[cfg(test)]
mod tests {
    use super::{
        ABOUT, DESCRIBE, DIFF, EXPLAIN, EXPORT, JOIN, LINK_REPORT, LINK_REVIEW, MIRROR, RUN,
        SAMPLE, SEARCH, SITE, VACUUM,
    };

    #[test]
    fn lines_of_help_fit_a_terminal_of_80_columns() {
        for line in [
            ABOUT,
            DESCRIBE,
            DIFF,
            EXPLAIN,
            EXPORT,
            JOIN,
            LINK_REPORT,
            LINK_REVIEW,
            MIRROR,
            RUN,
            SAMPLE,
            SEARCH,
            SITE,
            VACUUM,
        ]
        .iter()
        .flat_map(|text| text.lines())
        {
            assert!(line.chars().count() < 80, "{line}");
        }
    }
}
