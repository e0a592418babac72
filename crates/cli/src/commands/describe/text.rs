//! What a table or a column means, for people.

use edulac_catalogue::{
    ColumnMeaning, Meaning, NoticeMeaning, Relation, SourceMeaning, TableMeaning,
};
use edulac_engine::ColumnValues;

use super::DescribedColumn;
use crate::page::{Page, value};
use crate::table::{Align, Table};
use crate::words::counted;

pub(super) fn of_table(
    meaning: &Meaning,
    table: &TableMeaning,
    sources: &[&SourceMeaning],
    width: Option<usize>,
) -> String {
    let mut page = Page::new(width);
    page.plain(&format!("{}: {}", table.table, table.description));
    let rows = usize::try_from(table.rows).unwrap_or(usize::MAX);
    page.plain(&format!(
        "release {}, {}",
        meaning.release,
        counted(rows, "row")
    ));
    page.title("table");
    let mut fields = vec![
        ("purpose", table.purpose.clone()),
        ("limits", table.limits.clone()),
        ("one row", table.grain.clone()),
        ("key", Some(table.key.join(", "))),
        ("contract", Some(table.contract.clone())),
        ("file", table.file.clone()),
    ];
    for (column, [first, last]) in &table.vintages {
        let years = if first == last {
            first.clone()
        } else {
            format!("{first} to {last}")
        };
        fields.push((column, Some(years)));
    }
    said(&mut page, &fields);
    page.title("columns");
    columns(&mut page, &table.columns);
    misread(&mut page, table.notices.iter());
    joins(&mut page, &table.relations);
    origin(&mut page, sources, &table.citation);
    page.title("next");
    page.line(&format!(
        "edulac describe {}.{}",
        table.table,
        measure(table)
    ));
    page.finish()
}

/// The first column whose values tell something: a measure, else the last column of the key.
fn measure(table: &TableMeaning) -> &str {
    let measured = table.columns.iter().find(|column| column.unit.is_some());
    let listed = table
        .columns
        .iter()
        .find(|column| !column.values.is_empty());
    let first = measured.or(listed).or(table.columns.first());
    first.map_or("", |column| column.name.as_str())
}

/// Words, each before what is said under it; nothing for what nobody says.
fn said(page: &mut Page, fields: &[(&str, Option<String>)]) {
    let longest = fields.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
    for (word, text) in fields {
        if let Some(text) = text {
            page.hanging(&format!("{word:longest$}  "), text);
        }
    }
}

/// A line or two for each column: name, type, unit, meaning.
fn columns(page: &mut Page, columns: &[ColumnMeaning]) {
    // The box of the geometry is for machines.
    let shown = || columns.iter().filter(|column| column.name != "bbox");
    let longest = shown()
        .map(|column| column.name.chars().count())
        .max()
        .unwrap_or(0);
    for column in shown() {
        let mut text = column.kind.clone();
        if let Some(unit) = &column.unit {
            text += &format!(", {unit}");
        }
        if column.classification != "public" {
            text += &format!(", {}", column.classification);
        }
        page.hanging(
            &format!("{:longest$}  ", column.name),
            &format!("[{text}] {}", column.description),
        );
    }
}

fn misread<'a>(page: &mut Page, notices: impl Iterator<Item = &'a NoticeMeaning>) {
    let mut notices = notices.peekable();
    if notices.peek().is_none() {
        return;
    }
    page.title("not to be misread");
    for notice in notices {
        let about = match notice.columns.as_slice() {
            [] => String::new(),
            columns => format!(" (of {})", columns.join(", ")),
        };
        page.line(&format!("{}: {}{about}", notice.id, notice.text));
        if let Some(forbids) = &notice.forbids {
            let mixed = (!forbids.mix.is_empty())
                .then(|| format!("rows of several {}", forbids.mix.join(" or ")));
            let across = forbids.across.as_ref();
            let across = across.map(|across| {
                let only = across
                    .only
                    .iter()
                    .map(|(column, value)| format!(", where {column} is {value}"));
                format!(
                    "rows before and from {} {}{}",
                    across.column,
                    across.from,
                    only.collect::<String>()
                )
            });
            let together: Vec<String> = mixed.into_iter().chain(across).collect();
            page.line(&format!(
                "  forbids to put together {}",
                together.join(", ")
            ));
        }
    }
}

fn joins(page: &mut Page, relations: &[Relation]) {
    if relations.is_empty() {
        return;
    }
    page.title("joins");
    let mut table = Table::new([
        ("with", Align::Left),
        ("rows", Align::Left),
        ("by", Align::Left),
    ]);
    for relation in relations {
        let pairs = relation.columns.iter().zip(&relation.target);
        let pairs: Vec<String> = pairs
            .map(|(own, other)| match own == other {
                true => own.clone(),
                false => format!("{own} = {other}"),
            })
            .collect();
        table.row([
            relation.table.clone(),
            relation.cardinality.clone(),
            pairs.join(", "),
        ]);
    }
    page.table(&table);
}

fn origin(page: &mut Page, sources: &[&SourceMeaning], citation: &str) {
    if !sources.is_empty() {
        page.title("sources");
        let mut table = Table::new([
            ("source", Align::Left),
            ("content of", Align::Left),
            ("licence", Align::Left),
            ("producer", Align::Left),
        ]);
        for source in sources {
            let or =
                |text: &Option<String>| text.clone().unwrap_or_else(|| "not declared".to_owned());
            table.row([
                source.name.clone(),
                source.date.clone().unwrap_or_else(|| "unknown".to_owned()),
                or(&source.licence),
                or(&source.producer),
            ]);
        }
        page.table(&table);
    }
    page.title("to cite");
    page.line(citation);
}

pub(super) fn of_column(of: &DescribedColumn<'_>, width: Option<usize>) -> String {
    let column = of.column;
    let mut page = Page::new(width);
    page.plain(&format!("{}.{}", of.table, column.name));
    page.plain(&format!("release {}", of.release));
    page.title("column");
    let between = match (&column.minimum, &column.maximum) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (Some(least), None) => Some(format!("{least} or more")),
        (None, Some(most)) => Some(format!("{most} or less")),
        (None, None) => None,
    };
    let or = |text: &str, is: bool| is.then(|| text.to_owned());
    let null = column.null_means.clone().or(or("never", !column.nullable));
    said(
        &mut page,
        &[
            ("meaning", Some(column.description.clone())),
            ("type", Some(column.kind.clone())),
            ("unit", column.unit.clone()),
            ("null", null),
            (
                "one of",
                (!column.values.is_empty()).then(|| column.values.join(", ")),
            ),
            ("allowed", between),
            ("form", column.pattern.clone()),
            ("vintage", column.vintage.clone()),
            ("identifies", column.identifies.clone()),
            (
                "adds up",
                column
                    .aggregation
                    .as_deref()
                    .map(|how| adds_up(how, column)),
            ),
            (
                "class",
                Some(column.classification.clone()).filter(|class| class != "public"),
            ),
        ],
    );
    values(&mut page, of.values);
    misread(&mut page, of.notices.iter().copied());
    origin(&mut page, &of.sources, of.citation);
    page.finish()
}

/// How values become that of a group, in words.
fn adds_up(how: &str, column: &ColumnMeaning) -> String {
    match (how, &column.weighted_by) {
        ("sum", _) => "as a sum".to_owned(),
        ("mean", Some(weight)) => format!("as a mean weighted by {weight}"),
        ("share", _) => {
            "as a sum; measures reached through the link are multiplied by it".to_owned()
        }
        _ => "not at all".to_owned(),
    }
}

fn values(page: &mut Page, values: &ColumnValues) {
    page.title("values");
    let percent = |part: u64| match values.rows {
        0 => String::new(),
        rows => format!(" ({:.1} %)", 100.0 * part as f64 / rows as f64),
    };
    page.line(&format!(
        "{} rows, {} null{}",
        values.rows,
        values.nulls,
        percent(values.nulls)
    ));
    let Some(distinct) = values.distinct else {
        page.line("the values are not shown");
        return;
    };
    if !values.frequent.is_empty() {
        let mut table = Table::new([("value", Align::Left), ("rows", Align::Right)]);
        for counted in &values.frequent {
            table.row([value(&counted.value), counted.rows.to_string()]);
        }
        page.table(&table);
    } else if let (Some(min), Some(max)) = (&values.min, &values.max) {
        page.line(&format!(
            "{distinct} different, from {} to {}",
            value(min),
            value(max)
        ));
        if !values.quantiles.is_empty() {
            let told = values.quantiles.iter();
            let told: Vec<String> = told
                .map(|quantile| format!("{} % up to {}", quantile.percent, value(&quantile.value)))
                .collect();
            page.line(&told.join(", "));
        }
    }
}
