//! What `docs/proofs.md` says of the search.

/// The whole page.
pub(super) fn text() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/proofs.md");
    std::fs::read_to_string(page).expect("the page is in the checkout")
}

/// The sentences of the search that its table of promises quotes.
pub(super) fn quotes(page: &str) -> Vec<&str> {
    let rows = session(page).lines().filter(|line| line.starts_with('|'));
    let tests = rows.filter_map(|row| row.trim_end_matches([' ', '|']).rsplit(" | ").next());
    tests
        .flat_map(|test| test.split('"').skip(1).step_by(2))
        .collect()
}

/// Whether it has this row in one of its tables.
pub(super) fn has_row(page: &str, row: &str) -> bool {
    page.lines().any(|line| line == row)
}

fn session(page: &str) -> &str {
    let (_, from) = page.split_once("\n## The session\n").unwrap();
    from.split_once("\n### Thousands of sessions\n").unwrap().0
}
