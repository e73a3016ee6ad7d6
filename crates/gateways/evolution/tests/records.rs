//! Every recorded request has its row in `RECORDS.md`, and every recorded answer is read as the row says.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use pairing_adapter::testing::{Fixture, Label};
use serde_json::Value;

/// How many requests of each file were recorded.
const RECORDED: [(&str, usize); 3] = [("2.3.6", 176), ("1.8.6", 37), ("webhooks", 11)];

struct Row<'a> {
    server: &'a str,
    record: &'a str,
    fixture: &'a str,
    read_as: &'a str,
}

fn rows(page: &str) -> Vec<Row<'_>> {
    let lines = page.lines().filter(|line| line.starts_with("| "));
    let cells = lines.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    cells
        .filter_map(|cells| match &*cells {
            [_, server, record, _, fixture, read_as, _] if *server != "server" => Some(Row {
                server,
                record,
                fixture: fixture.trim_matches('`'),
                read_as,
            }),
            _ => None,
        })
        .collect()
}

/// What a fixture says, in the words of the page.
fn read_as(fixture: &Fixture) -> String {
    let more = fixture.followed_up.as_ref();
    let expect = more.map_or(&fixture.expect, |more| &more.expect);
    let text = |name: &str| expect[name].as_str().map(|text| text.replace('_', " "));
    if fixture.name.contains("/fetchInstances/") {
        let is_named = expect["phone"].is_string();
        return if is_named { "the number" } else { "no number" }.to_owned();
    }
    if let Some(reply) = text("reply") {
        return reply;
    }
    if let Some(kind) = text("error") {
        return format!("error: {kind}");
    }
    if let Some(hint) = text("hint") {
        return format!("hint: {hint}");
    }
    match text("phase") {
        Some(phase) if expect["phone"].is_string() => format!("{phase} with number"),
        Some(phase) => phase,
        None if expect["unlinked"] == Value::Bool(true) => "unlinked".to_owned(),
        None => unreachable!("{}: {expect}", fixture.name),
    }
}

#[test]
fn every_record_is_read_as_the_page_says_or_has_its_reason() {
    let page = include_str!("../RECORDS.md");
    let fixtures: BTreeMap<String, Fixture> = Fixture::load_all("fixtures")
        .into_iter()
        .map(|fixture| (fixture.name.clone(), fixture))
        .collect();
    let rows = rows(page);
    for (server, recorded) in RECORDED {
        let of_server = rows.iter().filter(|row| row.server == server);
        let names: BTreeSet<&str> = of_server.clone().map(|row| row.record).collect();
        // Two parallel requests have one number and two letters.
        assert_eq!(of_server.count(), recorded, "{server}");
        assert_eq!(names.len(), recorded, "{server}: a record has two rows");
    }
    let recorded: usize = RECORDED.iter().map(|(_, recorded)| recorded).sum();
    assert_eq!(rows.len(), recorded);
    let mut used = BTreeSet::new();
    for row in &rows {
        if row.fixture == "–" {
            assert!(row.read_as.len() > 10, "{}: a reason", row.record);
            continue;
        }
        let file = format!("fixtures/{}.json", row.fixture);
        let fixture = fixtures.get(&file).unwrap();
        assert_eq!(row.read_as, read_as(fixture), "{}", row.record);
        assert_eq!(fixture.label, Label::Run, "{file}");
        used.insert(file);
    }
    let recorded = fixtures.values().filter(|it| it.label == Label::Run);
    for fixture in recorded.filter(|it| !it.name.contains("/abandon/")) {
        assert!(used.contains(&fixture.name), "{}: no record", fixture.name);
    }
}

#[test]
fn what_concerns_linking_is_read_as_the_real_state_was() {
    let page = include_str!("../RECORDS.md");
    let expected = |record: &str| -> Option<&[&str]> {
        let is = |part: &str| record.contains(part);
        Some(match record {
            _ if is("after-scan-1") || is("in-window") => &["linking"],
            _ if is("state") && (is("after-scan") || is("linked")) => &["linked with number"],
            _ if is("connect") && (is("already-linked") || is("connect-linked")) => {
                &["already connected"]
            }
            _ if is("state") && (is("after-logout") || is("banned") || is("before")) => &["idle"],
            _ if is("state") && is("after-unlink") => &["idle"],
            _ if is("state") && is("after-limit") => &["idle"],
            _ if is("state") && is("connecting") && !is("logout") => &["waiting for phone"],
            _ if is("slow-qr-not-ready") || is("code-not-ready") => &["not ready", "starting"],
            _ if is("for-scan") => &["code"],
            _ => return None,
        })
    };
    let mut compared = 0;
    for row in rows(page) {
        if let Some(expected) = expected(row.record) {
            assert!(
                expected.contains(&row.read_as),
                "{}: {}",
                row.record,
                row.read_as
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 37);
}
