//! Problems of a row: what could not be read in it, kept beside what could.

/// A cell that became null because it could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// The column, by its name in the source.
    pub column: String,
    /// The cell, as it stood in the source.
    pub value: String,
    /// Why it cannot be read, without the value.
    pub reason: String,
}

/// The problem as one line, `column\tvalue\treason`, without its line end. Tabs, line ends and
/// backslashes in the three parts are written `\t`, `\n`, `\r`, `\\`.
#[must_use]
pub fn encode_line(problem: &Problem) -> String {
    let Problem {
        column,
        value,
        reason,
    } = problem;
    let mut line = String::with_capacity(column.len() + value.len() + reason.len() + 2);
    escape(column, &mut line);
    line.push('\t');
    escape(value, &mut line);
    line.push('\t');
    escape(reason, &mut line);
    line
}

/// The content of a `_problemes` cell, one problem per line; `None` (null) when there is none. Two
/// contents joined by a line end are the content of both lists.
#[must_use]
pub fn encode(problems: &[Problem]) -> Option<String> {
    let lines: Vec<String> = problems.iter().map(encode_line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The problems of a `_problemes` cell, in order. A line with fewer than three parts leaves the last
/// ones empty.
#[must_use]
pub fn decode(text: &str) -> Vec<Problem> {
    let problem = |line: &str| {
        let mut parts = line.splitn(3, '\t').map(unescape);
        let mut next = || parts.next().unwrap_or_default();
        Problem {
            column: next(),
            value: next(),
            reason: next(),
        }
    };
    text.split('\n')
        .filter(|line| !line.is_empty())
        .map(problem)
        .collect()
}

fn escape(part: &str, line: &mut String) {
    for c in part.chars() {
        match c {
            '\\' => line.push_str("\\\\"),
            '\t' => line.push_str("\\t"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            _ => line.push(c),
        }
    }
}

fn unescape(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        let meant = match c {
            '\\' => match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            },
            _ => c,
        };
        text.push(meant);
    }
    text
}
