//! What `docs/reliability.md` says about faults is what the table says.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::fs;
use std::path::Path;

use pairing_faults::{calls_table, sessions_table};
use pairing_providers::dialects;
use pairing_sim::all_faults;

const COMMAND: &str = "cargo run -p pairing-faults --example table";

fn page() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join("docs/reliability.md")).unwrap()
}

/// Whole, one line after the other.
#[track_caller]
fn assert_shown(table: &str) {
    let page = page();
    let missing = table
        .lines()
        .find(|line| !page.lines().any(|it| it == *line));
    assert_eq!(
        missing, None,
        "this line is missing: put what `{COMMAND}` prints into docs/reliability.md"
    );
    // Nothing between the lines, and no row of an older table after the last.
    let end = page.find(table).map(|at| &page[at + table.len()..]);
    assert!(
        end.is_some_and(|rest| !rest.starts_with('|')),
        "there are other lines than those that `{COMMAND}` prints in docs/reliability.md"
    );
}

#[test]
fn the_page_shows_how_sessions_end() {
    assert_shown(&sessions_table().unwrap());
}

#[test]
fn the_page_shows_what_single_calls_come_to() {
    assert_shown(&calls_table().unwrap());
}

#[test]
fn the_page_says_how_many_faults_there_are() {
    let sentence = format!("The simulator has {} faults.", all_faults(dialects()).len());
    assert!(
        page().contains(&sentence),
        "docs/reliability.md: {sentence}"
    );
}
