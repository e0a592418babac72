//! The days of the two editions. The generator has no clock.

/// Day the directory of an edition was exported; on all its rows.
pub(crate) fn extract_day(edition: u8) -> &'static str {
    if edition < 2 {
        "2025-11-03"
    } else {
        "2026-11-02"
    }
}

/// Saturday of the RNB export before it.
pub(crate) fn rnb_day(edition: u8) -> &'static str {
    if edition < 2 {
        "2025-11-01"
    } else {
        "2026-10-31"
    }
}

/// Day the counts of pupils were last processed.
pub(crate) fn enrolment_day(edition: u8) -> &'static str {
    if edition < 2 {
        "2025-10-20"
    } else {
        "2026-10-19"
    }
}

/// Day the social indices of colleges were last processed.
pub(crate) fn index_day(edition: u8) -> &'static str {
    if edition < 2 {
        "2025-10-14"
    } else {
        "2026-10-13"
    }
}

/// When what opens in edition 2 opened.
pub(crate) const FIRST_DAY_OF_EDITION_2: &str = "2026-09-01";

/// Autumns in which school years of the edition begin: three, then one more.
pub(crate) fn school_years(edition: u8) -> std::ops::RangeInclusive<u16> {
    2023..=if edition < 2 { 2025 } else { 2026 }
}

/// School years of the social index of primary schools, which is not kept up any more.
pub(crate) const PRIMARY_INDEX_YEARS: std::ops::RangeInclusive<u16> = 2022..=2024;

/// `2025-2026` for the autumn of 2025.
pub(crate) fn school_year(autumn: u16) -> String {
    format!("{autumn}-{}", autumn + 1)
}

/// Exam sessions whose results the edition has: those that close its school years, but for the one under way.
pub(crate) fn sessions(edition: u8) -> std::ops::RangeInclusive<u16> {
    *school_years(edition).start() + 1..=*school_years(edition).end()
}

/// Day the exam results were last processed.
pub(crate) fn results_day(edition: u8) -> &'static str {
    if edition < 2 {
        "2025-04-02"
    } else {
        "2026-04-01"
    }
}

/// Day the registers of a school year (languages, boarding, sectors) were last processed.
pub(crate) fn register_day(edition: u8) -> &'static str {
    if edition < 2 {
        "2026-01-31"
    } else {
        "2027-01-30"
    }
}
