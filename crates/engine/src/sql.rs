//! What a SQL step reads, by the engine's own parser.

use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;

/// The relations that a query reads, sorted; names that it defines itself (`with x as …`) are left out.
///
/// # Errors
/// The parser's message when the text is not exactly one query.
pub fn relations(query: &str) -> Result<Vec<String>, String> {
    let statements = DFParser::parse_sql(query).map_err(|e| e.to_string())?;
    let mut statements = statements.into_iter();
    let statement = match (statements.next(), statements.next()) {
        (Some(statement @ Statement::Statement(_)), None) => statement,
        (_, Some(_)) => return Err("one query is expected, not several statements".to_owned()),
        _ => return Err("a query is expected (`select …`)".to_owned()),
    };
    let (read, _own) =
        resolve_table_references(&statement, true).map_err(|e| e.strip_backtrace())?;
    let mut names: Vec<String> = read.iter().map(|name| name.table().to_owned()).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::relations;

    #[test]
    fn a_query_reads_its_tables_but_not_the_names_it_defines() {
        let query = "with a as (select * from annuaire) select * from a join b using (uai) where x in (select y from c)";
        assert_eq!(relations(query).unwrap(), ["annuaire", "b", "c"]);
    }

    #[test]
    fn two_statements_are_refused() {
        assert!(relations("select 1; select 2").is_err());
    }
}
