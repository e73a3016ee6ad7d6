//! Whether the programs made of seeds and corpus call all there is to call.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::header::calls;

const HEADER: &str = include_str!("../../../../bindings/c/include/pairing.h");
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/c_calls");

/// What the header declares: every name of ours outside comments that a parenthesis follows.
fn declared() -> BTreeSet<&'static str> {
    let is_code = |line: &&str| !line.trim_start().starts_with(['*', '/']);
    let before_parentheses = HEADER
        .lines()
        .filter(is_code)
        .flat_map(|line| line.rsplit('(').skip(1));
    before_parentheses
        .filter_map(|before| {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let word = before.rsplit(|c| !is_word(c)).next();
            word.filter(|word| word.starts_with("pairing_"))
        })
        .collect()
}

#[test]
fn every_function_of_the_header_is_called() {
    let declared = declared();
    assert!(declared.contains("pairing_version") && declared.contains("pairing_session_next"));
    for program in crate::seeds::decisions() {
        super::check(&program);
    }
    for file in fs::read_dir(Path::new(CORPUS)).unwrap() {
        super::check(&fs::read(file.unwrap().path()).unwrap());
    }
    let called: BTreeSet<_> = calls()
        .into_iter()
        .filter_map(|(name, was_called)| was_called.then_some(name))
        .collect();
    let missing: Vec<_> = declared.difference(&called).collect();
    assert!(missing.is_empty(), "never called: {missing:?}");
}
