//! The YAML reader through its public door.
#![cfg(test)]

mod check;
mod parse;
mod robustness;
mod secrets;

use edulac_yaml::{Diagnostic, Node, Source, parse, render};

fn source(text: &str) -> Source {
    Source::new("exemple.yaml", text)
}

fn tree(text: &str) -> Node {
    parse(&source(text)).unwrap_or_else(|found| panic!("{}", shown(&found)))
}

fn shown(found: &[Diagnostic]) -> String {
    render(found, 80, false)
}
