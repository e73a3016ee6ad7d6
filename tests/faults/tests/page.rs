//! What `docs/proofs.md` and the READMEs of the gateways say about faults is what the tables say.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::fs;
use std::path::Path;

use pairing_faults::{Rows, calls_table, sessions_table};
use pairing_providers::immediate_dialects;
use pairing_sim::Fault;

const COMMAND: &str = "cargo run -p pairing-faults --example table";
const PAGE: &str = "docs/proofs.md";

fn text(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(file)).unwrap()
}

/// Whole, one line after the other.
fn assert_shown(file: &str, rows: Rows) {
    let page = text(file);
    for table in [sessions_table(rows).unwrap(), calls_table(rows).unwrap()] {
        let missing = table
            .lines()
            .find(|line| !page.lines().any(|it| it == *line));
        assert_eq!(
            missing, None,
            "this line is missing: put what `{COMMAND}` prints into {file}"
        );
        // Nothing between the lines, and no row of an older table after the last.
        let end = page.find(&table).map(|at| &page[at + table.len()..]);
        assert!(
            end.is_some_and(|rest| !rest.starts_with('|')),
            "there are other lines than those that `{COMMAND}` prints in {file}"
        );
    }
}

#[test]
fn the_page_shows_what_the_faults_of_any_gateway_come_to() {
    assert_shown(PAGE, Rows::Common);
}

#[test]
fn the_readme_of_each_gateway_shows_what_its_own_faults_come_to() {
    for &dialect in immediate_dialects() {
        let file = format!("crates/gateways/{dialect}/README.md");
        assert_shown(&file, Rows::Own(dialect));
    }
}

#[test]
fn the_page_says_how_many_faults_any_gateway_can_have() {
    let sentence = format!(
        "The simulator has {} faults that any gateway can have.",
        Fault::COMMON.len()
    );
    assert!(text(PAGE).contains(&sentence), "{PAGE}: {sentence}");
}
