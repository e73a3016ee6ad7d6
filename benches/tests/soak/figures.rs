//! The figures of a run, as docs/proofs.md gives them, and whether it still does.

use crate::Soaked;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/proofs.md");
/// How the paragraph begins.
const MARK: &str = "10,000 sessions in ";
const ITS_SESSIONS: f64 = 10_000.0;

/// By how much the share of an outcome may differ from the page's. That of a thousand sessions
/// differs by two in a hundred, because they are so few.
const MORE_OR_LESS: f64 = 0.05;

/// What the page says, once ten thousand sessions have been run.
pub(crate) fn said(soaked: &Soaked) -> String {
    let mut outcomes: Vec<_> = soaked.outcomes.iter().collect();
    outcomes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let outcomes: Vec<_> = outcomes
        .into_iter()
        .map(|(name, count)| format!("{} {}", words(name), thousands(*count as u64)))
        .collect();
    format!(
        "{} sessions in {} virtual seconds, {} of them at once, {} calls; {} kB at most, \
         {} bytes left of {} sessions; {}.",
        thousands(soaked.sessions() as u64),
        thousands(soaked.virtual_seconds),
        thousands(soaked.at_once as u64),
        thousands(soaked.calls as u64),
        thousands(soaked.bytes_at_most / 1000),
        soaked.bytes_left,
        thousands(soaked.counted),
        outcomes.join(", ")
    )
}

/// Fails if sessions end otherwise than the page says, or cost other calls.
pub(crate) fn check_page(soaked: &Soaked) {
    let page = std::fs::read_to_string(PAGE).expect("the page is in the checkout");
    let sessions = soaked.sessions() as f64;
    for (name, count) in &soaked.outcomes {
        let share = *count as f64 / sessions;
        let on_page = figure(&page, |text| text.strip_prefix(&words(name))) / ITS_SESSIONS;
        assert!(
            (share - on_page).abs() <= MORE_OR_LESS,
            "{name}: {share}, and {on_page} in docs/proofs.md: run `cargo xtask soak`, and \
             bring it up to date"
        );
    }
    let each = soaked.calls as f64 / sessions;
    let on_page = figure(&page, |text| text.strip_suffix("calls")) / ITS_SESSIONS;
    assert!(
        (each - on_page).abs() <= on_page * 0.1,
        "{each} calls for each session, and {on_page} in docs/proofs.md: run `cargo xtask \
         soak`, and bring it up to date"
    );
}

/// The number in the one part of the paragraph that is about this.
fn figure(page: &str, about: impl Fn(&str) -> Option<&str>) -> f64 {
    let paragraph = page.split("\n\n").find(|text| text.starts_with(MARK));
    let paragraph = paragraph
        .expect("the figures of `cargo xtask soak`")
        .replace('\n', " ");
    let mut parts = paragraph
        .split([';', '.'])
        .flat_map(|part| part.split(", "));
    let number = parts.find_map(|part| about(part.trim())?.trim().replace(',', "").parse().ok());
    number.unwrap_or_else(|| panic!("a figure is missing: {paragraph}"))
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// With commas, as the page writes them.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[test]
fn figures_are_read_as_they_are_written() {
    let soaked = Soaked {
        outcomes: [("deadline", 9_999), ("passkey_required", 1)].into(),
        calls: 462_200,
        ..Soaked::default()
    };
    let page = format!("# Page\n\n{}\n\nMore.\n", said(&soaked));
    assert_eq!(figure(&page, |text| text.strip_prefix("deadline")), 9_999.0);
    assert_eq!(
        figure(&page, |text| text.strip_prefix("passkey required")),
        1.0
    );
    assert_eq!(figure(&page, |text| text.strip_suffix("calls")), 462_200.0);
}
