//! An Excel workbook: the rows, their dictionary, and where they come from. Texts are never formulas, codes stay texts.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::Sink;
use crate::about::About;
use crate::cells::{Cell, Shape, cell, moment, wkt};
use crate::error::{Error, Result};
use crate::neutral::is_formula;

/// Rows of a sheet, below the titles.
const MOST_ROWS: u32 = 1_048_575;
/// Characters of a cell.
const MOST_CHARACTERS: usize = 32_767;
/// The first day that a sheet can count.
const FIRST_YEAR: i32 = 1900;
/// Width of columns of texts to read, in characters.
const WIDE: f64 = 60.0;
const MEDIUM: f64 = 24.0;

pub(crate) struct Xlsx {
    path: PathBuf,
    workbook: Workbook,
    about: About,
    names: Vec<String>,
    formats: Formats,
    rows: u32,
}

struct Formats {
    title: Format,
    date: Format,
    moment: Format,
    /// A text that a spreadsheet would compute if someone edited the cell.
    quoted: Format,
    wrapped: Format,
}

impl Xlsx {
    pub(crate) fn create(path: &Path, shape: &Shape, about: &About) -> Result<Self> {
        let mut workbook = Workbook::new();
        let properties = DocProperties::new()
            .set_title(&about.title)
            .set_comment(&about.citation)
            .set_creation_datetime(&of_publication(about)?);
        workbook.set_properties(&properties);
        let formats = Formats {
            title: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            quoted: Format::new().set_quote_prefix(),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        };
        let sheet = workbook.add_worksheet_with_constant_memory();
        sheet.set_name("Données").map_err(refused)?;
        sheet.set_freeze_panes(1, 0).map_err(refused)?;
        let names: Vec<String> = shape.columns().map(|(name, _)| name.to_owned()).collect();
        titles(sheet, 0, &names, &formats.title)?;
        Ok(Self {
            path: path.to_owned(),
            workbook,
            about: about.clone(),
            names,
            formats,
            rows: 0,
        })
    }

    fn put(&mut self, at: usize, value: Cell<'_>) -> Result<()> {
        let (row, column) = (self.rows, column(at)?);
        let formats = &self.formats;
        let sheet = self.workbook.worksheet_from_index(0).map_err(refused)?;
        let number = u64::from(row);
        let text = match value {
            Cell::Null => return Ok(()),
            Cell::Integer(value) if value.unsigned_abs() > 1 << 53 => value.to_string(),
            Cell::Integer(value) => {
                sheet
                    .write_number(row, column, value as f64)
                    .map_err(refused)?;
                return Ok(());
            }
            Cell::Number(value) if value.is_finite() => {
                sheet.write_number(row, column, value).map_err(refused)?;
                return Ok(());
            }
            Cell::Number(value) => value.to_string(),
            Cell::Boolean(value) => {
                sheet.write_boolean(row, column, value).map_err(refused)?;
                return Ok(());
            }
            Cell::Date(day) => match excel_day(day) {
                Some(excel) => {
                    sheet
                        .write_datetime_with_format(row, column, &excel, &formats.date)
                        .map_err(refused)?;
                    return Ok(());
                }
                None => day.to_string(),
            },
            Cell::Moment(at) => match excel_day(at.date_naive()).and_then(|day| with_time(day, at))
            {
                Some(excel) => {
                    sheet
                        .write_datetime_with_format(row, column, &excel, &formats.moment)
                        .map_err(refused)?;
                    return Ok(());
                }
                None => moment(at),
            },
            Cell::Geometry(bytes) => wkt(bytes, number, &self.names[at])?,
            Cell::Text(text) => text.to_owned(),
        };
        if text.chars().count() > MOST_CHARACTERS {
            return Err(Error::TooLong {
                row: number,
                column: self.names[at].clone(),
            });
        }
        let written = match is_formula(&text) {
            true => sheet.write_string_with_format(row, column, text, &formats.quoted),
            false => sheet.write_string(row, column, text),
        };
        written.map(drop).map_err(refused)
    }

    fn dictionary(&mut self) -> Result<()> {
        let sheet = self.workbook.add_worksheet();
        sheet.set_name("Dictionnaire").map_err(refused)?;
        sheet.set_freeze_panes(1, 0).map_err(refused)?;
        titles(
            sheet,
            0,
            &[
                "colonne",
                "description",
                "unité",
                "table",
                "millésime",
                "sources",
                "à savoir",
            ],
            &self.formats.title,
        )?;
        for (at, width) in [MEDIUM, WIDE, MEDIUM, MEDIUM, MEDIUM, WIDE, WIDE]
            .into_iter()
            .enumerate()
        {
            sheet
                .set_column_width(column(at)?, width)
                .map_err(refused)?;
        }
        for (row, name) in (1..).zip(&self.names) {
            let note = self.about.columns.get(name);
            let description = note.map(|note| note.description.as_str());
            let unit = note.and_then(|note| note.unit.as_deref());
            let table = note.map(|note| note.table.as_str());
            let vintage = note.and_then(|note| note.vintage.as_deref());
            let of = |list: &Vec<String>| Some(list.join(", ")).filter(|text| !text.is_empty());
            let sources = note.and_then(|note| of(&note.sources));
            let notices = note.and_then(|note| of(&note.notices));
            let cells = [
                Some(name.as_str()),
                Some(description.unwrap_or("calculée par la requête")),
                unit,
                table,
                vintage,
                sources.as_deref(),
                notices.as_deref(),
            ];
            line(sheet, row, &cells, &self.formats.wrapped)?;
        }
        Ok(())
    }

    fn sources(&mut self) -> Result<()> {
        let about = &self.about;
        let sheet = self.workbook.add_worksheet();
        sheet.set_name("À propos").map_err(refused)?;
        for (at, width) in [MEDIUM, WIDE, MEDIUM, MEDIUM, WIDE].into_iter().enumerate() {
            sheet
                .set_column_width(column(at)?, width)
                .map_err(refused)?;
        }
        let licences = about.licences.join(", ");
        let published = about.published.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut lines = vec![
            ("données", about.title.as_str()),
            ("version", &about.release),
            ("publiée le", &published),
            ("licence", &licences),
            ("citation", &about.citation),
        ];
        lines.extend(about.query.iter().map(|query| ("requête", query.as_str())));
        let notices: Vec<String> = about
            .notices
            .iter()
            .map(|notice| format!("{} : {}", notice.id, notice.text))
            .collect();
        lines.extend(notices.iter().map(|notice| ("à savoir", notice.as_str())));
        let mut row = 0;
        for (what, text) in lines {
            sheet
                .write_string_with_format(row, 0, what, &self.formats.title)
                .map_err(refused)?;
            line(sheet, row, &[None, Some(text)], &self.formats.wrapped)?;
            row += 1;
        }
        row += 1;
        titles(
            sheet,
            row,
            &["source", "producteur", "licence", "date", "adresse"],
            &self.formats.title,
        )?;
        for source in &about.sources {
            row += 1;
            let cells = [
                Some(source.name.as_str()),
                source.producer.as_deref(),
                source.licence.as_deref(),
                source.date.as_deref(),
                source.address.as_deref(),
            ];
            line(sheet, row, &cells, &self.formats.wrapped)?;
        }
        Ok(())
    }
}

/// The time of publication, so that the same rows give the same file.
fn of_publication(about: &About) -> Result<ExcelDateTime> {
    let day = excel_day(about.published.date_naive());
    day.ok_or_else(|| Error::refused("a release older than 1900"))
}

fn excel_day(day: chrono::NaiveDate) -> Option<ExcelDateTime> {
    use chrono::Datelike;
    let (month, of_month) = (
        u8::try_from(day.month()).ok()?,
        u8::try_from(day.day()).ok()?,
    );
    let year = u16::try_from(day.year())
        .ok()
        .filter(|_| day.year() >= FIRST_YEAR)?;
    ExcelDateTime::from_ymd(year, month, of_month).ok()
}

fn with_time(day: ExcelDateTime, at: chrono::DateTime<chrono::Utc>) -> Option<ExcelDateTime> {
    use chrono::Timelike;
    let seconds = f64::from(at.second()) + f64::from(at.nanosecond()) / 1e9;
    let (hour, minute) = (
        u16::try_from(at.hour()).ok()?,
        u8::try_from(at.minute()).ok()?,
    );
    day.and_hms(hour, minute, seconds).ok()
}

fn titles(
    sheet: &mut Worksheet,
    row: u32,
    names: &[impl AsRef<str>],
    format: &Format,
) -> Result<()> {
    for (at, name) in names.iter().enumerate() {
        sheet
            .write_string_with_format(row, column(at)?, name.as_ref(), format)
            .map_err(refused)?;
    }
    Ok(())
}

fn line(sheet: &mut Worksheet, row: u32, cells: &[Option<&str>], format: &Format) -> Result<()> {
    for (at, text) in cells.iter().enumerate() {
        if let Some(text) = text {
            let text: String = text.chars().take(MOST_CHARACTERS).collect();
            sheet
                .write_string_with_format(row, column(at)?, text, format)
                .map_err(refused)?;
        }
    }
    Ok(())
}

fn column(at: usize) -> Result<u16> {
    u16::try_from(at).map_err(|_| Error::refused("a sheet has 16,384 columns"))
}

fn refused(error: XlsxError) -> Error {
    Error::refused(error)
}

impl Sink for Xlsx {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        for row in 0..rows.num_rows() {
            if self.rows == MOST_ROWS {
                return Err(Error::TooManyRows { most: MOST_ROWS });
            }
            self.rows += 1;
            for (at, column) in rows.columns().iter().enumerate() {
                self.put(at, cell(column, row))?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.dictionary()?;
        self.sources()?;
        self.workbook.save(&self.path).map_err(refused)
    }
}
