//! How much is searched, so that it does not change without anybody noticing, and the page of
//! promises says what is so.

use super::DEFAULT_DEPTH;
use super::page;
use super::setting::{Menu, Setting};
use super::walk::Searched;

/// Of each kind of session, at the depth of `cargo test`.
const FIGURES: [(&str, Menu, Searched); 14] = [
    ("qr", Menu::Full, searched(33057, 51551, 82875)),
    ("phone code", Menu::Full, searched(29576, 46757, 70863)),
    (
        "qr, expected phone",
        Menu::Full,
        searched(26489, 43449, 65661),
    ),
    (
        "phone code, expected phone, webhooks",
        Menu::Full,
        searched(25747, 41439, 60987),
    ),
    ("qr, webhooks", Menu::Full, searched(33376, 51863, 84426)),
    (
        "qr, no status, no webhooks, no phone codes",
        Menu::Full,
        searched(4237, 10601, 8559),
    ),
    (
        "qr, one code a round, no retries",
        Menu::Full,
        searched(24749, 41453, 53700),
    ),
    (
        "qr, default policy",
        Menu::Full,
        searched(33022, 51335, 81882),
    ),
    (
        "phone code, renewed, settling",
        Menu::Attempts,
        searched(22930, 39674, 54096),
    ),
    (
        "qr, starting",
        Menu::Attempts,
        searched(23944, 39479, 54378),
    ),
    (
        "qr, expected phone, webhooks, confirmed",
        Menu::Attempts,
        searched(18450, 35175, 43407),
    ),
    (
        "qr, abandon, no status",
        Menu::Attempts,
        searched(14004, 23556, 29358),
    ),
    (
        "qr, expected phone, webhooks, the usual steps",
        Menu::Core,
        searched(10249, 20569, 20976),
    ),
    (
        "phone code, expected phone, the usual steps",
        Menu::Core,
        searched(9471, 19078, 19416),
    ),
];

const fn searched(states: usize, steps: usize, ends: usize) -> Searched {
    Searched {
        states,
        steps,
        ends,
    }
}

const HOW: &str = "run `cargo xtask search`, and bring the table of docs/proofs.md up to date";

/// Fails if more or less was searched than before.
pub(super) fn check(setting: &Setting, searched: Searched) {
    let before = FIGURES.iter().find(|(name, ..)| *name == setting.name);
    assert_eq!(
        before,
        Some(&(setting.name, setting.menu, searched)),
        "another search than before: put it into figures.rs, {HOW}"
    );
}

/// What the page says of all sessions with this menu.
fn row(menu: Menu) -> String {
    let all = || FIGURES.iter().filter(|(_, its, _)| *its == menu);
    let sum = |figure: fn(&Searched) -> usize| {
        thousands(all().map(|(_, _, searched)| figure(searched)).sum())
    };
    let what = match menu {
        Menu::Full => "each step full",
        Menu::Attempts => "what gateways say of their attempts",
        Menu::Core => "the usual steps",
    };
    format!(
        "| {what}, depth {} ({} kinds), in `cargo test` | {} | {} | {} |",
        menu.depth(DEFAULT_DEPTH),
        all().count(),
        sum(|one| one.states),
        sum(|one| one.steps),
        sum(|one| one.ends),
    )
}

/// With commas, as the page writes them.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[test]
fn the_page_says_how_much_is_searched() {
    let page = page::text();
    for row in [Menu::Full, Menu::Attempts, Menu::Core].map(row) {
        assert!(
            page::has_row(&page, &row),
            "docs/proofs.md has no row {row:?}: {HOW}"
        );
    }
}

#[test]
fn numbers_are_written_with_commas() {
    let written = [7, 999, 1000, 1_296_898].map(thousands);
    assert_eq!(written, ["7", "999", "1,000", "1,296,898"]);
}
